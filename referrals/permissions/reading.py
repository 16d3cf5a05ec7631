"""How much of a referral may this person read?"""

from accounts.enums import Permission
from accounts.models import User
from referrals.enums import UNSENT, FormKind
from referrals.models import Referral
from referrals.permissions.intelligence import can_assess
from referrals.permissions.parts import is_writer, sees_as_team, sees_casework
from referrals.permissions.working import can_amend


def sees_versions(user: User, referral: Referral) -> bool:
    """Whether this person reads every version: who may amend it, and the hub."""
    return referral.state not in UNSENT and (
        is_writer(user, referral) or can_amend(user, referral) or sees_casework(user, referral)
    )


def can_see_who_looked(user: User, referral: Referral) -> bool:
    """Whether this person reads who looked at it or changed it: its writer, supervisors of the hub, and who keeps the access log."""
    return is_writer(user, referral) or sees_all_looks(user, referral)


def sees_all_looks(user: User, referral: Referral) -> bool:
    """Whether this person reads every entry about it, with the reasons: supervisors of the hub, and who keeps the access log."""
    supervises = user.may(Permission.SEE_WHO_LOOKED) and sees_casework(user, referral)
    return supervises or user.may(Permission.SEE_ACCESS_LOG)


def sees_answers(user: User, referral: Referral) -> bool:
    """Whether this person sees what became of it: who wrote it, and the hub."""
    return is_writer(user, referral) or sees_casework(user, referral)


def sees_told(user: User, referral: Referral) -> bool:
    """Whether this person reads the words that may be told of the decision: who sees the answers, and the writer's line manager."""
    return sees_answers(user, referral) or sees_as_team(user, referral)


def sees_whole(user: User, referral: Referral) -> bool:
    """Whether this person reads all of it: its writer, the writer's line manager, the hub, and who evaluates a CPI form.

    Everybody else who may see it was shared with, and reads what they were given, from the copy that was kept.
    """
    return (
        is_writer(user, referral)
        or sees_as_team(user, referral)
        or sees_casework(user, referral)
        or can_assess(user, referral)
    )


def sees_writer(user: User, referral: Referral) -> bool:
    """Whether this person reads who wrote it: of a CPI form only the own agency, the hub and who evaluates it; it may protect a source."""
    return (
        referral.kind == FormKind.PPN
        or (user.agency_id is not None and referral.agency_id == user.agency_id)
        or sees_casework(user, referral)
        or can_assess(user, referral)
    )

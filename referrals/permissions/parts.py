"""Which part somebody has in a referral: it is theirs, their team's, or their hub's."""

from accounts.enums import Permission
from accounts.models import User
from referrals.enums import SENT, VOIDED, AccessReason, ReferralState
from referrals.models import Referral


def is_open_to(user: User, referral: Referral) -> bool:
    """Whether no restriction and no conflict of interest closes it to this person. Of all but a guarded one the row itself says so."""
    if not referral.is_guarded:
        return True
    # A page asks this of one referral a dozen times.
    answers: dict[object, bool] = referral.__dict__.setdefault("_is_open_to", {})
    if user.pk not in answers:
        answers[user.pk] = Referral.objects.open_to(user).filter(pk=referral.pk).exists()
    return answers[user.pk]


def is_writer(user: User, referral: Referral) -> bool:
    """Whether this person wrote it, for the agency that is theirs now."""
    is_theirs = referral.author_id == user.pk and referral.agency_id == user.agency_id
    return is_theirs and is_open_to(user, referral)


def sees_as_team(user: User, referral: Referral) -> bool:
    """Whether this person sees it because their team submitted it."""
    return (
        user.may(Permission.SEE_TEAM_REFERRALS)
        and user.team_id is not None
        and referral.team_id == user.team_id
        and referral.state in (*SENT, *VOIDED)
        and is_open_to(user, referral)
    )


def sees_casework(user: User, referral: Referral) -> bool:
    """Whether this person sees the decisions, and all agencies' answers: the hub does."""
    return user.may(Permission.SEE_HUB_REFERRALS) and received_by_agency_of(user, referral)


def received_by_agency_of(user: User, referral: Referral) -> bool:
    if referral.state in (ReferralState.DRAFT, ReferralState.DISCARDED) or user.agency_id is None:
        return False
    # A page asks this of one referral a dozen times: it reads the few rows once, with prefetch_related("access").
    received = any(row.agency_id == user.agency_id and row.reason == AccessReason.HUB for row in referral.access.all())
    return received and is_open_to(user, referral)

"""Which part somebody has in a referral: it is theirs, their team's, or their hub's."""

from accounts.enums import Permission
from accounts.models import User
from referrals.enums import SENT, VOIDED, AccessReason, ReferralState
from referrals.models import Referral


def is_writer(user: User, referral: Referral) -> bool:
    """Whether this person wrote it, for the agency that is theirs now."""
    return referral.author_id == user.pk and referral.agency_id == user.agency_id


def sees_as_team(user: User, referral: Referral) -> bool:
    """Whether this person sees it because their team submitted it."""
    return (
        user.may(Permission.SEE_TEAM_REFERRALS)
        and user.team_id is not None
        and referral.team_id == user.team_id
        and referral.state in (*SENT, *VOIDED)
    )


def sees_casework(user: User, referral: Referral) -> bool:
    """Whether this person sees the decisions, and all agencies' answers: the hub does."""
    return user.may(Permission.SEE_HUB_REFERRALS) and received_by_agency_of(user, referral)


def received_by_agency_of(user: User, referral: Referral) -> bool:
    if referral.state in (ReferralState.DRAFT, ReferralState.DISCARDED) or user.agency_id is None:
        return False
    # A page asks this of one referral a dozen times: it reads the few rows once, with prefetch_related("access").
    return any(row.agency_id == user.agency_id and row.reason == AccessReason.HUB for row in referral.access.all())

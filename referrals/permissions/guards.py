"""Who restricts, judges conflicts of interest, breaks the glass, and reviews that."""

from accounts.enums import Permission
from accounts.models import User
from referrals.models import Conflict, EmergencyAccess, Referral, Restriction
from referrals.permissions.parts import received_by_agency_of


def can_restrict(user: User, referral: Referral) -> bool:
    """Whether this person, a supervisor of the hub that received it and to whom it is open, restricts it or changes that."""
    return user.may(Permission.RESTRICT_REFERRAL) and received_by_agency_of(user, referral)


def is_named(user: User, restriction: Restriction) -> bool:
    """Whether this person is one of those named; who sees it by emergency access alone is not."""
    return restriction.names.standing().filter(person=user).exists()


def judges_conflicts(user: User) -> bool:
    return user.may(Permission.JUDGE_CONFLICT) and user.agency_id is not None


def can_judge(user: User, conflict: Conflict) -> bool:
    """Whether this person judges it: a supervisor of the hub who is not the one concerned, nor kept from the referral themselves."""
    return judges_conflicts(user) and Conflict.objects.to_judge_by(user).filter(pk=conflict.pk).exists()


def may_break_glass(user: User) -> bool:
    """Whether this person opens restricted referrals of their hub in an emergency, at any hour and without being asked."""
    return user.may(Permission.BREAK_GLASS) and user.may(Permission.SEE_HUB_REFERRALS) and user.agency_id is not None


def reviews_emergencies(user: User) -> bool:
    return user.may(Permission.REVIEW_EMERGENCY) and user.agency_id is not None


def can_review_emergency(user: User, emergency: EmergencyAccess) -> bool:
    """Whether this person says if it was justified: never who opened it."""
    return reviews_emergencies(user) and emergency.opened_by_id != user.pk

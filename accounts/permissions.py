"""Who may do what with people and reference data, and the key that lets somebody set up their first second factor."""

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.enums import Permission
from accounts.models import User

SECOND_STEP = "accounts.second_step"
SECOND_STEP_SECONDS = 3600


def may_administer(user: User) -> bool:
    """Whether this person keeps people, roles and reference data."""
    return user.is_active and (user.is_superuser or user.may(Permission.MANAGE_PEOPLE))


def may_see_holders(user: User) -> bool:
    """Whether this person reads who holds which role: who gives roles, and who watches over access."""
    return may_administer(user) or user.may(Permission.SEE_ACCESS_LOG)


def key_for_second_step(user: User) -> str:
    """A key for an hour, for this person alone; another password or address makes it worthless."""
    return signing.dumps([str(user.pk), _as_they_are(user)], salt=SECOND_STEP)


def opens_second_step(key: str, *, user: User) -> bool:
    """Whether this key was made for this person, within the hour."""
    try:
        whose, as_they_were = signing.loads(key, salt=SECOND_STEP, max_age=SECOND_STEP_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return bool(whose == str(user.pk) and constant_time_compare(as_they_were, _as_they_are(user)))


def _as_they_are(user: User) -> str:
    return salted_hmac(SECOND_STEP, f"{user.password}{user.email}").hexdigest()[:32]

"""Who may do what with people and reference data."""

from accounts.enums import Permission
from accounts.models import User


def may_administer(user: User) -> bool:
    """Whether this person keeps people, roles and reference data."""
    return user.is_active and (user.is_superuser or user.may(Permission.MANAGE_PEOPLE))


def may_see_holders(user: User) -> bool:
    """Whether this person reads who holds which role: who gives roles, and who watches over access."""
    return may_administer(user) or user.may(Permission.SEE_ACCESS_LOG)

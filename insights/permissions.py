"""Who reads the figures of this app."""

from accounts.enums import Permission
from accounts.models import User


def can_see_form_faults(user: User) -> bool:
    """Whether this person reads where forms are hard to fill in: who keeps the service, and who reads trends."""
    return user.may(Permission.MANAGE_PEOPLE, Permission.SEE_TRENDS)

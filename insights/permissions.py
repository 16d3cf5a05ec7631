"""Who reads the figures of this app."""

from accounts.enums import Permission
from accounts.models import User


def can_see_form_faults(user: User) -> bool:
    """Whether this person reads where forms are hard to fill in: who keeps the service, and who reads trends."""
    return user.may(Permission.MANAGE_PEOPLE, Permission.SEE_TRENDS)


def can_see_training_effect(user: User) -> bool:
    """Who reads what grading found: of single modules, cohorts and teams only who runs it (queries/training_effect.py)."""
    return user.may(Permission.RUN_GRADING, Permission.SEE_GRADING_RESULTS)

"""Who may do what with a live gap."""

from accounts.enums import Permission
from accounts.models import User
from grading.models import LiveGap


def can_see_live_gaps(user: User) -> bool:
    """The list: supervisors see those of their force, reviewers what they raised."""
    return user.may(Permission.RUN_DIP_SAMPLES, Permission.REVIEW_INCIDENTS)


def can_close_gap(user: User, gap: LiveGap) -> bool:
    """Supervisors of the force; who raised it may tell what became of it only where they are one."""
    return user.may(Permission.RUN_DIP_SAMPLES) and user.agency_id == gap.force_id

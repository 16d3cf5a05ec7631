"""Who has decisions looked at a second time, and who decides again."""

from accounts.enums import Permission
from accounts.models import User
from referrals.models import SecondReading
from referrals.permissions.working import works_queue


def can_run_second_looks(user: User) -> bool:
    """Whether this person opens and closes second looks of their hub and reads the results."""
    return user.may(Permission.RUN_SECOND_LOOKS) and works_queue(user)


def can_read_again(user: User, reading: SecondReading) -> bool:
    """Whether this person decides again on this referral: who was given it, as long as they have no part in it."""
    return (
        works_queue(user)
        and reading.look.hub_id == user.agency_id
        and reading.reader_id == user.pk
        and reading.referral.author_id != user.pk
        and not reading.referral.decisions.filter(decided_by=user).exists()
    )

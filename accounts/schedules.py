"""What the clock starts for accounts."""

from celery import shared_task
from django.utils import timezone

from accounts import services


@shared_task(name="accounts.forget_what_is_over", ignore_result=True)
def forget_what_is_over(**_unknown: object) -> None:
    """Remove sessions that ended and answers that no program asks for again."""
    services.forget_what_is_over(at=timezone.now())


@shared_task(name="accounts.end_sessions_of_lost_roles", ignore_result=True)
def end_sessions_of_lost_roles(**_unknown: object) -> None:
    """Sign out whose role ended with the day before."""
    services.end_sessions_of_lost_roles(on=timezone.localdate(), at=timezone.now())

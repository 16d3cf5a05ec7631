"""What the clock starts for accounts."""

from celery import shared_task
from django.utils import timezone

from accounts import services


@shared_task(name="accounts.forget_what_is_over", ignore_result=True)
def forget_what_is_over(**_unknown: object) -> None:
    """Remove sessions that ended and answers that no program asks for again."""
    services.forget_what_is_over(at=timezone.now())

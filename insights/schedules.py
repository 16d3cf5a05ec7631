"""What the clock starts."""

from celery import shared_task
from django.utils import timezone

from insights import services

MOST_STEPS = 20


@shared_task(name="insights.watch_access_log", ignore_result=True)
def watch_access_log(**_unknown: object) -> None:
    """Look through what was written to the access log since the last run; the rest of a long one waits for the next."""
    for _ in range(MOST_STEPS):
        if not services.watch_log(at=timezone.now()):
            return


@shared_task(name="insights.keep_log_head", ignore_result=True)
def keep_log_head(**_unknown: object) -> None:
    """Add the head of the access log to the file outside the database."""
    services.keep_head(at=timezone.now())


@shared_task(name="insights.mail_log_head", ignore_result=True)
def mail_log_head(**_unknown: object) -> None:
    """Send information governance the head of the day."""
    services.mail_head(at=timezone.now())


@shared_task(name="insights.remove_doomed_files", ignore_result=True)
def remove_doomed_files(**_unknown: object) -> None:
    """Remove what is left of the files of disposed referrals."""
    services.remove_doomed_files()

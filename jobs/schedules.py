"""What the clock starts for jobs themselves."""

from celery import shared_task
from django.utils import timezone

from jobs import services


@shared_task(name="jobs.sweep", ignore_result=True)
def sweep(**_unknown: object) -> None:
    """Find the jobs that a lost broker or a killed worker left behind."""
    services.sweep(at=timezone.now())


@shared_task(name="jobs.note_heartbeat", ignore_result=True)
def note_heartbeat(**_unknown: object) -> None:
    """Prove that beat, broker, worker and database work together."""
    services.note_heartbeat(at=timezone.now())

"""What the clock starts for training; two clocks may run."""

from celery import shared_task
from django.utils import timezone

from training.services.reminders import remind_of_sessions


@shared_task(name="training.remind_of_sessions", ignore_result=True)
def remind_members(**_unknown: object) -> None:
    """Remind members of the sessions of their programmes, a week and a day before."""
    remind_of_sessions(at=timezone.now())

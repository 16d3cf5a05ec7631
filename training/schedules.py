"""What the clock starts for training; two clocks may run."""

from celery import shared_task
from django.utils import timezone

from training.services import cpd_files
from training.services.lapse_reminders import remind_of_lapses
from training.services.reminders import remind_of_sessions


@shared_task(name="training.remind_of_sessions", ignore_result=True)
def remind_members(**_unknown: object) -> None:
    """Remind members of the sessions of their programmes, a week and a day before."""
    remind_of_sessions(at=timezone.now())


@shared_task(name="training.check_left_files", ignore_result=True)
def check_files_again(**_unknown: object) -> None:
    """Ask the scanner again about evidence that it left unchecked."""
    cpd_files.check_left_files(at=timezone.now())


@shared_task(name="training.remove_orphaned_files", ignore_result=True)
def remove_orphaned_files(**_unknown: object) -> None:
    """Remove what killed processes left in the file store."""
    cpd_files.remove_orphaned_files(at=timezone.now())


@shared_task(name="training.remind_of_lapses", ignore_result=True)
def remind_of_what_lapses(**_unknown: object) -> None:
    """Tell people what of theirs lapses, and on Mondays who leads a team how much does in it."""
    remind_of_lapses(at=timezone.now())

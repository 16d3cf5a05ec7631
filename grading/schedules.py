"""What the clock starts for reports; two clocks may run."""

from celery import shared_task
from django.utils import timezone

from grading.services import reports, schedules


@shared_task(name="grading.request_due_reports", ignore_result=True)
def request_due_reports(**_unknown: object) -> None:
    """Have the reports made that are planned for now, and those of new samples that nobody asked for yet."""
    at = timezone.now()
    schedules.request_slots(at=at)
    reports.request_due_reports(at=at)


@shared_task(name="grading.remove_orphaned_files", ignore_result=True)
def remove_orphaned_files(**_unknown: object) -> None:
    """Remove what killed workers left in the file store."""
    reports.remove_orphaned_files()

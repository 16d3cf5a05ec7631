"""Chaining runs by the clock, in one place at a time; terms of searches are forgotten."""

from celery import shared_task
from django.utils import timezone

from audit import services


@shared_task(name="audit.chain", ignore_result=True)
def chain(**_unknown: object) -> None:
    """Link what was written since the last run."""
    services.chain_new_entries()


@shared_task(name="audit.forget_log_searches", ignore_result=True)
def forget_log_searches(**_unknown: object) -> None:
    """Remove what the log was searched for a day ago and more."""
    services.forget_log_searches(at=timezone.now())

"""Chaining runs by the clock, in one place at a time."""

from celery import shared_task

from audit import services


@shared_task(name="audit.chain", ignore_result=True)
def chain(**_unknown: object) -> None:
    """Link what was written since the last run."""
    services.chain_new_entries()

"""What the clock starts for sessions and bookings; two clocks may run."""

from celery import shared_task
from django.utils import timezone

from partners.services.needs import erase_needs
from partners.services.reminders import remind_of_sessions
from partners.services.settling import settle_due_sessions


@shared_task(name="partners.settle_places", ignore_result=True)
def settle_places(**_unknown: object) -> None:
    """Let go of holds and offers that are over, and offer what is free to who waits longest."""
    settle_due_sessions(at=timezone.now())


@shared_task(name="partners.remind_of_sessions", ignore_result=True)
def remind_who_is_booked(**_unknown: object) -> None:
    """Remind who is booked a week, a day and an hour before."""
    remind_of_sessions(at=timezone.now())


@shared_task(name="partners.erase_needs", ignore_result=True)
def erase_what_people_needed(**_unknown: object) -> None:
    """Erase access and dietary needs some weeks after the session."""
    erase_needs(at=timezone.now())

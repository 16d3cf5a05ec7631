"""Mail that asks whose place it was about a session. As all mail here: a reference and when, no name, no topic."""

from django.urls import reverse
from django.utils import timezone

from common.templatetags.dates import day
from partners.enums import LearningMailKind
from partners.models import LearningMail
from partners.models.scenarios import last_day_after
from partners.notifications.mail import send
from partners.queries.session_feedback import is_asked


def ask_person_about_session(*, mail_id: str) -> None:
    """Nothing to who has answered since, or who was absent after all."""
    mail = LearningMail.objects.select_related("booking__session", "booking__user", "booking__delegate").get(pk=mail_id)
    booking = mail.booking
    if mail.kind == LearningMailKind.FEEDBACK and is_asked(booking, at=timezone.now()):
        line = f"What was the session of {day(booking.session.starts_at)} like ({booking.reference})? Tell us in two minutes, without your name."
        send(
            booking,
            f"{line} The form is open until {day(last_day_after(booking.session))}.",
            has_entry=False,
            page=reverse("partners:booking_feedback", args=[booking.pk]),
        )

"""Mail that asks whoever was at a session about it. As all mail here: a reference and when, no name, no topic."""

from django.urls import reverse
from django.utils import timezone

from common.clock import london_day
from common.templatetags.dates import day
from mail.notifications.kinds import kind
from mail.services.sending import send_message
from partners.enums import LearningMailKind
from partners.models import Booking, FeedbackLink, LearningMail
from partners.models.scenarios import last_day_after
from partners.models.session_feedback import feedback_token, hash_of_token
from partners.notifications.calendar import SUBJECT
from partners.notifications.mail import send
from partners.queries import follow_ups
from partners.queries.session_feedback import is_asked

FEEDBACK_ASKED = kind(
    "partners.feedback_asked",
    SUBJECT,
    "What was the session of {day} like ({reference})? Tell us in two minutes, without your name. The form is open until {until}.",
    example={"until": "15 January 2000"},
)
FEEDBACK_LINK = kind(
    "partners.feedback_link",
    SUBJECT,
    "What was the session of {day} like? Tell us in two minutes, without your name and without an account. The link below works once, until {until}. "
    "It does not say who you are: pass it on to nobody.",
    invite="Say what the session was like",
    example={"until": "15 January 2000"},
)
FOLLOW_UP_ASKED = kind(
    "partners.follow_up_asked",
    SUBJECT,
    "Three months ago you were at a session ({reference}, {day}). Did you use it, and how? Tell us until {until}.",
    example={"until": "29 January 2000"},
)


def ask_person_about_session(*, mail_id: str) -> None:
    """Nothing to who has answered since, or who was absent after all."""
    mail = LearningMail.objects.select_related("booking__session", "booking__user", "booking__delegate").get(pk=mail_id)
    booking, at = mail.booking, timezone.now()
    held_on = day(booking.session.starts_at)
    if mail.kind == LearningMailKind.FEEDBACK and booking.delegate_id is not None:
        _send_link(mail, booking, held_on)
    elif mail.kind == LearningMailKind.FEEDBACK and is_asked(booking, at=at):
        send(
            booking,
            FEEDBACK_ASKED,
            has_entry=False,
            page=reverse("partners:booking_feedback", args=[booking.pk]),
            day=held_on,
            until=day(last_day_after(booking.session)),
        )
    if mail.kind == LearningMailKind.FOLLOW_UP and follow_ups.is_asked(booking, at=at):
        send(
            booking,
            FOLLOW_UP_ASKED,
            has_entry=False,
            page=reverse("partners:booking_follow_up", args=[booking.pk]),
            day=held_on,
            until=day(follow_ups.closes_on(booking.session)),
        )


def _send_link(mail: LearningMail, booking: Booking, held_on: str) -> None:
    """To somebody without an account an address that says nothing of them; the same one at each try."""
    token = feedback_token(mail.pk)
    last_day = last_day_after(booking.session)
    is_open = booking.was_there and london_day(timezone.now()) <= last_day
    if is_open and FeedbackLink.objects.filter(token_hash=hash_of_token(token), is_used=False).exists():
        send_message(
            FEEDBACK_LINK,
            to=[booking.email],
            path=reverse("partners:feedback_by_link", args=[token]),
            values={"day": held_on, "until": day(last_day)},
        )

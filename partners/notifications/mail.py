"""Mail to one person about their place. The subject says nothing, the text a reference and when: no name, no topic."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from common.templatetags.dates import moment
from partners.models import Booking
from partners.notifications.calendar import SUBJECT, calendar_entry, method_of


def email_person_about_booking(*, booking_id: str) -> None:
    booking = _booking(booking_id)
    if booking.holds_a_place:
        _send(booking, f"You have a place: {booking.reference}, {moment(booking.session.starts_at)}.")


def email_person_about_change(*, booking_id: str) -> None:
    booking = _booking(booking_id)
    if booking.holds_a_place:
        when = moment(booking.session.starts_at)
        _send(booking, f"The time, the place or the joining link has changed: {booking.reference}, {when}.")


def email_person_about_cancellation(*, booking_id: str) -> None:
    booking = _booking(booking_id)
    if not booking.holds_a_place:
        _send(booking, f"Your place was cancelled: {booking.reference}, {moment(booking.session.starts_at)}.")


def _booking(booking_id: str) -> Booking:
    return Booking.objects.select_related("session", "user", "delegate").get(pk=booking_id)


def _send(booking: Booking, line: str) -> None:
    """One message to one person, with the calendar entry as an alternative part, which is where Outlook looks for it."""
    if booking.user_id:
        where = f"Sign in to read more: {settings.SITE_URL}{booking.get_absolute_url()}"
    else:
        where = "Your agency's training coordinator booked for you. Ask them if you need to change it."
    message = EmailMultiAlternatives(
        subject=SUBJECT, body="\n\n".join([line, where, settings.SERVICE_NAME]), to=[booking.email]
    )
    message.attach_alternative(calendar_entry(booking), f"text/calendar; method={method_of(booking)}")
    message.send()

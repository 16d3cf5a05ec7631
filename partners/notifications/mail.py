"""Mail to one person about their place. The subject says nothing, the text a reference and when: no name, no topic."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from common.templatetags.dates import moment
from partners.enums import STANDING, BookingState
from partners.models import Booking
from partners.notifications.calendar import SUBJECT, entries_of_dates, entries_of_gone, method_of
from partners.permissions import link_is_out
from partners.queries import had_a_place


def email_person_about_booking(*, booking_id: str) -> None:
    booking = _booking(booking_id)
    if booking.holds_a_place:
        send(booking, f"You have a place: {booking.reference}, {moment(booking.session.starts_at)}.")


def email_person_about_change(*, booking_id: str, gone: str = "") -> None:
    """Who has a place gets the calendar entries anew, and dates that have `gone` taken out; who waits is told, without an entry."""
    booking = _booking(booking_id)
    if booking.state in STANDING:
        when = moment(booking.session.starts_at)
        line = f"The time, the place or the joining link has changed: {booking.reference}, {when}."
        send(booking, line, has_entry=booking.holds_a_place, gone=gone)


def email_person_about_cancellation(*, booking_id: str) -> None:
    """Who had a place gets it taken out of their calendar; who only waited for one is told, without an entry."""
    booking = _booking(booking_id)
    if booking.holds_a_place:
        return
    had_it = had_a_place(booking)
    if booking.state == BookingState.HANDED_ON:
        what = "Your place has gone to a colleague"
    else:
        what = "Your place was cancelled" if had_it else "A session that you waited for was cancelled"
    send(booking, f"{what}: {booking.reference}, {moment(booking.session.starts_at)}.", has_entry=had_it)


def _booking(booking_id: str) -> Booking:
    return Booking.objects.select_related("session", "user", "delegate").get(pk=booking_id)


def send(booking: Booking, line: str, *, has_entry: bool = True, to: str = "", page: str = "", gone: str = "") -> None:
    """One message to one person, with the calendar entry as an alternative part, which is where Outlook looks for it.

    Entries of further dates, and those that take a date out of a calendar, are attached. `to` and `page` are for what somebody else must do, in place of the person's own address and of the booking.
    """
    if booking.user_id or to:
        where = f"Sign in to read more: {settings.SITE_URL}{page or booking.get_absolute_url()}"
    else:
        where = "Your agency's training coordinator booked for you. Ask them if you need to change it."
    message = EmailMultiAlternatives(
        subject=SUBJECT, body="\n\n".join([line, where, settings.SERVICE_NAME]), to=[to or booking.email]
    )
    if has_entry:
        entry, *further = entries_of_dates(booking, has_link=link_is_out(booking.session, at=timezone.now()))
        message.attach_alternative(entry, f"text/calendar; method={method_of(booking)}")
        for number, one in enumerate(further, start=2):
            message.attach(f"date-{number}.ics", one, f"text/calendar; method={method_of(booking)}")
        for number, one in enumerate(entries_of_gone(booking, gone), start=1):
            message.attach(f"gone-{number}.ics", one, "text/calendar; method=CANCEL")
    message.send()

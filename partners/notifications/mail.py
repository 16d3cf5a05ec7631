"""Mail to one person about their place. The subject says nothing, the text a reference and when: no name, no topic."""

from django.utils import timezone

from common.templatetags.dates import moment
from mail.notifications.composing import CalendarPart
from mail.notifications.kinds import Kind, kind
from mail.services.sending import send_message
from partners.enums import STANDING, BookingState
from partners.models import Booking
from partners.notifications.calendar import SUBJECT, entries_of_dates, entries_of_gone, method_of
from partners.permissions import link_is_out
from partners.queries import had_a_place

BOOKED = kind("partners.booked", SUBJECT, "You have a place: {reference}, {moment}.")
CHANGED = kind(
    "partners.changed",
    SUBJECT,
    "The time, the place or the joining link has changed: {reference}, {moment}.",
)
HANDED_ON = kind("partners.handed_on", SUBJECT, "Your place has gone to a colleague: {reference}, {moment}.")
CANCELLED = kind("partners.cancelled", SUBJECT, "Your place was cancelled: {reference}, {moment}.")
WAITED_FOR = kind("partners.waited_for", SUBJECT, "A session that you waited for was cancelled: {reference}, {moment}.")
WITHOUT_ACCOUNT = "Your agency's training coordinator booked for you. Ask them if you need to change it."


def email_person_about_booking(*, booking_id: str) -> None:
    booking = _booking(booking_id)
    if booking.holds_a_place:
        send(booking, BOOKED)


def email_person_about_change(*, booking_id: str, gone: str = "") -> None:
    """Who has a place gets the calendar entries anew, and dates that have `gone` taken out; who waits is told, without an entry."""
    booking = _booking(booking_id)
    if booking.state in STANDING:
        send(booking, CHANGED, has_entry=booking.holds_a_place, gone=gone)


def email_person_about_cancellation(*, booking_id: str) -> None:
    """Who had a place gets it taken out of their calendar; who only waited for one is told, without an entry."""
    booking = _booking(booking_id)
    if booking.holds_a_place:
        return
    had_it = had_a_place(booking)
    about = HANDED_ON if booking.state == BookingState.HANDED_ON else CANCELLED if had_it else WAITED_FOR
    send(booking, about, has_entry=had_it)


def _booking(booking_id: str) -> Booking:
    return Booking.objects.select_related("session", "user", "delegate").get(pk=booking_id)


def send(
    booking: Booking,
    about: Kind,
    *,
    has_entry: bool = True,
    to: str = "",
    page: str = "",
    gone: str = "",
    **values: object,
) -> None:
    """One message to one person, with the calendar entry as an alternative part, which is where Outlook looks for it.

    Entries of further dates, and those that take a date out of a calendar, are attached. `to` and `page` are for what somebody else must do, in place of the person's own address and of the booking.
    """
    has_way = bool(booking.user_id or to)
    said = {"reference": booking.reference, "moment": moment(booking.session.starts_at)} | values
    send_message(
        about,
        to=[to or booking.email],
        values=said,
        path=(page or booking.get_absolute_url()) if has_way else "",
        closing="" if has_way else WITHOUT_ACCOUNT,
        calendar=_calendar(booking, gone=gone) if has_entry else [],
    )


def _calendar(booking: Booking, *, gone: str) -> list[CalendarPart]:
    method = method_of(booking)
    entries = entries_of_dates(booking, has_link=link_is_out(booking.session, at=timezone.now()))
    dates = [CalendarPart(one, method, f"date-{number}.ics") for number, one in enumerate(entries, start=1)]
    gone_dates = enumerate(entries_of_gone(booking, gone), start=1)
    return dates + [CalendarPart(one, "CANCEL", f"gone-{number}.ics") for number, one in gone_dates]

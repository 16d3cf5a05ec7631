"""Mail to who waits for a place, and reminders to who has one. As all mail here: a reference and when, no name, no topic."""

from django.urls import reverse
from django.utils import timezone

from common.clock import london_day
from common.templatetags.dates import moment
from partners.enums import BookingState, ReminderKind
from partners.models import Booking, Reminder
from partners.notifications.mail import send
from partners.queries.agencies import coordinators_of

SOON = {
    ReminderKind.WEEK: "Your session begins in a week or less",
    ReminderKind.DAY: "Your session begins soon, and the joining link, if there is one, is in this calendar entry",
    ReminderKind.HOUR: "Your session begins within an hour",
}


def email_person_about_waiting(*, booking_id: str) -> None:
    booking = _booking(booking_id)
    if booking.is_waiting:
        line = f"You are on the waiting list: {booking.reference}, {moment(booking.session.starts_at)}."
        send(booking, f"{line} When a place is free, it is offered to you.", has_entry=False)


def email_about_offer(*, booking_id: str) -> None:
    """To whoever can answer: the person, or for who has no account each coordinator of their agency; and then to the person too."""
    booking = _booking(booking_id)
    if not booking.is_offered:
        return
    line = f"A place is free and is held until {moment(booking.offer.ends_at)}: {booking.reference}."
    coordinators = [] if booking.user_id else coordinators_of(booking.agency, on=london_day(timezone.now()))
    for email in [booking.email] if booking.user_id else [one.email for one in coordinators]:
        send(
            booking,
            f"{line} Accept it before then, or it goes to the next on the waiting list.",
            has_entry=False,
            to=email,
            page=reverse("partners:booking_offer", args=[booking.pk]),
        )
    if not booking.user_id:
        send(booking, f"{line} Your agency's training coordinators can accept it until then.", has_entry=False)


def email_person_about_lapse(*, booking_id: str) -> None:
    booking = _booking(booking_id)
    if booking.state == BookingState.LAPSED:
        was_offered = hasattr(booking, "offer")
        line = "The offer has ended" if was_offered else "Booking has closed, and no place came free"
        send(booking, f"{line}: {booking.reference}, {moment(booking.session.starts_at)}.", has_entry=False)


def remind_person(*, reminder_id: str) -> None:
    """Nothing to who has given the place back, or whose session was moved since."""
    reminder = Reminder.objects.select_related("booking__session", "booking__user", "booking__delegate").get(
        pk=reminder_id
    )
    booking = reminder.booking
    if booking.state == BookingState.BOOKED and booking.session.starts_at == reminder.starts_at:
        line = f"{SOON[ReminderKind(reminder.kind)]}: {booking.reference}, {moment(reminder.starts_at)}."
        send(booking, line, has_entry=reminder.kind == ReminderKind.DAY)


def _booking(booking_id: str) -> Booking:
    return Booking.objects.select_related("session", "user", "delegate", "agency", "offer").get(pk=booking_id)

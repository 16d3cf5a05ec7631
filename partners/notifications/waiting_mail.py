"""Mail to who waits for a place, and reminders to who has one. As all mail here: a reference and when, no name, no topic."""

from django.urls import reverse

from common.templatetags.dates import moment
from partners.enums import BookingState, ReminderKind
from partners.models import Booking, Reminder
from partners.notifications.mail import send

SOON = {
    ReminderKind.WEEK: "Your session begins in a week or less",
    ReminderKind.DAY: "Your session begins within a day, and the joining link, if there is one, is in this calendar entry",
    ReminderKind.HOUR: "Your session begins within an hour",
}


def email_person_about_waiting(*, booking_id: str) -> None:
    booking = _booking(booking_id)
    if booking.is_waiting:
        line = f"You are on the waiting list: {booking.reference}, {moment(booking.session.starts_at)}."
        send(booking, f"{line} When a place is free, it is offered to you.", has_entry=False)


def email_about_offer(*, booking_id: str) -> None:
    """To whoever can answer: the person, or the coordinator of who has no account."""
    booking = _booking(booking_id)
    if booking.is_offered:
        line = f"A place is free and is held until {moment(booking.offer.ends_at)}: {booking.reference}."
        send(
            booking,
            f"{line} Accept it before then, or it goes to the next on the waiting list.",
            has_entry=False,
            to=booking.email if booking.user_id else booking.booked_by.email,
            page=reverse("partners:booking_offer", args=[booking.pk]),
        )


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
    return Booking.objects.select_related("session", "user", "delegate", "booked_by", "offer").get(pk=booking_id)

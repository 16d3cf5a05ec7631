"""Mail to who waits for a place, and reminders to who has one. As all mail here: a reference and when, no name, no topic."""

from collections.abc import Collection
from functools import partial

from django.urls import reverse
from django.utils import timezone

from common.clock import london_day
from common.templatetags.dates import moment
from mail.notifications.kinds import kind
from mail.services.sending import send_message, try_each
from partners.enums import BookingState, ReminderKind
from partners.models import Booking, Reminder
from partners.notifications.calendar import SUBJECT
from partners.notifications.mail import send
from partners.queries.agencies import coordinators_of

WAITING = kind(
    "partners.waiting",
    SUBJECT,
    "You are on the waiting list: {reference}, {moment}. When a place is free, it is offered to you.",
)
OFFERED = kind(
    "partners.offered",
    SUBJECT,
    "A place is free and is held until {until}: {reference}. Accept it before then, or it goes to the next on the waiting list.",
    example={"until": "1 January 2000 at 9am"},
)
OFFERED_WITHOUT_ACCOUNT = kind(
    "partners.offered_without_account",
    SUBJECT,
    "A place is free and is held until {until}: {reference}. Your agency's training coordinators can accept it until then.",
    example={"until": "1 January 2000 at 9am"},
)
OFFER_ENDED = kind("partners.offer_ended", SUBJECT, "The offer has ended: {reference}, {moment}.")
NO_PLACE = kind("partners.no_place", SUBJECT, "Booking has closed, and no place came free: {reference}, {moment}.")
SOON = {
    ReminderKind.WEEK: kind(
        "partners.reminder_week", SUBJECT, "Your session begins in a week or less: {reference}, {moment}."
    ),
    ReminderKind.DAY: kind(
        "partners.reminder_day",
        SUBJECT,
        "Your session begins soon, and the joining link, if there is one, is in this calendar entry: {reference}, {moment}.",
    ),
    ReminderKind.HOUR: kind(
        "partners.reminder_hour", SUBJECT, "Your session begins within an hour: {reference}, {moment}."
    ),
}


def email_person_about_waiting(*, booking_id: str) -> None:
    booking = _booking(booking_id)
    if booking.is_waiting:
        send(booking, WAITING, has_entry=False)


def email_about_offer(*, booking_id: str) -> None:
    """To whoever can answer: the person, or for who has no account each coordinator of their agency; and then to the person too."""
    booking = _booking(booking_id)
    if not booking.is_offered:
        return
    until = moment(booking.offer.ends_at)
    if booking.user_id:
        _offer_to([booking.email], booking, until=until)
        return
    coordinators = coordinators_of(booking.agency, on=london_day(timezone.now()))
    try_each(
        [
            partial(_offer_to, [one.email for one in coordinators], booking, until=until),
            partial(send, booking, OFFERED_WITHOUT_ACCOUNT, has_entry=False, until=until),
        ]
    )


def _offer_to(addresses: Collection[str], booking: Booking, *, until: str) -> None:
    send_message(
        OFFERED,
        to=addresses,
        values={"reference": booking.reference, "until": until},
        path=reverse("partners:booking_offer", args=[booking.pk]),
    )


def email_person_about_lapse(*, booking_id: str) -> None:
    booking = _booking(booking_id)
    if booking.state == BookingState.LAPSED:
        send(booking, OFFER_ENDED if hasattr(booking, "offer") else NO_PLACE, has_entry=False)


def remind_person(*, reminder_id: str) -> None:
    """Nothing to who has given the place back, or whose session was moved since."""
    reminder = Reminder.objects.select_related("booking__session", "booking__user", "booking__delegate").get(
        pk=reminder_id
    )
    booking = reminder.booking
    if booking.state == BookingState.BOOKED and booking.session.starts_at == reminder.starts_at:
        send(booking, SOON[ReminderKind(reminder.kind)], has_entry=reminder.kind == ReminderKind.DAY)


def _booking(booking_id: str) -> Booking:
    return Booking.objects.select_related("session", "user", "delegate", "agency", "offer").get(pk=booking_id)

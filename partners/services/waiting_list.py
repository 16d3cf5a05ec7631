"""The waiting list of a session: join it, leave it, accept an offer or turn it down. In the order in which people joined."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from common.errors import DomainError
from jobs.services import enqueue
from partners import tasks
from partners.enums import BookingMove, BookingState
from partners.models import Booking, NamedDelegate, PlaceHold, SaidNeeds, Session
from partners.permissions import can_cancel
from partners.services.bookings import (
    CannotBook,
    booked_before,
    check_booker,
    check_no_clash,
    check_open,
    check_stands_nowhere,
    check_window,
    known_person,
    save_booking,
)
from partners.services.moves import move_booking, record_booking
from partners.services.settling import settle


class CannotWait(DomainError):
    pass


class CannotAnswerOffer(DomainError):
    pass


@transaction.atomic
def join_waiting_list(
    *,
    session_id: UUID,
    key: UUID,
    by: User,
    at: datetime,
    delegate: NamedDelegate | None = None,
    needs: SaidNeeds | None = None,
) -> Booking:
    """Stand in line for a place on a session that is full, oneself or somebody of the own agency; the last of the list.

    The same key again returns the same. When a place is free it is offered by itself. Raises CannotWait where there are places, and
    CannotBook where the person could not be booked either.
    """
    check_booker(by, delegate)
    session = Session.objects.locked().get(pk=session_id)
    earlier = booked_before(session, key=key, by=by, delegate=delegate)
    if earlier is not None:
        return earlier
    check_open(session, by=by, at=at)
    settle(session, at=at)
    if session.places_left > 0 or PlaceHold.objects.filter(session=session, user=by).exists():
        raise CannotWait("There is a place: book it.")
    person = known_person(delegate, by=by, at=at)
    check_stands_nowhere(session, person, is_oneself=delegate is None)
    return save_booking(session, person, key=key, by=by, at=at, needs=needs, state=BookingState.WAITING)


@transaction.atomic
def leave_waiting_list(*, booking_id: UUID, by: User, at: datetime) -> Booking:
    """Wait no longer. Doing it again changes nothing. Raises CannotWait."""
    booking, session = _locked(booking_id, by=by, at=at, refusal=CannotWait)
    if booking.state == BookingState.LEFT:
        return booking
    if not booking.is_waiting:
        raise CannotWait(f"{booking} is not on the waiting list: {booking.get_state_display().lower()}.")
    move_booking(booking, BookingMove.LEAVE, by=by, at=at)
    record_booking("left", booking, by=by, at=at)
    settle(session, at=at)
    return booking


def accept_offer(*, booking_id: UUID, by: User, at: datetime) -> Booking:
    """Take the place that was offered, before the offer ends. Doing it again changes nothing. Raises CannotAnswerOffer.

    An offer that has ended is passed on all the same.
    """
    with transaction.atomic():
        booking, session = _locked(booking_id, by=by, at=at, refusal=CannotAnswerOffer)
        if booking.holds_a_place:
            return booking
        if booking.is_offered:
            try:
                check_window(session, at=at)
            except CannotBook as refusal:
                raise CannotAnswerOffer(str(refusal)) from refusal
            try:
                check_no_clash(session, booking.person, is_oneself=booking.user_id == by.pk)
            except CannotBook as clash:
                raise CannotAnswerOffer(f"{clash} Cancel that first, or turn the offer down.") from clash
            move_booking(booking, BookingMove.ACCEPT, by=by, at=at)
            offer = booking.offer
            offer.accepted_at, offer.accepted_by = at, by
            offer.save(update_fields=["accepted_at", "accepted_by"])
            record_booking("accepted", booking, by=by, at=at)
            enqueue(tasks.email_person_about_booking, at=at, by=by, booking_id=booking.pk)
            return booking
    raise CannotAnswerOffer(_no_offer(booking))


def turn_down_offer(*, booking_id: UUID, by: User, at: datetime) -> Booking:
    """Leave the offered place to who is next. Doing it again changes nothing. Raises CannotAnswerOffer."""
    with transaction.atomic():
        booking, session = _locked(booking_id, by=by, at=at, refusal=CannotAnswerOffer)
        if booking.state == BookingState.DECLINED:
            return booking
        if booking.is_offered:
            move_booking(booking, BookingMove.DECLINE, by=by, at=at)
            record_booking("declined", booking, by=by, at=at)
            settle(session, at=at)
            return booking
    raise CannotAnswerOffer(_no_offer(booking))


def _locked(booking_id: UUID, *, by: User, at: datetime, refusal: type[DomainError]) -> tuple[Booking, Session]:
    """The booking and its session, both locked, with everything that lapsed before."""
    session = Session.objects.locked().get(bookings=booking_id)
    settle(session, at=at)
    booking = Booking.objects.locked().select_related("user", "delegate").get(pk=booking_id)
    if not can_cancel(by, booking):
        raise refusal("Only the person who waits, or their coordinator, may answer.")
    return booking, session


def _no_offer(booking: Booking) -> str:
    if booking.state == BookingState.LAPSED:
        return "This offer has ended, and the place went to who is next."
    return f"No place is offered: {booking.get_state_display().lower()}."

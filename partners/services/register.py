"""Who is booked, and who came."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from partners.enums import BookingMove, BookingState, SessionMove, next_booking_state, next_session_state
from partners.models import Booking, Session
from partners.permissions import can_run
from partners.services.moves import move_booking


class CannotRegister(DomainError):
    pass


@transaction.atomic
def take_register(*, session_id: UUID, present: Collection[UUID], by: User, at: datetime) -> Session:
    """Say which bookings came; all others that hold a place did not. From the beginning of its last date on; may be corrected.

    Raises CannotRegister, and marks nobody, when one of them is not booked on this session.
    """
    session = Session.objects.locked().get(pk=session_id)
    if not can_run(by, session):
        raise CannotRegister("Only a trainer of the force that runs this session may take the register.")
    state = next_session_state(SessionMove.REGISTER, session.state)
    if state is None:
        raise CannotRegister(f"This session is {session.get_state_display().lower()}.")
    if at < session.starts_at:
        raise CannotRegister("The register is taken when the session has begun.")
    if at < session.last_begins_at():
        raise CannotRegister("The register is taken when the last date of the session has begun.")
    bookings = list(Booking.objects.locked().holding_a_place().filter(session=session))
    came = set(present)
    if unknown := came - {booking.pk for booking in bookings}:
        raise CannotRegister(f"{len(unknown)} of these people have no place on this session.")
    for booking in bookings:
        _mark(booking, is_present=booking.pk in came, by=by, at=at)
    if session.state != state:
        session.state, session.held_at, session.held_by = state, at, by
        session.save(update_fields=["state", "held_at", "held_by"])
    audit.record(
        verb=Verb.CHANGED,
        what="partners.register_taken",
        at=at,
        actor=by,
        subject=session,
        present=len(came),
        absent=len(bookings) - len(came),
    )
    return session


@transaction.atomic
def read_delegates(*, session_id: UUID, by: User, at: datetime) -> None:
    """Write down that a trainer saw who is booked."""
    session = Session.objects.get(pk=session_id)
    if session.places_taken:
        audit.record(verb=Verb.READ, what="partners.delegates_read", at=at, actor=by, subject=session)


def _mark(booking: Booking, *, is_present: bool, by: User, at: datetime) -> None:
    wanted = BookingState.PRESENT if is_present else BookingState.ABSENT
    if booking.state == wanted:
        return
    move = BookingMove.MARK_PRESENT if is_present else BookingMove.MARK_ABSENT
    if next_booking_state(move, booking.state) is None:
        raise CannotRegister(f"{booking} does not hold a place.")
    move_booking(booking, move, by=by, at=at)

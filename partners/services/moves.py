"""Moving a booking from one state to the next: the only place that does. Who, when and the note are kept by the database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.kept_sql import update_each
from partners.enums import GIVEN_BACK, REGISTERED, STANDING, BookingMove, next_booking_state
from partners.models import Booking
from partners.services.needs import forget_needs


class CannotMove(DomainError):
    pass


def move_booking(
    booking: Booking,
    move: BookingMove,
    *,
    by: User | None,
    at: datetime,
    note: str = "",
    also: Mapping[str, Any] | None = None,
) -> Booking:
    """Make the move of a booking that the caller has locked, after its session. Without `by` it was the clock.

    `also`: what else the register says of who is marked (how, only partly, minutes).

    What the person needs is forgotten with the place. Raises CannotMove.
    """
    changed = _say_moved(booking, move, by=by, at=at, note=note)
    changed += _say_marked(booking, also or {}, by=by, at=at)
    update_each([booking], tuple(changed))
    if booking.state not in STANDING:
        forget_needs(booking)
    return booking


def offer_each(bookings: Sequence[Booking], *, at: datetime) -> None:
    """Make the move of several who wait, in this order, which is that of the list. The caller has locked them, after their session."""
    for booking in bookings:
        changed = _say_moved(booking, BookingMove.OFFER, by=None, at=at)
    update_each(bookings, tuple(changed))


def _say_moved(booking: Booking, move: BookingMove, *, by: User | None, at: datetime, note: str = "") -> list[str]:
    """The state after the move, by whom and when. Returns the fields that it touched."""
    state = next_booking_state(move, booking.state)
    if state is None:
        raise CannotMove(f"{booking} is {booking.get_state_display().lower()}.")
    booking.state = state
    booking.moves, booking.moved_at, booking.moved_by, booking.moved_note = booking.moves + 1, at, by, note.strip()
    changed = ["state", "moves", "moved_at", "moved_by", "moved_note"]
    if state in GIVEN_BACK:
        booking.cancelled_at, booking.cancelled_by = at, by
        changed += ["cancelled_at", "cancelled_by"]
    return changed


def _say_marked(booking: Booking, also: Mapping[str, Any], *, by: User | None, at: datetime) -> list[str]:
    """Who marked the person, when and how; of who is not marked nothing of that. Returns the fields that it touched."""
    if booking.state in REGISTERED:
        booking.registered_at, booking.registered_by = at, by
    elif booking.registered_at is None:
        return []
    else:
        booking.registered_at = booking.registered_by = None
    said = {"is_partial": False, "minutes_present": None, "marked_how": ""} | dict(also)
    for name, value in said.items():
        setattr(booking, name, value)
    return ["registered_at", "registered_by", *said]


def record_booking(
    what: str, booking: Booking, *, by: User | None, at: datetime, verb: Verb = Verb.CHANGED, **details: Any
) -> None:
    """Write down what somebody, or the clock, did with a booking."""
    audit.record(
        verb=verb,
        what=f"partners.booking_{what}",
        at=at,
        actor=by,
        subject=booking,
        session=str(booking.session_id),
        **details,
    )


def record_each_booking(what: str, bookings: Sequence[Booking], *, by: User | None, at: datetime) -> None:
    """The same of several of one session, in this order."""
    if bookings:
        audit.record_each(
            verb=Verb.CHANGED,
            what=f"partners.booking_{what}",
            at=at,
            actor=by,
            subjects=bookings,
            session=str(bookings[0].session_id),
        )

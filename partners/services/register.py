"""The register of a session: who came, for all of it or partly; closing it, and correcting it afterwards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError, MarkedMeanwhile
from partners.enums import (
    BookingMove,
    Mark,
    MarkedHow,
    SessionMove,
    SessionState,
    next_booking_state,
    next_session_state,
)
from partners.models import Booking, CheckIn, Session
from partners.permissions import can_run
from partners.services.moves import move_booking

# How each mark is made, and what the database keeps of it beside the state.
MOVES: Mapping[str, BookingMove] = {
    Mark.PRESENT: BookingMove.MARK_PRESENT,
    Mark.PARTLY: BookingMove.MARK_PRESENT,
    Mark.ABSENT: BookingMove.MARK_ABSENT,
    "": BookingMove.UNMARK,
}


class CannotRegister(DomainError):
    pass


class WasMarked(CannotRegister, MarkedMeanwhile):
    pass


@transaction.atomic
def take_register(
    *,
    session_id: UUID,
    marks: Mapping[UUID, str],
    by: User,
    at: datetime,
    seen: Mapping[UUID, str] | None = None,
    note: str = "",
) -> Session:
    """Say of these bookings what the register is to say, an empty string taking back what was said; all others stay as they are.

    From the beginning of the session's last date on. A closed register is corrected in the same way, and nothing is taken back.
    What was said before, who changed it, when and why (`note`) stay with each booking. `seen`: what the page said of each when it
    was opened. Raises CannotRegister, and marks nobody, where one cannot be marked so, and WasMarked where one was marked otherwise since.
    """
    session = to_register(session_id, SessionMove.REGISTER, by=by, at=at)
    bookings = list(
        Booking.objects.locked()
        .holding_a_place()
        .filter(session=session, pk__in=marks)
        .select_related("user", "delegate")
    )
    if unknown := len(marks) - len(bookings):
        raise CannotRegister(f"{unknown} of these people have no place on this session.")
    changed = [booking for booking in bookings if booking.mark != marks[booking.pk]]
    met = [booking for booking in changed if seen is not None and booking.mark != seen.get(booking.pk, "")]
    if met:
        raise WasMarked(
            {booking.person.name: booking.mark_in_words().lower() for booking in met},
            {booking.pk: booking.mark for booking in met},
        )
    for booking in changed:
        mark(booking, marks[booking.pk], session=session, how=MarkedHow.LIST, by=by, at=at, note=note)
    if changed:
        _record("register_taken", session, by=by, at=at, marked=len(changed))
    return session


@transaction.atomic
def close_register(*, session_id: UUID, by: User, at: datetime) -> Session:
    """Say that the register is as it was: who was not marked was absent, and the session was held. Again changes nothing.

    Raises CannotRegister.
    """
    session = Session.objects.locked().get(pk=session_id)
    if can_run(by, session) and session.state == SessionState.HELD:
        return session
    session = to_register(session_id, SessionMove.CLOSE_REGISTER, by=by, at=at)
    _close(session, _all_on(session), by=by, at=at)
    return session


def close_left_register(session: Session, *, at: datetime) -> bool:
    """As `close_register`, by the clock, of a session that is over and that the caller has locked. Returns whether it was closed.

    Not where nobody is marked: then nobody looked, and who was there would be absent.
    """
    bookings = _all_on(session)
    if (
        next_session_state(SessionMove.CLOSE_REGISTER, session.state) is None
        or at < session.ends_at
        or not any(booking.mark for booking in bookings)
    ):
        return False
    _close(session, bookings, by=None, at=at)
    return True


def _all_on(session: Session) -> list[Booking]:
    return list(Booking.objects.locked().holding_a_place().filter(session=session))


def _close(session: Session, bookings: list[Booking], *, by: User | None, at: datetime) -> None:
    how = MarkedHow.CLOCK if by is None else MarkedHow.LIST
    for booking in bookings:
        if not booking.mark:
            mark(booking, Mark.ABSENT, session=session, how=how, by=by, at=at)
    session.state, session.held_at, session.held_by = SessionState.HELD, at, by
    session.closed_by_clock = by is None
    session.save(update_fields=["state", "held_at", "held_by", "closed_by_clock"])
    CheckIn.objects.filter(session=session).delete()
    absent = sum(booking.mark == Mark.ABSENT for booking in bookings)
    _record(
        "register_closed",
        session,
        by=by,
        at=at,
        present=len(bookings) - absent,
        absent=absent,
        **({"by_clock": True} if by is None else {}),
    )


def to_register(session_id: UUID, move: SessionMove, *, by: User, at: datetime) -> Session:
    """The session, locked, if this person may do that with its register now. Raises CannotRegister."""
    session = Session.objects.locked().get(pk=session_id)
    if not can_run(by, session):
        raise CannotRegister("Only a trainer of the force that runs this session may take the register.")
    if next_session_state(move, session.state) is None:
        raise CannotRegister(f"This session is {session.get_state_display().lower()}.")
    if at < session.starts_at:
        raise CannotRegister("The register is taken when the session has begun.")
    if at < session.last_begins_at():
        raise CannotRegister("The register is taken when the last date of the session has begun.")
    return session


def mark(
    booking: Booking,
    wanted: str,
    *,
    session: Session,
    how: MarkedHow,
    by: User | None,
    at: datetime,
    note: str = "",
    minutes: int | None = None,
) -> None:
    """Mark a booking of a session, both locked by the caller; without `by` it is the clock. Raises CannotRegister."""
    if why := why_not(booking, wanted, session=session, by=by, how=how):
        raise CannotRegister(why)
    move = MOVES[wanted]
    if next_booking_state(move, booking.state) is None:
        raise CannotRegister(f"{booking} does not hold a place.")
    also = {"is_partial": wanted == Mark.PARTLY, "minutes_present": minutes, "marked_how": how} if wanted else {}
    words = [Mark.PARTLY.label] if wanted == Mark.PARTLY else []
    if wanted == Mark.PRESENT and booking.mark == Mark.PARTLY:
        words = ["For all of it"]
    words += [note.strip()] if note.strip() else []
    move_booking(booking, move, by=by, at=at, note=". ".join(words), also=also)


def why_not(
    booking: Booking, wanted: str, *, session: Session, by: User | None, how: MarkedHow = MarkedHow.LIST
) -> str:
    """Why this person may not mark the booking so; nothing where they may. `session` is that of the booking."""
    if wanted not in MOVES:
        return "Choose present, partly, absent or not yet."
    if by is not None and booking.user_id == by.pk and how != MarkedHow.CODE:
        return "Nobody marks themselves: ask another trainer."
    if wanted == "" and session.state == SessionState.HELD:
        return "This register is closed: choose present, partly or absent."
    if wanted == "" and booking.walk_in:
        return "Who came without a booking is marked: choose present, partly or absent."
    return ""


@transaction.atomic
def read_delegates(*, session_id: UUID, by: User, at: datetime) -> None:
    """Write down that a trainer saw who is booked, or came."""
    session = Session.objects.get(pk=session_id)
    if session.places_taken or session.bookings.exclude(walk_in="").exists():
        audit.record(verb=Verb.READ, what="partners.delegates_read", at=at, actor=by, subject=session)


def _record(what: str, session: Session, *, by: User | None, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"partners.{what}", at=at, actor=by, subject=session, **details)

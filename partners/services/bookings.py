"""A place on a session: booked once, never more than there are, given back in time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.references import new_reference
from jobs.services import enqueue
from partners import tasks
from partners.enums import BookingMove, SessionMove, next_booking_state, next_session_state
from partners.models import Booking, Delegate, NamedDelegate, Session
from partners.permissions import can_book_for_agency, can_book_oneself, can_cancel

REFERENCE_PREFIX = "BKG"
# Each retry asks for a longer reference, so that a full year still finds a free one.
REFERENCE_LENGTHS = (5, 5, 6, 8, 10)


class CannotBook(DomainError):
    pass


class CannotCancelBooking(DomainError):
    pass


# What to say when the database refuses, by the name of its constraint: these are the last wall, behind the lock.
REFUSALS: Mapping[str, str] = {
    "session_is_never_oversold": "The last place has just been taken.",
    "booking_user_has_one_place": "This person has a place on this session already.",
    "booking_delegate_has_one_place": "This person has a place on this session already.",
    "booking_one_per_request": "This request was used for another booking.",
}


@transaction.atomic
def book_place(
    *, session_id: UUID, key: UUID, by: User, at: datetime, delegate: NamedDelegate | None = None
) -> Booking:
    """Book one place, for oneself or for a named person of the own agency. The same key again returns the same booking.

    The places are given in the order in which requests get the session's lock, and never more than there are; the
    person who gets the place is told by mail. Raises CannotBook.
    """
    if delegate is None and not can_book_oneself(by):
        raise CannotBook("Your role does not book places for yourself.")
    if delegate is not None and not can_book_for_agency(by):
        raise CannotBook("Only your agency's training coordinator books places for others.")
    session = Session.objects.locked().get(pk=session_id)
    earlier = Booking.objects.filter(request_key=key).select_related("user", "delegate").first()
    if earlier is not None:
        if _is_the_same(earlier, session, by, delegate):
            return earlier
        raise CannotBook(REFUSALS["booking_one_per_request"])
    if not Session.objects.open_to(by).filter(pk=session.pk).exists():
        raise CannotBook("This session is for other agencies.")
    _check_open(session, at=at)
    person = _person(delegate, by=by, at=at)
    if session.bookings.holding_a_place().filter(**person).exists():
        raise CannotBook("You have a place on this session already." if delegate is None else _already(delegate))
    if session.places_left < 1:
        raise CannotBook("All places on this session are taken.")

    fields = {"session": session, "agency": by.agency, "request_key": key, "booked_at": at, "booked_by": by}
    booking = _save_with_reference(Booking(**fields, **person), year=london_day(at).year)
    _record("booked", booking, by=by, at=at, for_oneself=booking.user_id == by.pk)
    enqueue(tasks.email_person_about_booking, at=at, by=by, booking_id=booking.pk)
    return booking


@transaction.atomic
def cancel_booking(*, booking_id: UUID, by: User, at: datetime) -> Booking:
    """Give a place back, until a day before the session begins. Doing it again changes nothing. Raises CannotCancelBooking."""
    session = Session.objects.locked().get(bookings=booking_id)
    booking = Booking.objects.locked().get(pk=booking_id)
    if not can_cancel(by, booking):
        raise CannotCancelBooking("Only the person who is booked, or their coordinator, may cancel.")
    if not booking.holds_a_place:
        return booking
    state = next_booking_state(BookingMove.CANCEL, booking.state)
    if state is None or next_session_state(SessionMove.GIVE_BACK, session.state) is None:
        raise CannotCancelBooking("This session was held, so the booking stays.")
    if at >= session.cancel_until:
        raise CannotCancelBooking(
            "It is too late to cancel here: the session begins within 24 hours. Tell the trainer."
        )
    booking.state, booking.cancelled_at, booking.cancelled_by = state, at, by
    booking.save(update_fields=["state", "cancelled_at", "cancelled_by"])
    _record("cancelled", booking, by=by, at=at)
    enqueue(tasks.email_person_about_cancellation, at=at, by=by, booking_id=booking.pk)
    return booking


@transaction.atomic
def read_booking(*, booking_id: UUID, by: User, at: datetime) -> None:
    """Write down that somebody opened another person's booking."""
    booking = Booking.objects.get(pk=booking_id)
    if booking.user_id != by.pk:
        _record("read", booking, by=by, at=at, verb=Verb.READ)


@transaction.atomic
def list_bookings(*, by: User, at: datetime, count: int) -> None:
    """Write down that a coordinator saw who of their agency is booked."""
    if can_book_for_agency(by) and count:
        audit.record(verb=Verb.READ, what="partners.bookings_listed", at=at, actor=by, subject=by.agency, count=count)


@transaction.atomic
def download_calendar_entry(*, booking_id: UUID, by: User, at: datetime) -> None:
    """Write down that somebody took the calendar entry of a booking."""
    _record("calendar_downloaded", Booking.objects.get(pk=booking_id), by=by, at=at, verb=Verb.DOWNLOADED)


def _check_open(session: Session, *, at: datetime) -> None:
    if next_session_state(SessionMove.BOOK, session.state) is None:
        raise CannotBook("This session cannot be booked.")
    if session.booking_opens_at is not None and at < session.booking_opens_at:
        raise CannotBook("Booking for this session has not opened yet.")
    if at >= session.booking_closes_at:
        raise CannotBook("Booking for this session has closed.")


def _person(delegate: NamedDelegate | None, *, by: User, at: datetime) -> dict[str, User | Delegate]:
    """Whom the booking is for. A delegate with an account in the same agency is booked as the user that they are.

    An address that the agency's coordinator named before is the same person, by the name given last.
    """
    if delegate is None:
        return {"user": by}
    if not delegate.name.strip() or not delegate.email.strip():
        raise CannotBook("Give the person's name and e-mail address.")
    email = delegate.email.strip().lower()
    colleague = User.objects.filter(agency=by.agency, email__iexact=email, is_active=True).first()
    if colleague is not None:
        return {"user": colleague}
    # Two coordinators of one agency may name the same new person at the same moment: the second finds the first's row.
    Delegate.objects.bulk_create(
        [Delegate(agency=by.agency, name=delegate.name.strip(), email=email, added_at=at, added_by=by)],
        ignore_conflicts=True,
    )
    known = Delegate.objects.get(agency=by.agency, email__iexact=email)
    if known.name != delegate.name.strip():
        known.name = delegate.name.strip()
        known.save(update_fields=["name"])
    return {"delegate": known}


def _is_the_same(booking: Booking, session: Session, by: User, delegate: NamedDelegate | None) -> bool:
    email = by.email if delegate is None else delegate.email.strip()
    return (booking.session_id, booking.booked_by_id, booking.email.lower()) == (session.pk, by.pk, email.lower())


def _already(delegate: NamedDelegate) -> str:
    return f"{delegate.name.strip()} has a place on this session already."


def _save_with_reference(booking: Booking, *, year: int) -> Booking:
    """Save under a fresh reference. What the database refuses is a refusal like any other, and nothing is kept."""
    for length in REFERENCE_LENGTHS:
        booking.reference = new_reference(REFERENCE_PREFIX, year, length=length)
        try:
            with transaction.atomic():
                booking.save(force_insert=True)
        except IntegrityError as error:
            name = constraint_of(error)
            if name == "booking_reference_is_given_once":
                continue
            if name in REFUSALS:
                raise CannotBook(REFUSALS[name]) from error
            raise
        return booking
    raise CannotBook("No reference is free. Try again.")


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint that refused."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", "") or "")


def _record(what: str, booking: Booking, *, by: User, at: datetime, verb: Verb = Verb.CHANGED, **details: Any) -> None:
    audit.record(
        verb=verb,
        what=f"partners.booking_{what}",
        at=at,
        actor=by,
        subject=booking,
        session=str(booking.session_id),
        **details,
    )

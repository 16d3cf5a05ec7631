"""A place on a session: booked once, never more than there are, given back in time."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import UUIDField

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.kept_sql import Asked, Given, KeptRow, at_once, ending_at_once, insert
from common.references import new_reference
from common.templatetags.dates import moment
from jobs.services import enqueue
from partners import tasks
from partners.enums import BookingMove, BookingState, SessionMove, next_booking_state, next_session_state
from partners.models import Booking, Delegate, NamedDelegate, PlaceHold, SaidNeeds, Session
from partners.permissions import can_book_for_agency, can_book_oneself, can_cancel
from partners.queries import known_delegate, places_at_that_time
from partners.queries.one_place import KnownOfSession, ask_of_session, known_of_session, stands_or_is_elsewhere
from partners.services.moves import move_booking, record_booking
from partners.services.needs import keep_needs
from partners.services.settling import has_to_settle, settle, settle_session

Person = TypeVar("Person", User, Delegate)
REFERENCE_PREFIX = "BKG"
# Each retry asks for a longer reference, so that a full year still finds a free one.
REFERENCE_LENGTHS = (5, 5, 6, 8, 10)


LOCKED = KeptRow(lambda: Session.objects.locked().filter(pk=Given("session", UUIDField())))
LOCKED_OF_BOOKING = KeptRow(lambda: Session.objects.locked().filter(bookings=Given("booking", UUIDField())))


class CannotBook(DomainError):
    pass


class NoPlaceLeft(CannotBook):
    """All places are taken of a session that is for who asks. Nothing had lapsed and nothing was written: there is nothing to undo."""

    def __init__(self, message: str, *, session: Session) -> None:
        super().__init__(message)
        self.session = session


class IsElsewhere(CannotBook):
    """The person has a place on another session at that time; the refusal says which."""

    def __init__(self, message: str, *, booking_id: UUID) -> None:
        super().__init__(message)
        self.booking_id = booking_id


class CannotCancelBooking(DomainError):
    pass


# What to say when the database refuses, by the name of its constraint: these are the last wall, behind the lock.
REFUSALS: Mapping[str, str] = {
    "session_is_never_oversold": "The last place has just been taken.",
    "booking_user_stands_once": "This person has a place on this session already.",
    "booking_delegate_stands_once": "This person has a place on this session already.",
    "booking_one_per_request": "This request was used for another booking.",
}
ALL_TAKEN = "All places on this session are taken."


def book_place(
    *,
    session_id: UUID,
    key: UUID,
    by: User,
    at: datetime,
    delegate: NamedDelegate | None = None,
    needs: SaidNeeds | None = None,
) -> Booking:
    """Book one place, for oneself or for a named person of the own agency. The same key again returns the same booking.

    The places are given in the order in which requests get the session's lock, and never more than there are: the place that was
    held while the form was filled in, or else one that is free and for which nobody waits. The person who gets the place is told by
    mail. Raises CannotBook; what has lapsed meanwhile is passed on all the same.
    """
    check_booker(by, delegate)
    wanted: dict[str, Any] = {"key": key, "by": by, "at": at, "delegate": delegate, "needs": needs}
    try:
        try:
            return _book_or_say_full(session_id, is_quick=True, **wanted)
        except IntegrityError:
            # Somebody else named the same new person at this moment, or the reference is in use: now one step after the other.
            return _book_or_say_full(session_id, is_quick=False, **wanted)
    except NoPlaceLeft:
        raise
    except CannotBook:
        if has_to_settle(session_id, at=at):
            settle_session(session_id=session_id, at=at)
        raise


def _book_or_say_full(session_id: UUID, *, is_quick: bool, **wanted: Any) -> Booking:
    with _refusing_as_the_database_does(), ending_at_once() as begin_the_end:
        try:
            return _book_place(session_id, begin_the_end=begin_the_end if is_quick else None, **wanted)
        except NoPlaceLeft as refusal:
            is_full = refusal
    raise is_full


def _book_place(
    session_id: UUID,
    *,
    key: UUID,
    by: User,
    at: datetime,
    delegate: NamedDelegate | None,
    needs: SaidNeeds | None,
    begin_the_end: Callable[[], None] | None,
) -> Booking:
    with at_once():
        locked = lock_session(session_id)
        asked = ask_of_session(session_id, key=key, by=by, at=at, delegate=delegate)
    session, known = locked.row(), known_of_session(asked)
    earlier = booked_before(session, key=key, by=by, delegate=delegate) if known.was_asked else None
    if earlier is not None:
        return earlier
    check_open(session, by=by, at=at, is_meant=known.is_meant)
    if known.has_to_settle:
        settle(session, at=at)
    if known.holds_one:
        _take_hold(session, by=by)
    if session.places_left < 1:
        _refuse_all_taken(session, delegate, known, by=by)
    # Who was not known until this transaction can have no place anywhere.
    is_new = delegate is not None and not (known.colleague or known.delegate)
    if delegate is not None and is_new and begin_the_end is not None:
        begin_the_end()
        return save_booking(session, _delegate_of(delegate, by=by, at=at), key=key, by=by, at=at, needs=needs)
    person = _locked_person(delegate, known, by=by, at=at)
    if stands_or_is_elsewhere(session, person):
        check_stands_nowhere(session, person, is_oneself=delegate is None)
        check_no_clash(session, person, is_oneself=delegate is None)
    if begin_the_end is not None:
        begin_the_end()
    return save_booking(session, person, key=key, by=by, at=at, needs=needs)


@transaction.atomic
def cancel_booking(*, booking_id: UUID, by: User, at: datetime, reason: str = "") -> Booking:
    """Give a place back, until a day before the session begins; who waits longest is offered it. Doing it again changes nothing.

    The reason is kept with the booking. Raises CannotCancelBooking.
    """
    session = LOCKED_OF_BOOKING.get(booking=booking_id)
    settle(session, at=at)
    booking = Booking.objects.locked().get(pk=booking_id)
    if not can_cancel(by, booking):
        raise CannotCancelBooking("Only the person who is booked, or their coordinator, may cancel.")
    if not booking.holds_a_place:
        return booking
    if (
        next_booking_state(BookingMove.CANCEL, booking.state) is None
        or next_session_state(SessionMove.GIVE_BACK, session.state) is None
    ):
        raise CannotCancelBooking("This session was held, so the booking stays.")
    if at >= session.cancel_until:
        raise CannotCancelBooking(
            "It is too late to cancel here: the session begins within 24 hours. Tell the trainer."
        )
    move_booking(booking, BookingMove.CANCEL, by=by, at=at, note=reason)
    record_booking("cancelled", booking, by=by, at=at)
    enqueue(tasks.email_person_about_cancellation, at=at, by=by, booking_id=booking.pk)
    settle(session, at=at)
    return booking


@transaction.atomic
def read_booking(*, booking_id: UUID, by: User, at: datetime) -> None:
    """Write down that somebody opened another person's booking."""
    booking = Booking.objects.get(pk=booking_id)
    if booking.user_id != by.pk:
        record_booking("read", booking, by=by, at=at, verb=Verb.READ)


def read_refusal(refusal: DomainError, *, by: User, at: datetime) -> None:
    """Write down that a refusal told somebody of another person's place; what was refused left no record of its own."""
    for error in (refusal, refusal.__cause__):
        if isinstance(error, IsElsewhere):
            read_booking(booking_id=error.booking_id, by=by, at=at)


@transaction.atomic
def list_bookings(*, by: User, at: datetime, count: int) -> None:
    """Write down that a coordinator saw who of their agency is booked."""
    if can_book_for_agency(by) and count:
        audit.record(verb=Verb.READ, what="partners.bookings_listed", at=at, actor=by, subject=by.agency, count=count)


@transaction.atomic
def download_calendar_entry(*, booking_id: UUID, by: User, at: datetime) -> None:
    """Write down that somebody took the calendar entry of a booking."""
    record_booking("calendar_downloaded", Booking.objects.get(pk=booking_id), by=by, at=at, verb=Verb.DOWNLOADED)


def lock_session(session_id: UUID) -> Asked[Session]:
    """Ask for the session and its lock: whoever books it waits for whoever books it now. There may be none."""
    return LOCKED.ask(session=session_id)


def check_booker(by: User, delegate: NamedDelegate | None) -> None:
    """Whether this person may book for themselves, or for the delegate. Raises CannotBook."""
    if delegate is None and not can_book_oneself(by):
        raise CannotBook("Your role does not book places for yourself.")
    if delegate is not None and not can_book_for_agency(by):
        raise CannotBook("Only your agency's training coordinator books places for others.")


def _agency_of(by: User) -> UUID:
    assert by.agency_id is not None  # noqa: S101 -- check_booker holds it
    return by.agency_id


def booked_before(session: Session, *, key: UUID, by: User, delegate: NamedDelegate | None) -> Booking | None:
    """What an earlier request with this key made. Raises CannotBook where it was for something else."""
    earlier = Booking.objects.filter(request_key=key).select_related("user", "delegate").first()
    if earlier is not None and not _is_the_same(earlier, session, by, delegate):
        raise CannotBook(REFUSALS["booking_one_per_request"])
    return earlier


def check_open(session: Session, *, by: User, at: datetime, is_meant: bool | None = None) -> None:
    """Raises CannotBook where the session is not for who books, or booking is not open. `is_meant`: where that was asked already."""
    if is_meant is None:
        is_meant = Session.objects.open_to(by).filter(pk=session.pk).exists()
    if not is_meant:
        raise CannotBook("This session is for other agencies.")
    check_window(session, at=at)


def check_window(session: Session, *, at: datetime) -> None:
    """Raises CannotBook where booking is not open."""
    if next_session_state(SessionMove.BOOK, session.state) is None:
        raise CannotBook("This session cannot be booked.")
    if session.booking_opens_at is not None and at < session.booking_opens_at:
        raise CannotBook("Booking for this session has not opened yet.")
    if at >= session.booking_closes_at:
        raise CannotBook("Booking for this session has closed.")


def known_person(delegate: NamedDelegate | None, *, by: User, at: datetime) -> User | Delegate:
    """Whom the booking is for. A delegate with an account in the same agency is booked as the user that they are.

    An address that the agency's coordinator named before is the same person, by the name given last.
    """
    if delegate is None:
        return by
    _check_named(delegate)
    email = delegate.email.strip().lower()
    colleague = User.objects.filter(agency=by.agency_id, email__iexact=email, is_active=True).first()
    return colleague or _delegate_of(delegate, by=by, at=at)


def _check_named(delegate: NamedDelegate) -> None:
    if not delegate.name.strip() or not delegate.email.strip():
        raise CannotBook("Give the person's name and e-mail address.")


def _delegate_of(delegate: NamedDelegate, *, by: User, at: datetime) -> Delegate:
    """The delegate of the agency with that address, made if there is none.

    Two coordinators of one agency may name the same new person at the same moment: the second finds the first's row.
    """
    _check_named(delegate)
    email, name = delegate.email.strip().lower(), delegate.name.strip()
    new = Delegate(agency_id=_agency_of(by), name=name, email=email, added_at=at, added_by=by)
    if insert(new, unless_taken=()):
        return new
    known = Delegate.objects.get(agency=by.agency_id, email__iexact=email)
    return _renamed(known, name, by=by, at=at)


def _renamed(known: Delegate, name: str, *, by: User, at: datetime) -> Delegate:
    """Called by the name that was given last."""
    if known.name != name:
        known.name = name
        known.save(update_fields=["name"])
        audit.record(verb=Verb.CHANGED, what="partners.delegate_renamed", at=at, actor=by, subject=known)
    return known


def _locked_person(delegate: NamedDelegate | None, known: KnownOfSession, *, by: User, at: datetime) -> User | Delegate:
    """Whom the booking is for, as `known_person` has it. Their row is locked, after the session's."""
    if delegate is None:
        return _locked(User, by.pk)
    _check_named(delegate)
    if known.colleague is not None:
        return _locked(User, known.colleague)
    person = known.delegate or _delegate_of(delegate, by=by, at=at).pk
    return _renamed(_locked(Delegate, person), delegate.name.strip(), by=by, at=at)


def _locked(kind: type[Person], pk: UUID) -> Person:
    """Two requests for one person wait for each other at their row, which is locked after the session's."""
    return kind.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)


def _refuse_all_taken(session: Session, delegate: NamedDelegate | None, known: KnownOfSession, *, by: User) -> NoReturn:
    """Say that there is no place, or that the person has one already; who is not known yet is not made known for that."""
    person: User | Delegate | None = by
    if delegate is not None:
        _check_named(delegate)
        person = known_delegate(by, delegate) if known.colleague or known.delegate else None
    if person is not None:
        check_stands_nowhere(session, person, is_oneself=delegate is None)
    if known.has_to_settle or known.holds_one:
        raise CannotBook(ALL_TAKEN)
    raise NoPlaceLeft(ALL_TAKEN, session=session)


def check_stands_nowhere(session: Session, person: User | Delegate, *, is_oneself: bool) -> None:
    """A person has one place, offer or place on the waiting list of a session. Raises CannotBook."""
    there = session.bookings.standing().of_person(person).first()  # type: ignore[attr-defined]
    if there is None:
        return
    who = "You have" if is_oneself else f"{person.name} has"
    if there.is_offered:
        raise CannotBook(f"{who} an offer of a place on this session already. Accept that.")
    what = "a place on the waiting list of" if there.is_waiting else "a place on"
    raise CannotBook(f"{who} {what} this session already.")


def check_no_clash(session: Session, person: User | Delegate, *, is_oneself: bool) -> None:
    """Nobody can be in two places at once. Raises IsElsewhere. The person's row is locked."""
    if isinstance(person, User):
        _locked(User, person.pk)
    else:
        _locked(Delegate, person.pk)
    clash = places_at_that_time(session, person).select_related("session").first()
    if clash is not None:
        who = "You have" if is_oneself else f"{person.name} has"
        raise IsElsewhere(
            f"{who} a place on another session at that time: {clash.reference}, {moment(clash.session.starts_at)}.",
            booking_id=clash.pk,
        )


def save_booking(
    session: Session,
    person: User | Delegate,
    *,
    key: UUID,
    by: User,
    at: datetime,
    needs: SaidNeeds | None = None,
    state: BookingState = BookingState.BOOKED,
) -> Booking:
    """Save a booking of a session that the caller has locked, record it and tell the person. Raises CannotBook."""
    booking = Booking(
        session=session,
        agency_id=_agency_of(by),
        request_key=key,
        booked_at=at,
        booked_by=by,
        state=state,
        user=person if isinstance(person, User) else None,
        delegate=person if isinstance(person, Delegate) else None,
    )
    save_with_reference(booking, year=london_day(at).year)
    if needs:
        keep_needs(booking, needs, by=by, at=at)
    is_waiting = state == BookingState.WAITING
    record_booking("waiting" if is_waiting else "booked", booking, by=by, at=at, for_oneself=booking.user_id == by.pk)
    told = tasks.email_person_about_waiting if is_waiting else tasks.email_person_about_booking
    enqueue(told, at=at, by=by, booking_id=booking.pk)
    return booking


def _take_hold(session: Session, *, by: User) -> None:
    """Give back what was held for this form: the booking takes its place in the same transaction."""
    count, _ = PlaceHold.objects.filter(session=session, user=by).delete()
    if count:
        session.refresh_from_db(fields=["places_taken"])


def _is_the_same(booking: Booking, session: Session, by: User, delegate: NamedDelegate | None) -> bool:
    email = by.email if delegate is None else delegate.email.strip()
    return (booking.session_id, booking.booked_by_id, booking.email.lower()) == (session.pk, by.pk, email.lower())


def save_with_reference(booking: Booking, *, year: int) -> Booking:
    """Save under a fresh reference. What the database refuses is a refusal like any other, and nothing is kept."""
    with _refusing_as_the_database_does():
        for length in REFERENCE_LENGTHS:
            booking.reference = new_reference(REFERENCE_PREFIX, year, length=length)
            if insert(booking, unless_taken=("reference",)):
                return booking
    raise CannotBook("No reference is free. Try again.")


@contextmanager
def _refusing_as_the_database_does() -> Iterator[None]:
    """What the database refuses within, in words where there are any."""
    try:
        yield
    except IntegrityError as error:
        name = constraint_of(error)
        if name in REFUSALS:
            raise CannotBook(REFUSALS[name]) from error
        raise


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint that refused."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", "") or "")

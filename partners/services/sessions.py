"""Planning a session, opening it, changing it, calling it off."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.enums import Permission
from accounts.models import Agency, User
from common.errors import DomainError
from jobs.services import enqueue
from partners import tasks
from partners.enums import (
    REGISTERED,
    Audience,
    BookingMove,
    SessionKind,
    SessionMove,
    SessionState,
    Venue,
    next_booking_state,
    next_session_state,
)
from partners.models import Booking, Session
from partners.models.sessions import LARGEST_CAPACITY, USUAL_LENGTH
from partners.permissions import can_plan, can_run
from partners.queries.diary import Span, spans_of
from partners.services import scheduling
from partners.services.moves import move_booking
from partners.services.refusals import RefusedAnswer
from partners.services.settling import let_go, settle, shorten
from partners.services.staleness import refuse_stale

# What stands in people's calendars: when one of these changes, they are told.
IN_CALENDARS = ("starts_at", "ends_at", "venue", "place", "joining_link")
MAY_CHANGE = (
    *IN_CALENDARS,
    "kind",
    "title",
    "about",
    "capacity",
    "booking_opens_at",
    "booking_closes_at",
    "town",
    "notes",
    "audience",
    "audience_kinds",
)


REGISTER_TAKEN = "The register of this session was taken."
STANDS_IN = "Somebody would lead in the place of somebody else: use Substitute a trainer, which asks why. Add or remove trainers here."
MOVE_IT = "Use Move to change when it is or how long: you are asked why, and everybody who is booked reads it."


class CannotPlan(DomainError):
    pass


class CannotOpen(DomainError):
    pass


class CannotChange(RefusedAnswer):
    pass


class CannotCancelSession(DomainError):
    pass


@transaction.atomic
def plan_session(
    *,
    kind: SessionKind | str,
    title: str,
    starts_at: datetime,
    capacity: int,
    venue: Venue | str,
    by: User,
    at: datetime,
    ends_at: datetime | None = None,
    place: str = "",
    joining_link: str = "",
    about: str = "",
    trainers: Collection[User] = (),
    booking_opens_at: datetime | None = None,
    booking_closes_at: datetime | None = None,
    further_dates: Sequence[Span] = (),
    town: str = "",
    notes: str = "",
    audience: Audience | str = Audience.OPEN,
    audience_kinds: Sequence[str] = (),
    audience_agencies: Collection[Agency] = (),
    clash_known: bool = False,
) -> Session:
    """Plan a session of the trainer's force: 90 minutes unless told otherwise, booking until it begins, led by the planner.

    Nobody but trainers sees it before it is opened. Raises CannotPlan, or scheduling.TrainersAreBusy unless that is known.
    """
    if not can_plan(by):
        raise CannotPlan("Only a trainer of a police force may plan a session.")
    # People may type the dates in any order: the first begins the session, and the last ends it.
    spans = sorted([(starts_at, ends_at or starts_at + USUAL_LENGTH), *further_dates])
    session = Session(
        host=by.agency,
        kind=kind,
        title=title.strip(),
        about=about.strip(),
        starts_at=spans[0][0],
        ends_at=spans[-1][1],
        venue=venue,
        place=place.strip(),
        town=town.strip(),
        notes=notes.strip(),
        audience=audience,
        audience_kinds=list(audience_kinds),
        joining_link=joining_link,
        capacity=capacity,
        booking_opens_at=booking_opens_at,
        booking_closes_at=booking_closes_at or spans[0][0],
        planned_at=at,
        planned_by=by,
        changed_at=at,
    )
    _check(session, at=at, refusal=CannotPlan)
    if further_dates:
        scheduling.check_spans(spans, at=at, refusal=CannotPlan)
    scheduling.check_audience(session, audience_agencies, CannotPlan)
    if not clash_known:
        scheduling.check_trainers_are_free(trainers or [by], spans, host_id=session.host_id)
    session.save()
    if further_dates:
        scheduling.set_dates(session, spans)
    _set_trainers(session, trainers or [by], CannotPlan, by=by, at=at)
    session.audience_agencies.set(audience_agencies)
    scheduling.record(
        "planned", session, by=by, at=at, capacity=capacity, audience=str(audience), clash_known=clash_known
    )
    return session


@transaction.atomic
def open_session(*, session_id: UUID, by: User, at: datetime) -> Session:
    """Let partners see it and book. Opening an open session changes nothing. Raises CannotOpen."""
    session = _to_run(session_id, by, CannotOpen)
    if session.state == SessionState.OPEN:
        return session
    session.state = _state_after(SessionMove.OPEN, session, CannotOpen)
    if session.booking_closes_at <= at:
        raise CannotOpen("Booking for this session has closed already.")
    session.opened_at, session.opened_by = at, by
    session.save(update_fields=["state", "opened_at", "opened_by"])
    scheduling.record("opened", session, by=by, at=at)
    scheduling.tell_who_asked(session, "OPENED", by=by, at=at)
    return session


@transaction.atomic
def change_session(
    *,
    session_id: UUID,
    by: User,
    at: datetime,
    trainers: Collection[User] | None = None,
    audience_agencies: Collection[Agency] | None = None,
    clash_known: bool = False,
    seen: datetime | None = None,
    **changes: Any,
) -> Session:
    """Change what is given; whoever has a place is told when time, place or link are other than before. Raises CannotChange.

    Where nothing is other than before, nothing is changed or recorded. With `seen`, the moment of the last change that the page showed,
    raises staleness.WasChanged where there was a later one.

    The capacity cannot fall below the places that are taken. Raises scheduling.TrainersAreBusy unless that is known, where
    trainers or time are other than before. Once it is open, a trainer in the place of another is
    `substitutions.substitute_trainer`, which asks for a reason. Once it is open, and where it has several dates, its time is changed by
    `scheduling.move_session` alone, which asks for a reason.
    """
    session = _to_run(session_id, by, CannotChange)
    _state_after(SessionMove.CHANGE, session, CannotChange)
    if unknown := set(changes) - set(MAY_CHANGE):
        raise TypeError(f"A session has no {', '.join(sorted(unknown))} to change.")
    if session.starts_at <= at:
        raise CannotChange("This session has begun.")
    changed = sorted(name for name, value in changes.items() if getattr(session, name) != value)
    leading, named_before = set(session.trainers.all()), set(session.audience_agencies.all())
    if trainers is not None and set(trainers) != leading:
        changed.append("trainers")
    if audience_agencies is not None and set(audience_agencies) != named_before:
        changed.append("audience_agencies")
    if not changed:
        return session
    refuse_stale(session, seen, changed, by=by)
    moves = bool({"starts_at", "ends_at"} & set(changed))
    if moves and session.state != SessionState.PLANNED:
        raise CannotChange(f"This session is open. {MOVE_IT}", field="starts_at")
    if moves and session.date_count > 1:
        raise CannotChange(f"This session has several dates. {MOVE_IT}")
    new = set(leading if trainers is None else trainers)
    if session.state == SessionState.OPEN and new - leading and leading - new:
        raise CannotChange(STANDS_IN, field="trainers")
    columns = [name for name in changed if name in changes]
    for name in columns:
        setattr(session, name, changes[name])
    _check(session, at=at, refusal=CannotChange)
    if session.capacity < session.places_taken:
        raise CannotChange(f"{session.places_taken} places are taken, so there cannot be fewer.")
    named = named_before if audience_agencies is None else audience_agencies
    if {"audience", "audience_kinds", "audience_agencies"} & set(changed):
        scheduling.check_audience(session, list(named), CannotChange)
    if not clash_known and (moves or new - leading):
        spans = spans_of(session) if session.date_count > 1 else [(session.starts_at, session.ends_at)]
        scheduling.check_trainers_are_free(
            new if moves else new - leading, spans, host_id=session.host_id, apart_from=session.pk
        )
    if trainers is not None:
        _set_trainers(session, trainers, CannotChange, by=by, at=at)
    if audience_agencies is not None:
        session.audience_agencies.set(audience_agencies)
    tells = bool(set(changed) & set(IN_CALENDARS))
    session.revision += tells
    session.changed_at = at
    session.save(update_fields=[*columns, "revision", "changed_at"])
    scheduling.record("changed", session, by=by, at=at, fields=changed)
    if tells:
        for booking in session.bookings.standing().order_by("pk"):
            enqueue(tasks.email_person_about_change, at=at, by=by, booking_id=booking.pk)
    if moves:
        scheduling.tell_who_asked(session, "MOVED", by=by, at=at)
    shorten(session, at=at)
    settle(session, at=at)
    return session


def is_anybody_marked(session: Session) -> bool:
    """Whether its register says of anybody whether they came: then it is not called off any more."""
    return session.bookings.filter(state__in=REGISTERED).exists()


@transaction.atomic
def cancel_session(*, session_id: UUID, reason: str, by: User, at: datetime) -> Session:
    """Call it off, give all places back and tell everybody who had one. Raises CannotCancelSession."""
    session = _to_run(session_id, by, CannotCancelSession)
    state = _state_after(SessionMove.CANCEL, session, CannotCancelSession)
    if not reason.strip():
        raise CannotCancelSession("Say why the session is cancelled.")
    if session.ends_at <= at:
        raise CannotCancelSession("This session is over.")
    let_go(session)
    bookings = list(Booking.objects.locked().standing().filter(session=session))
    for booking in bookings:
        if next_booking_state(BookingMove.CALL_OFF, booking.state) is None:
            raise CannotCancelSession(REGISTER_TAKEN)
        move_booking(booking, BookingMove.CALL_OFF, by=by, at=at)
        enqueue(tasks.email_person_about_cancellation, at=at, by=by, booking_id=booking.pk)
    session.state, session.cancelled_at, session.cancelled_by = state, at, by
    session.cancel_reason, session.changed_at, session.revision = reason.strip(), at, session.revision + 1
    session.save(
        update_fields=["state", "cancelled_at", "cancelled_by", "cancel_reason", "changed_at", "revision"],
    )
    scheduling.record("cancelled", session, by=by, at=at, bookings=len(bookings))
    scheduling.tell_trainers(session, session.trainers.all(), "CANCELLED", by=by, at=at)
    scheduling.tell_who_asked(session, "CANCELLED", by=by, at=at)
    return session


def _check(session: Session, *, at: datetime, refusal: type[DomainError]) -> None:
    """What the database would refuse too, in the words of each rule."""
    if not session.title:
        raise refusal("Give the session a title.")
    if session.starts_at <= at:
        raise refusal("A session begins in the future.")
    if session.starts_at >= session.ends_at:
        raise refusal("A session must begin before it ends.")
    if not 1 <= session.capacity <= LARGEST_CAPACITY:
        raise refusal(f"A session has 1 to {LARGEST_CAPACITY} places.")
    if session.booking_closes_at > session.starts_at:
        raise refusal("Booking closes when the session begins, or earlier.")
    if session.booking_opens_at is not None and session.booking_opens_at >= session.booking_closes_at:
        raise refusal("Booking must open before it closes.")
    if session.venue == Venue.PLACE and not session.place:
        raise refusal("Say where the session is.")
    if session.venue == Venue.PLACE and session.joining_link:
        raise refusal("A session in a place has no joining link.")
    if session.venue == Venue.ONLINE and session.place:
        raise refusal("A session online has no place.")
    if session.venue == Venue.ONLINE and session.town:
        raise refusal("A session online has no town.")


def _set_trainers(
    session: Session, trainers: Collection[User], refusal: type[DomainError], *, by: User, at: datetime
) -> None:
    """Who leads the session from now on; who is new and who no longer does is told."""
    if not trainers:
        raise refusal("Choose at least one trainer.")
    for trainer in trainers:
        if trainer.agency_id != session.host_id or not trainer.may(Permission.RUN_SESSIONS):
            raise refusal(f"{trainer} is not a trainer of this force.")
    before = set(session.trainers.all())
    session.trainers.set(trainers)
    scheduling.tell_trainers(session, set(trainers) - before, "ADDED", by=by, at=at)
    scheduling.tell_trainers(session, before - set(trainers), "REMOVED", by=by, at=at)


def _to_run(session_id: UUID, by: User, refusal: type[DomainError]) -> Session:
    session = Session.objects.locked().get(pk=session_id)
    if not can_run(by, session):
        raise refusal("Only a trainer of the force that runs this session may do that.")
    return session


def _state_after(move: SessionMove, session: Session, refusal: type[DomainError]) -> SessionState:
    state = next_session_state(move, session.state)
    if state is None:
        raise refusal(f"This session is {session.get_state_display().lower()}.")
    return state

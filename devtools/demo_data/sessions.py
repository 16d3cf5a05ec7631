"""Sessions for partners: three years of them with who came, and a dozen ahead, one full with a waiting list and one with a single place left."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from accounts.models import Agency, User
from common.clock import LONDON, is_working_day, start_of_day
from common.references import new_reference
from devtools.demo_data.identity import named_id, next_id
from devtools.demo_data.people import PARTNERS, Setting
from devtools.demo_data.words import BOYS, FAMILY_NAMES, GIRLS
from partners.enums import GIVEN_BACK, REGISTERED, BookingState, MarkedHow, SessionKind, SessionState, Venue, WalkIn
from partners.models import Booking, Delegate, Session
from partners.models.sessions import USUAL_LENGTH
from partners.services.walk_ins import CAME_UNBOOKED

PAST = 38
DAYS_BETWEEN = 29
DELEGATES_OF_AN_AGENCY = 28
CAPACITY = 50
LEFT_EARLY_ONE_IN, WALKED_IN_ONE_IN = 29, 41
# Afternoons for schools, evenings for GPs and night staff.
HOURS = (time(10), time(14), time(16), time(18, 30))
PLACES = (
    "Lantern Walk Hospital, seminar room 2",
    "Kettle Hill Academy, main hall",
    "Brackenport civic offices, room 4",
)
SUBJECTS: tuple[tuple[SessionKind, str, str], ...] = (
    (SessionKind.CPI, "The CPI form in 90 minutes", "When to send community information, what police need in it, and what happens to it."),
    (SessionKind.CLARES_LAW, "Clare's Law: share it yourself, or ask?", "Right to ask, right to know, and when you should share what you hold instead."),
    (SessionKind.SHARING_LAW, "May I share this? The law in two scenarios", "Two cases before and after the law: what you may share without consent, and how to write it down."),
    (SessionKind.SARAHS_LAW, "Sarah's Law for those who work with children", "What the child sex offender disclosure scheme is, and how an application runs."),
    (SessionKind.TOOLKIT_TOUR, "A tour of the child exploitation toolkit", "Where the tools are and which one fits what you saw."),
)  # fmt: skip


@dataclass(frozen=True)
class _Plan:
    """One session to make. `booked` places are taken, by the demo's partner too when `with_partner`."""

    subject: int
    starts_at: datetime
    state: SessionState
    booked: int
    capacity: int = CAPACITY
    with_partner: bool = False
    place: str = ""


@dataclass
class _Made:
    """What has been made so far, to be written together."""

    random: Random
    setting: Setting
    delegates: list[Delegate]
    coordinators: dict[Agency, User]
    sessions: list[Session] = field(default_factory=list)
    bookings: list[Booking] = field(default_factory=list)
    references: set[str] = field(default_factory=set)


def make_sessions(setting: Setting, *, seed: int) -> int:
    """Make the delegates, the sessions and their bookings; returns how many sessions."""
    random = Random(f"{seed} sessions")
    coordinators = {user.agency: user for user in setting.by_role["TRAINING_COORDINATOR"] if user.agency}
    delegates = list(_delegates(setting, random, coordinators))
    made = _Made(random, setting, delegates, coordinators)
    for plan in (*_past(setting, random), *_coming(setting)):
        _make(made, plan)
    Delegate.objects.bulk_create(delegates)
    Session.objects.bulk_create(made.sessions)
    Session.trainers.through.objects.bulk_create(
        Session.trainers.through(session=session, user=setting.people["trainer"]) for session in made.sessions
    )
    Booking.objects.bulk_create(made.bookings)
    return len(made.sessions)


def _delegates(setting: Setting, random: Random, coordinators: dict[Agency, User]) -> Iterator[Delegate]:
    """People of each partner agency who have no account; each name once."""
    used = {user.name for users in setting.by_role.values() for user in users}
    for name, _, _ in PARTNERS:
        agency = setting.agencies[name]
        for _ in range(DELEGATES_OF_AN_AGENCY):
            while (person := f"{random.choice(GIRLS + BOYS)} {random.choice(FAMILY_NAMES)}") in used:
                pass
            used.add(person)
            yield Delegate(
                id=next_id(random),
                agency=agency,
                name=person,
                email=f"{person.lower().replace(' ', '.')}@example.org",
                added_at=start_of_day(setting.today - timedelta(days=3 * 365 + 60)),
                added_by=coordinators[agency],
            )


def _past(setting: Setting, random: Random) -> Iterator[_Plan]:
    """One about every month, held, with its register taken; the last one's is still to be taken."""
    for number in range(PAST, 0, -1):
        day = _working_day(setting.today - timedelta(days=number * DAYS_BETWEEN - 24), step=-1)
        yield _Plan(
            subject=number % len(SUBJECTS),
            starts_at=_at(day, HOURS[number % len(HOURS)]),
            state=SessionState.HELD if number > 1 else SessionState.OPEN,
            booked=random.randint(30, CAPACITY),
            with_partner=number % 7 == 2,
            place=PLACES[number % len(PLACES)] if number % 5 == 0 else "",
        )


def _coming(setting: Setting) -> Iterator[_Plan]:
    """A dozen ahead: the first with the demo's partner, one full, one with a single place, one called off, one not open yet."""
    standings = (
        (SessionState.OPEN, 22, 40, True),
        (SessionState.OPEN, 30, 30, False),
        (SessionState.OPEN, 39, 40, False),
        (SessionState.OPEN, 17, 40, False),
        (SessionState.CANCELLED, 12, 40, True),
        (SessionState.OPEN, 9, 30, False),
        (SessionState.OPEN, 14, 50, True),
        (SessionState.OPEN, 5, 40, False),
        (SessionState.OPEN, 3, 40, False),
        (SessionState.OPEN, 0, 30, False),
        (SessionState.OPEN, 0, 40, False),
        (SessionState.PLANNED, 0, 40, False),
    )
    for number, (state, booked, capacity, with_partner) in enumerate(standings):
        day = _working_day(setting.today + timedelta(days=4 + 8 * number))
        place = PLACES[number % len(PLACES)] if number % 4 == 3 else ""
        starts_at = _at(day, HOURS[number % len(HOURS)])
        yield _Plan(number % len(SUBJECTS), starts_at, state, booked, capacity, with_partner, place)


def _make(made: _Made, plan: _Plan) -> None:
    trainer = made.setting.people["trainer"]
    kind, title, about = SUBJECTS[plan.subject]
    now = start_of_day(made.setting.today)
    planned_at = min(plan.starts_at, now) - timedelta(days=50)
    opened_at = planned_at + timedelta(days=1)
    session = Session(
        id=named_id("session", plan.starts_at.isoformat()),
        host=made.setting.hub,
        kind=kind,
        title=title,
        about=about,
        starts_at=plan.starts_at,
        ends_at=plan.starts_at + USUAL_LENGTH,
        venue=Venue.PLACE if plan.place else Venue.ONLINE,
        place=plan.place,
        joining_link=""
        if plan.place
        else f"https://meet.example.org/{named_id('meeting', plan.starts_at.isoformat())}",
        capacity=plan.capacity,
        booking_closes_at=plan.starts_at,
        state=plan.state,
        planned_at=planned_at,
        planned_by=trainer,
        changed_at=planned_at,
    )
    if plan.state != SessionState.PLANNED:
        session.opened_at, session.opened_by = opened_at, trainer
    if plan.state == SessionState.HELD:
        session.held_at, session.held_by = session.ends_at, trainer
    if plan.state == SessionState.CANCELLED:
        session.cancelled_at, session.cancelled_by = now - timedelta(days=2), trainer
        session.cancel_reason, session.revision = "The trainer is at court that day. A new date follows.", 1
    made.sessions.append(session)
    people = _people(made, plan)
    for person in people:
        _book(made, session, person, opened_at)
    if plan.booked == plan.capacity and plan.starts_at > now + timedelta(days=1):
        for person in _who_waits(made, people):
            _book(made, session, person, opened_at, waits=True)
    if plan.state != SessionState.CANCELLED and plan.booked > 20:
        _book(made, session, made.random.choice(made.delegates), opened_at, gave_back=True)


def _people(made: _Made, plan: _Plan) -> list[User | Delegate]:
    """Who takes the places: any agency's delegates, and the demo's own partner and coordinator where the plan says so."""
    own: list[User | Delegate] = [made.setting.people["partner"], made.setting.people["coordinator"]]
    own = own[: 2 if plan.booked > 20 else 1] if plan.with_partner else []
    return [*own, *made.random.sample(made.delegates, plan.booked - len(own))]


def _who_waits(made: _Made, booked: Collection[User | Delegate]) -> list[User | Delegate]:
    """The waiting list of a full session: the demo's own partner among others, none of whom has a place."""
    others: list[User | Delegate] = [one for one in made.delegates if one not in booked]
    first, last = others[:1], others[1:2]
    return [*first, made.setting.people["partner"], *last]


def _book(
    made: _Made,
    session: Session,
    person: User | Delegate,
    opened_at: datetime,
    *,
    gave_back: bool = False,
    waits: bool = False,
) -> None:
    agency = person.agency
    assert agency is not None  # noqa: S101 -- everybody here belongs to one
    by = person if isinstance(person, User) else made.coordinators[agency]
    until = min(session.starts_at, start_of_day(made.setting.today)) - timedelta(days=3)
    booked_at = opened_at + made.random.random() * (until - opened_at)
    state = BookingState.CANCELLED if gave_back else BookingState.WAITING if waits else _state_in(session, made.random)
    booking = Booking(
        id=next_id(made.random),
        reference=_new_reference(made, booked_at.year),
        session=session,
        agency=agency,
        user=person if isinstance(person, User) else None,
        delegate=person if isinstance(person, Delegate) else None,
        state=state,
        request_key=next_id(made.random),
        booked_at=booked_at,
        booked_by=by,
    )
    if state in GIVEN_BACK:
        booking.cancelled_at = booked_at + timedelta(days=1) if gave_back else session.cancelled_at
        booking.cancelled_by = by if gave_back else session.cancelled_by
    if state in REGISTERED:
        booking.registered_at, booking.registered_by = session.held_at, session.held_by
        _say_how(booking, number=len(made.bookings))
    made.bookings.append(booking)


def _say_how(booking: Booking, *, number: int) -> None:
    """How somebody was marked; now and then one left early, or had not booked."""
    booking.marked_how = MarkedHow.LIST
    if booking.state != BookingState.PRESENT or booking.delegate is None:
        return
    booking.is_partial = number % LEFT_EARLY_ONE_IN == 0
    if number % WALKED_IN_ONE_IN == 0:
        booking.walk_in, booking.moved_note = WalkIn.PLACE, CAME_UNBOOKED
        booking.booked_at, booking.booked_by = booking.session.starts_at, booking.registered_by


def _state_in(session: Session, random: Random) -> BookingState:
    """About one in eight who booked did not come."""
    if session.state == SessionState.HELD:
        return BookingState.PRESENT if random.random() < 0.88 else BookingState.ABSENT
    return BookingState.CALLED_OFF if session.state == SessionState.CANCELLED else BookingState.BOOKED


def _new_reference(made: _Made, year: int) -> str:
    while (reference := new_reference("BKG", year, random=made.random)) in made.references:
        pass
    made.references.add(reference)
    return reference


def _working_day(day: date, *, step: int = 1) -> date:
    """That day, or the next working day in the direction of the step."""
    while not is_working_day(day):
        day += timedelta(days=step)
    return day


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=LONDON).astimezone(UTC)

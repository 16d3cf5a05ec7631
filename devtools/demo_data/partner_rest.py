"""What follows sessions: modules beside files, a stand-in, registers left open, walk-ins with an account, who stays away, an address for feedback."""

from datetime import datetime, time, timedelta

from django.db.models import F

from accounts.models import User
from common.clock import is_working_day, london_moment
from common.references import new_reference
from devtools.demo_data.identity import named_id
from devtools.demo_data.people import Setting
from partners.enums import (
    BookingState,
    MarkedHow,
    MaterialTime,
    RegisterNoticeKind,
    SessionKind,
    SessionState,
    Venue,
    WalkIn,
)
from partners.models import (
    AbsenceWarning,
    Booking,
    Delegate,
    FeedbackLink,
    RegisterNotice,
    Session,
    SessionModule,
    Substitution,
    WalkInJoin,
)
from partners.models.session_feedback import hash_of_token
from partners.models.sessions import USUAL_LENGTH
from partners.services.walk_ins import CAME_UNBOOKED
from training.models import Module

# Where the demo's address for somebody without an account leads: /partners/feedback/fictitious-address/
ADDRESS = "fictitious-address"
THERE = 33


def make_partner_rest(setting: Setting) -> int:
    """Make all of it, after sessions, learning and training; returns how many things."""
    trainers = setting.by_role["TRAINER"]
    lately, closed = _session(setting, 4), _session(setting, 26, by_clock=True)
    made = _modules(setting, lately) + _stand_ins(setting, lately, trainers)
    made += _registers(setting, closed) + _walk_ins(setting, lately)
    FeedbackLink.objects.create(id=named_id("feedback link", 1), session=lately, token_hash=hash_of_token(ADDRESS))
    return made + _absences(setting) + 1


def _when(setting: Setting, back: int) -> datetime:
    """That many days ago, or the working day before."""
    day = setting.today - timedelta(days=back)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return london_moment(day, time(15))


def _session(setting: Setting, back: int, *, by_clock: bool = False) -> Session:
    trainer, starts_at = setting.people["trainer"], _when(setting, back)
    planned_at = starts_at - timedelta(days=30)
    ends_at = starts_at + USUAL_LENGTH
    session = Session(
        id=named_id("session of the rest", back),
        host=setting.hub,
        kind=SessionKind.CPI,
        title="The CPI form: questions from practice",
        about="Bring forms that came back to you, without names.",
        starts_at=starts_at,
        ends_at=ends_at,
        venue=Venue.ONLINE,
        joining_link=f"https://meet.example.org/{named_id('meeting of the rest', back)}",
        capacity=40,
        booking_closes_at=starts_at,
        state=SessionState.HELD,
        planned_at=planned_at,
        planned_by=trainer,
        changed_at=planned_at,
        opened_at=planned_at,
        opened_by=trainer,
    )
    session.held_at = ends_at + timedelta(days=15) if by_clock else ends_at
    session.held_by, session.closed_by_clock = None if by_clock else trainer, by_clock
    session.save()
    session.trainers.add(trainer)
    people = Delegate.objects.select_related("agency", "added_by").order_by("pk")[back : back + THERE]
    for number, person in enumerate(people):
        _book(session, person, number)
    return session


def _book(
    session: Session, person: User | Delegate, number: int, *, absent: bool = False, walks_in: bool = False
) -> Booking:
    """One place, marked where the register is closed; of a register that a job closed two were not marked."""
    assert person.agency is not None  # noqa: S101 -- everybody here belongs to one
    while Booking.objects.filter(reference=(reference := new_reference("BKG", session.starts_at.year))).exists():
        pass
    by_clock = session.closed_by_clock and number % 4 == 0
    booking = Booking(
        id=named_id("place of the rest", session.pk, person.pk),
        reference=reference,
        session=session,
        agency=person.agency,
        user=person if isinstance(person, User) else None,
        delegate=person if isinstance(person, Delegate) else None,
        request_key=named_id("key of the rest", session.pk, person.pk),
        booked_at=session.starts_at - timedelta(days=9, minutes=number),
        booked_by=person if isinstance(person, User) else person.added_by,
    )
    booking.state = BookingState.ABSENT if absent or by_clock else BookingState.PRESENT
    booking.registered_at = session.held_at if by_clock else session.ends_at
    booking.registered_by = None if by_clock else session.planned_by
    booking.marked_how = MarkedHow.CLOCK if by_clock else MarkedHow.LIST
    if walks_in:
        booking.walk_in, booking.moved_note = WalkIn.PLACE, CAME_UNBOOKED
        booking.booked_at, booking.booked_by = session.starts_at, session.planned_by
    booking.save()
    return booking


def _modules(setting: Setting, lately: Session) -> int:
    """One to read before, one for afterwards, at the session of these days and at the next one to come."""
    modules = list(Module.objects.filter(force=setting.hub).order_by("title")[:2])
    coming = Session.objects.filter(host=setting.hub, state=SessionState.OPEN, starts_at__gt=_when(setting, 0))
    sessions = [lately, *coming.order_by("starts_at", "pk")[:1]]
    SessionModule.objects.bulk_create(
        SessionModule(
            id=named_id("module at a session", session.pk, module.pk),
            session=session,
            module=module,
            time=at,
            added_at=session.planned_at,
            added_by=setting.people["trainer"],
        )
        for session in sessions
        for module, at in zip(modules, MaterialTime, strict=False)
    )
    return len(sessions) * len(modules)


def _stand_ins(setting: Setting, lately: Session, trainers: list[User]) -> int:
    """The second trainer led these days in the place of the demo's own."""
    trainer = setting.people["trainer"]
    stand_in = next(one for one in trainers if one != trainer)
    lately.trainers.set([stand_in])
    Substitution.objects.create(
        id=named_id("substitution", 1),
        session=lately,
        trainer=trainer,
        stand_in=stand_in,
        reason="Was needed at court that afternoon.",
        made_at=lately.starts_at - timedelta(hours=5),
        made_by=trainer,
    )
    return 1


def _registers(setting: Setting, closed: Session) -> int:
    """One of which its trainer was reminded, and one that a job closed."""
    left_open = Session.objects.awaiting_register(at=_when(setting, 0)).order_by("starts_at").first()
    told = [(closed, RegisterNoticeKind.CLOSED, timedelta(days=15))]
    told += [(left_open, RegisterNoticeKind.OPEN, timedelta(days=4))] if left_open else []
    RegisterNotice.objects.bulk_create(
        RegisterNotice(
            id=named_id("register notice", session.pk), session=session, kind=kind, made_at=session.ends_at + later
        )
        for session, kind, later in told
    )
    return len(told)


def _walk_ins(setting: Setting, session: Session) -> int:
    """One who was entered by name and has an account, as people may find, and one who was joined already."""
    practitioners = setting.by_role["PARTNER_PRACTITIONER"]
    people = [setting.people["partner"], next(one for one in practitioners if one != setting.people["partner"])]
    for number, user in enumerate(people):
        assert user.agency is not None  # noqa: S101 -- partners belong to one
        delegate = Delegate.objects.create(
            id=named_id("walk-in", number),
            agency=user.agency,
            name=user.name,
            email=f"walk-in-{number}@example.org",
            added_at=session.starts_at,
            added_by=session.planned_by,
        )
        booking = _book(session, delegate, number + THERE, walks_in=True)
        if number == 1:
            WalkInJoin.objects.create(
                id=named_id("join", number),
                booking=booking,
                delegate=delegate,
                user=user,
                joined_at=session.ends_at + timedelta(days=1),
                joined_by=session.planned_by,
            )
            booking.user, booking.delegate = user, None
            booking.save(update_fields=["user", "delegate"])
    return len(people)


def _absences(setting: Setting) -> int:
    """Whoever waits first for a full session missed two sessions this year, and was told of it."""
    waiting = (
        Booking.objects.waiting()
        .filter(delegate__isnull=False)
        .select_related("delegate__agency", "delegate__added_by")
    )
    first = waiting.first()
    if first is None or first.delegate is None:
        return 0
    held = Session.objects.filter(host=setting.hub, state=SessionState.HELD, closed_by_clock=False)
    missed = (
        held.exclude(bookings__delegate=first.delegate)
        .filter(places_taken__lt=F("capacity"), capacity=50)
        .order_by("-starts_at", "pk")[:2]
    )
    roomy = list(missed)
    for session in roomy:
        _book(session, first.delegate, THERE, absent=True)
    AbsenceWarning.objects.create(
        id=named_id("absence warning", 1),
        agency=first.agency,
        delegate=first.delegate,
        missed=2,
        made_at=_when(setting, 1),
    )
    return len(roomy) + 1

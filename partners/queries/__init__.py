"""Questions about sessions and bookings: the lists, who is booked, and what waits for somebody."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, Expression, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import User
from common.clock import MONTHS, Period, london_day
from common.templatetags.dates import day
from common.waiting import Waiting
from partners.enums import ONLY_WAITED, BookingState, SessionState, Side
from partners.models import (
    Booking,
    BookingChange,
    Delegate,
    GroupBooking,
    NamedDelegate,
    PlaceHold,
    Session,
    SessionDate,
    TailoredRequest,
)
from partners.models.bookings import BookingQuerySet
from partners.models.offers import ENDS_SOON
from partners.models.sessions import SessionQuerySet
from partners.queries import prompted, questions
from partners.queries.agencies import agreements_due, people_who_may
from partners.queries.attendance import no_shows, over_since

MONTHS_AHEAD = 12
MONTHS_BACK = 36
MOST_OFFERS_SHOWN = 20
COMING_ORDER = ("starts_at", "pk")
PAST_ORDER = ("-starts_at", "-pk")
BOOKINGS_COMING_ORDER = ("session__starts_at", "pk")
BOOKINGS_PAST_ORDER = ("-session__starts_at", "-pk")


def month_name(month: date) -> str:
    """For example "December 2026"."""
    return f"{MONTHS[month.month - 1]} {month.year}"


def months_offered(today: date, *, back: bool) -> list[date]:
    """First days of the months that the list can be filtered by: those ahead, or those that have been, this one among both."""
    first = today.year * 12 + today.month - 1
    numbers = range(first, first - MONTHS_BACK, -1) if back else range(first, first + MONTHS_AHEAD)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def listed_sessions(
    user: User,
    *,
    at: datetime,
    show: str = "coming",
    kind: str = "",
    month: date | None = None,
    has_places: bool = False,
) -> SessionQuerySet:
    """The sessions of the list, each with `is_mine`: whether this person has a place. `show`: coming, past, register or own_register.

    Who books sees what is coming and open; past ones and their registers are for trainers.
    """
    sessions = Session.objects.visible_to(user)
    if not user.may(Permission.RUN_SESSIONS):
        sessions = sessions.open().coming(at=at)
    elif show == "past":
        sessions = sessions.past(at=at)
    elif show == "register":
        sessions = sessions.awaiting_register(at=at)
    elif show == "own_register":
        sessions = sessions.awaiting_register(at=at).led_by(user)
    else:
        sessions = sessions.coming(at=at)
    if kind:
        sessions = sessions.filter(kind=kind)
    if month is not None:
        period = Period.of_months(month, 1)
        sessions = sessions.filter(starts_at__gte=period.starts_at, starts_at__lt=period.ends_before)
    if has_places:
        sessions = sessions.open().with_places_left()
    mine = Booking.objects.holding_a_place().filter(session=OuterRef("pk"), user=user)
    return sessions.annotate(is_mine=Exists(mine))


def own_booking(user: User, session: Session) -> Booking | None:
    """This person's place on the session, offer or place on its waiting list, if they have one."""
    return session.bookings.standing().filter(user=user).select_related("session").first()


def own_hold(user: User, session: Session, *, at: datetime) -> PlaceHold | None:
    """The place that is held for this person while they fill in the form."""
    return session.holds.live(at=at).filter(user=user).first()


def known_delegate(user: User, named: NamedDelegate) -> User | Delegate | None:
    """The person of the own agency who has this address, with an account or as a delegate."""
    colleague = User.objects.filter(agency=user.agency_id, email__iexact=named.email, is_active=True).first()
    return colleague or Delegate.objects.filter(agency=user.agency_id, email__iexact=named.email).first()


def addresses_of_others(user: User, emails: Collection[str]) -> set[str]:
    """Those of these addresses, in small letters, that belong to accounts of other agencies."""
    lowered = [email.lower() for email in emails]
    others = User.objects.annotate(address=Lower("email")).filter(address__in=lowered, is_active=True)
    return set(others.exclude(agency=user.agency_id).values_list("address", flat=True))


def standing_of(session: Session, person: User | Delegate) -> Booking | None:
    """The place, offer or place on the waiting list that a person has on a session."""
    standing: BookingQuerySet = session.bookings.standing()
    return standing.of_person(person).select_related("user", "delegate").first()


def places_of_others(session: Session) -> int:
    """How many people have a place on a session, an offer of one or wait for one, though it is not for their agency."""
    standing: BookingQuerySet = session.bookings.standing()
    return standing.exclude(agency__in=session.agencies_meant()).count()


def places_at_that_time(session: Session, *people: User | Delegate) -> BookingQuerySet:
    """Places that these people have on other sessions of which a date is at the same time as one of this session."""
    return places_at_the_time_of(session, _places_of(people))


def places_at_the_time_of(session: Session | Expression, places: BookingQuerySet) -> BookingQuerySet:
    """Those of these places that are on other sessions of which a date is at the same time as one of this session."""
    here = SessionDate.objects.filter(
        session=session, starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )
    there = SessionDate.objects.filter(Exists(here), session=OuterRef("session"))
    return places.filter(Exists(there)).exclude(session=session)


def others_of_this_kind(session: Session, *people: User | Delegate) -> BookingQuerySet:
    """Places that these people have on other sessions of the same kind that are not held yet, the first one first."""
    same = _places_of(people).filter(session__kind=session.kind, session__state=SessionState.OPEN)
    return same.exclude(session=session).order_by("-session__starts_at", "pk")


def _places_of(people: Collection[User | Delegate]) -> BookingQuerySet:
    users = [one.pk for one in people if isinstance(one, User)]
    delegates = [one.pk for one in people if isinstance(one, Delegate)]
    return Booking.objects.holding_a_place().filter(Q(user__in=users) | Q(delegate__in=delegates))


def position_of(booking: Booking) -> int:
    """Where somebody who waits stands in the list, from 1."""
    before = Q(booked_at__lt=booking.booked_at) | Q(booked_at=booking.booked_at, pk__lte=booking.pk)
    return Booking.objects.waiting().filter(before, session=booking.session_id).count()


def queue_of(session: Session) -> list[Booking]:
    """Who is offered a place, and then who waits, in order. Only for who runs the session."""
    queue = session.bookings.filter(state__in=(BookingState.OFFERED, BookingState.WAITING))
    found = queue.select_related("user", "delegate", "agency", "offer").order_by("booked_at", "pk")
    return sorted(found, key=lambda booking: booking.is_waiting)


def needs_on(session: Session) -> list[Booking]:
    """Who said what they need, of those who come. Only for the session's trainers."""
    come = session.bookings.holding_a_place().filter(needs__isnull=False)
    found = come.select_related("user", "delegate", "agency", "needs")
    return sorted(found, key=lambda booking: (booking.person.name, booking.pk))


def members_of(group: GroupBooking) -> list[Booking]:
    """What was booked in a group, in the order of its list."""
    found = Booking.objects.filter(group_member__group=group).select_related("user", "delegate")
    return list(found.order_by("group_member__number"))


def had_a_place(booking: Booking) -> bool:
    """Whether the person ever had the place, so that it may stand in their calendar; who only waited had not."""
    if booking.state in ONLY_WAITED:
        return False
    if booking.state == BookingState.CALLED_OFF:
        waited = (BookingState.WAITING, BookingState.OFFERED)
        return not booking.changes.filter(to_state=booking.state, from_state__in=waited).exists()
    return True


def changes_of(booking: Booking) -> list[BookingChange]:
    """What became of a booking, the first change first."""
    return list(booking.changes.select_related("made_by").order_by("number"))


def given_to(user: User, booking: Booking) -> Booking | None:
    """The booking of the colleague whom a place was given to, for who may see that one too."""
    if booking.state != BookingState.HANDED_ON:
        return None
    seen = Booking.objects.visible_to(user).filter(swap_in__old=booking)
    return seen.select_related("user", "delegate").first()


def bookings_on(session: Session) -> list[Booking]:
    """Who has a place, by agency and name. Only for who runs the session."""
    bookings = session.bookings.holding_a_place().select_related("user", "delegate", "agency")
    return sorted(bookings, key=lambda booking: (booking.agency.name, booking.person.name, booking.pk))


def listed_bookings(user: User, *, at: datetime, show: str = "coming", only_own: bool = False) -> BookingQuerySet:
    """The bookings that this person may see: those to come that hold a place, those that wait for one or are offered one, or all others."""
    bookings = Booking.objects.visible_to(user).select_related("session", "user", "delegate")
    if only_own:
        bookings = bookings.filter(user=user)
    if show == "waiting":
        return bookings.filter(state__in=(BookingState.WAITING, BookingState.OFFERED))
    if show == "offered":
        return bookings.offered()
    if show == "missed":
        return bookings & no_shows()
    ahead = Booking.objects.holding_a_place().filter(session__ends_at__gt=at)
    if show == "past":
        waits = Q(state__in=(BookingState.WAITING, BookingState.OFFERED))
        return bookings.exclude(waits).exclude(pk__in=ahead.values("pk"))
    return bookings & ahead


def open_offers(user: User, *, at: datetime, only_own: bool) -> list[Booking]:
    """The places that are offered and can still be accepted, whichever ends first before the others."""
    offered = listed_bookings(user, at=at, show="offered", only_own=only_own).filter(offer__ends_at__gt=at)
    return list(offered.select_related("offer").order_by("offer__ends_at", "pk")[:MOST_OFFERS_SHOWN])


def booking_of_request(user: User, key: UUID) -> Booking | None:
    """What an earlier request with this key made, if this person may see it."""
    return Booking.objects.visible_to(user).filter(request_key=key).first()


def possible_trainers(user: User, *, on: date) -> list[User]:
    """Active people of the own force who may run sessions on that day, by name."""
    found = people_who_may(Permission.RUN_SESSIONS, agency_id=user.agency_id, on=on)
    return list(found.order_by("name", "pk"))


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """The next session of who is booked; for trainers places to fill and registers to take."""
    waiting = []
    if user.may(Permission.BOOK_SESSION, Permission.BOOK_FOR_AGENCY):
        ahead = listed_bookings(user, at=at, only_own=True).order_by(*BOOKINGS_COMING_ORDER)
        starts = list(ahead.values_list("session__starts_at", flat=True))
        if starts:
            whose = "?whose=me" if user.may(Permission.BOOK_FOR_AGENCY) else ""
            words = "session booked" if len(starts) == 1 else "sessions booked, the next"
            waiting.append(
                Waiting(
                    f"{words} on {day(starts[0])}",
                    len(starts),
                    f"{reverse('partners:bookings')}{whose}",
                )
            )
        offered = listed_bookings(user, at=at, show="offered").filter(offer__ends_at__gt=at)
        counted = offered.aggregate(all=Count("pk"), ending=Count("pk", filter=Q(offer__ends_at__lte=at + ENDS_SOON)))
        offers = counted["all"]
        waiting.append(
            Waiting(
                f"place{'s' * (offers != 1)} offered from a waiting list, to accept in time",
                offers,
                f"{reverse('partners:bookings')}?show=offered",
                is_late=counted["ending"] > 0,
            )
        )
    if user.may(Permission.RUN_SESSIONS):
        sessions = reverse("partners:sessions")
        to_fill = listed_sessions(user, at=at, has_places=True).count()
        waiting.append(
            Waiting(f"session{'s' * (to_fill != 1)} with places to fill", to_fill, f"{sessions}?places=left")
        )
        listed = listed_sessions(user, at=at, show="register")
        since = over_since(settings.REGISTER_REMIND_AFTER_DAYS, at=at)
        led = Q(Exists(Session.objects.led_by(user).filter(pk=OuterRef("pk"))))
        counted = listed.aggregate(
            all=Count("pk"), led=Count("pk", filter=led), left=Count("pk", filter=led & Q(ends_at__lt=since))
        )
        registers = counted["all"]
        # Where all of them are one's own, one line says so.
        if 0 < (own := counted["led"]) < registers:
            words = f"register{'s' * (own != 1)} of sessions that you led, to close"
            waiting.append(Waiting(words, own, f"{sessions}?show=own_register", is_late=counted["left"] > 0))
        waiting.append(
            Waiting(
                f"register{'s' * (registers != 1)} to take",
                registers,
                f"{sessions}?show=register",
                is_late=registers > 0,
            )
        )
    runs = user.may(Permission.RUN_SESSIONS) and user.acts_for_police()
    if runs and user.acts_for_hub():
        due = agreements_due(user, on=london_day(at))
        words = f"sharing agreement{'s' * (due != 1)} to review"
        waiting.append(Waiting(words, due, f"{reverse('partners:agencies')}?agreement=due", is_late=due > 0))
    if runs or user.may(Permission.BOOK_FOR_AGENCY):
        side = Side.TRAINER if runs else Side.AGENCY
        turn = TailoredRequest.objects.visible_to(user).awaiting(side).count()
        words = f"tailored session{'s' * (turn != 1)} waiting for you"
        waiting.append(Waiting(words, turn, f"{reverse('partners:tailored_requests')}?show=turn"))
    return waiting + questions.waiting_for(user) + prompted.waiting_for(user, at=at)

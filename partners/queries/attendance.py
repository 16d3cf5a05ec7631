"""Who came and who did not: the register, what was corrected in it, and no-shows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.enums import Permission
from accounts.models import Agency, User
from common.clock import add_working_days, london_day, start_of_day
from partners.enums import BookingState, SessionState
from partners.models import Booking, BookingChange, Session
from partners.models.bookings import BookingQuerySet
from partners.queries.agencies import all_who_may


@dataclass(frozen=True)
class Missed:
    """Of one agency who booked and did not come, and whom to ask there."""

    agency: Agency
    bookings: list[Booking]
    coordinators: list[User]


def corrections_of(session: Session) -> list[BookingChange]:
    """What was changed in a closed register, the last change first; nothing while it is open. Fetches who it is about."""
    if session.held_at is None:
        return []
    changes = BookingChange.objects.filter(booking__session=session, made_at__gt=session.held_at)
    found = changes.select_related("made_by", "booking__user", "booking__delegate")
    return list(found.order_by("-made_at", "-number", "pk"))


def no_shows() -> BookingQuerySet:
    """Who had booked and did not come to a session whose register is closed. Who walked in had not booked."""
    return Booking.objects.filter(state=BookingState.ABSENT, walk_in="", session__state=SessionState.HELD)


def missed_at(session: Session, *, on: date) -> list[Missed]:
    """Who did not come to a session, by agency, with the agency's coordinators of that day."""
    bookings = no_shows().filter(session=session).select_related("user", "delegate", "agency")
    by_agency: dict[Agency, list[Booking]] = {}
    for booking in sorted(bookings, key=lambda one: (one.agency.name, one.person.name, one.pk)):
        by_agency.setdefault(booking.agency, []).append(booking)
    coordinators: dict[UUID | None, list[User]] = {agency.pk: [] for agency in by_agency}
    for user in all_who_may(Permission.BOOK_FOR_AGENCY, on=on).filter(agency__in=by_agency).order_by("name", "pk"):
        coordinators[user.agency_id].append(user)
    return [Missed(agency, found, coordinators[agency.pk]) for agency, found in by_agency.items()]


def walk_in_agencies() -> QuerySet[Agency]:
    """From where somebody may come, by name."""
    return Agency.objects.active().order_by("name", "pk")


def counts_of(session: Session) -> dict[str, int]:
    """How many are marked as what: present, partly, absent, unmarked; how many were there, and how many stand on it."""
    is_present = Q(state=BookingState.PRESENT)
    counts: dict[str, int] = session.bookings.holding_a_place().aggregate(  # type: ignore[attr-defined]
        present=Count("pk", filter=is_present & Q(is_partial=False)),
        partly=Count("pk", filter=is_present & Q(is_partial=True)),
        absent=Count("pk", filter=Q(state=BookingState.ABSENT)),
        unmarked=Count("pk", filter=Q(state=BookingState.BOOKED)),
        there=Count("pk", filter=is_present),
        all=Count("pk"),
    )
    return counts


def over_since(working_days: int, *, at: datetime) -> datetime:
    """Sessions that ended before that have been over for so many working days, not counting the day on which they ended."""
    day = london_day(at)
    while add_working_days(day, working_days) > london_day(at):
        day -= timedelta(days=1)
    return start_of_day(day + timedelta(days=1))

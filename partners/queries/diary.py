"""Questions over the dates of sessions: who would be in two places at once, and what stands in a trainer's diary."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from accounts.enums import Permission
from accounts.models import User
from common.clock import LONDON, is_bank_holiday, london_day, london_moment
from common.templatetags.dates import moment
from partners.enums import Repeat, SessionState
from partners.models import SeriesPart, Session, SessionDate

# What is older than this has gone from a trainer's diary.
DIARY_GOES_BACK = timedelta(days=60)

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Clash:
    """A trainer who would be in two sessions at once."""

    trainer: str
    session: str
    starts_at: datetime

    def __str__(self) -> str:
        return f"{self.trainer} leads {self.session} on {moment(self.starts_at)}"


def clashes_of(
    trainers: Collection[User], spans: Sequence[Span], *, host_id: UUID | None, apart_from: UUID | None = None
) -> list[Clash]:
    """Where these trainers lead another session of the force at one of these times; sessions that were cancelled do not count."""
    if not trainers or not spans:
        return []
    at_these_times = Q()
    for starts_at, ends_at in spans:
        at_these_times |= Q(starts_at__lt=ends_at, ends_at__gt=starts_at)
    found = (
        SessionDate.objects.filter(at_these_times, session__host=host_id, session__trainers__in=trainers)
        .exclude(session=apart_from)
        .exclude(session__state=SessionState.CANCELLED)
        .order_by("starts_at", "session__trainers__name", "pk")
        .values_list("session__trainers__name", "session__title", "starts_at")
    )
    return [Clash(name, title, starts_at) for name, title, starts_at in found]


def spans_of(session: Session) -> list[Span]:
    """All dates of a session, in order."""
    return list(session.dates.order_by("starts_at").values_list("starts_at", "ends_at"))


def part_of(session: Session) -> SeriesPart | None:
    """The place of a session in its series, if it has one."""
    return SeriesPart.objects.select_related("series").filter(session=session).first()


def sessions_in_order(part: SeriesPart) -> list[Session]:
    """The sessions of a series by their dates, without those that were cancelled."""
    sessions = Session.objects.filter(part__series=part.series_id).exclude(state=SessionState.CANCELLED)
    return list(sessions.order_by("starts_at", "pk"))


def diary_of(user: User, *, at: datetime) -> list[SessionDate]:
    """The dates of the sessions that this person leads for their own force, from two months ago on; nothing for who leads none."""
    if user.agency_id is None or not user.may(Permission.RUN_SESSIONS):
        return []
    dates = SessionDate.objects.filter(
        session__trainers=user, session__host=user.agency_id, ends_at__gt=at - DIARY_GOES_BACK
    )
    return list(dates.select_related("session").order_by("starts_at", "pk"))


def repeated(starts_at: datetime, *, every: Repeat | str, count: int) -> list[datetime]:
    """When the next sessions of a rhythm begin: at the same time on the London clock, in summer and in winter.

    Every month means the same weekday of the month (the first Thursday); where there is no fifth one, the last.
    """
    local = starts_at.astimezone(LONDON)
    first = local.date()
    days = [_next_day(first, every=Repeat(every), number=number) for number in range(1, count + 1)]
    return [london_moment(day, local.time()) for day in days]


def holidays_among(moments: Sequence[datetime]) -> list[datetime]:
    """Those that fall on a bank holiday."""
    return [one for one in moments if is_bank_holiday(london_day(one))]


def _next_day(first: date, *, every: Repeat, number: int) -> date:
    if every != Repeat.MONTH:
        return first + timedelta(days=number * (7 if every == Repeat.WEEK else 14))
    year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
    start = date(year, month + 1, 1)
    day = start + timedelta(days=(first.weekday() - start.weekday()) % 7 + 7 * ((first.day - 1) // 7))
    return day if day.month == start.month else day - timedelta(days=7)

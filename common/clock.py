"""Days, hours and periods as the service counts them: working days without bank holidays, the unit's opening hours, quarters.

The wall clock is Europe/London; every moment that comes out is in UTC. Four kinds of limit:
calendar hours (elapsed time, right across a clock change), working hours, working days and calendar days.
Day 0 is the day of the event, so one working day from a Friday is the end of Monday.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings

LONDON = ZoneInfo("Europe/London")
NATIONS = ("ENG", "WLS", "SCT", "NIR")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
ONE_DAY = timedelta(days=1)
# A week that is closed for a whole year is a mistake in the settings, not a deadline in the far future.
LONGEST_CLOSURE_DAYS = 366


@dataclass(frozen=True)
class OpeningHours:
    """From when to when a unit works on one weekday, by the London wall clock."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.opens >= self.closes:
            raise ValueError("A unit must open before it closes.")


@dataclass(frozen=True)
class WorkingWeek:
    """Opening hours for Monday to Sunday; None where the unit is closed."""

    hours: tuple[OpeningHours | None, ...]

    def __post_init__(self) -> None:
        if len(self.hours) != 7:
            raise ValueError("A working week has seven days, Monday first.")
        if not any(self.hours):
            raise ValueError("A working week needs at least one working day.")

    def on(self, day: date) -> OpeningHours | None:
        """The hours of that weekday, bank holidays not yet considered."""
        return self.hours[day.weekday()]


_MONDAY_TO_THURSDAY = OpeningHours(time(8, 30), time(17, 0))
_FRIDAY = OpeningHours(time(8, 30), time(16, 30))
STANDARD_WEEK = WorkingWeek(hours=(*[_MONDAY_TO_THURSDAY] * 4, _FRIDAY, None, None))


@lru_cache(maxsize=512)
def bank_holidays(*, year: int, nation: str) -> frozenset[date]:
    """The bank holidays of one year in ENG, WLS, SCT or NIR, with the days in lieu."""
    if nation not in NATIONS:
        raise ValueError(f"Unknown nation {nation!r}: use one of {', '.join(NATIONS)}.")
    # One finished calendar per year: the library's own growing calendar is not safe between threads.
    return frozenset(holidays.country_holidays("GB", subdiv=nation, years=year, expand=False))


def is_bank_holiday(day: date, *, nation: str | None = None) -> bool:
    """Whether the day is a bank holiday in the nation (default: the NATION setting)."""
    return day in bank_holidays(year=day.year, nation=nation or settings.NATION)


def is_working_day(day: date, *, week: WorkingWeek = STANDARD_WEEK, nation: str | None = None) -> bool:
    """Whether the unit works on that day: it has opening hours and is no bank holiday."""
    return week.on(day) is not None and not is_bank_holiday(day, nation=nation)


def add_working_days(day: date, count: int, *, week: WorkingWeek = STANDARD_WEEK, nation: str | None = None) -> date:
    """The count-th working day after the day, which itself never counts; with 0, the day itself."""
    if count < 0:
        raise ValueError("Working days are counted forwards.")
    for _ in range(count):
        day = _next_working_day(day + ONE_DAY, week=week, nation=nation)
    return day


def working_days_between(
    start: date, end: date, *, week: WorkingWeek = STANDARD_WEEK, nation: str | None = None
) -> int:
    """How many working days come after the start, up to and including the end; negative if the end is earlier."""
    if end < start:
        return -working_days_between(end, start, week=week, nation=nation)
    days = (start + timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(is_working_day(day, week=week, nation=nation) for day in days)


def end_of_working_day(day: date, *, week: WorkingWeek = STANDARD_WEEK, nation: str | None = None) -> datetime:
    """When the unit closes on that day, or on the next working day if it is closed; in UTC."""
    _, closes = _opening(_next_working_day(day, week=week, nation=nation), week=week)
    return closes


def end_of_working_days(
    moment: datetime, count: int, *, week: WorkingWeek = STANDARD_WEEK, nation: str | None = None
) -> datetime:
    """A limit in working days: the close of the count-th working day after the moment's day, in UTC."""
    day = add_working_days(london_day(moment), count, week=week, nation=nation)
    return end_of_working_day(day, week=week, nation=nation)


def end_of_last_working_day(
    moment: datetime, *, week: WorkingWeek = STANDARD_WEEK, nation: str | None = None
) -> datetime:
    """When the unit last closed at the end of a working day, at that moment or before; in UTC."""
    moment = _in_utc(moment)
    for offset in range(LONGEST_CLOSURE_DAYS):
        day = london_day(moment) - timedelta(days=offset)
        if is_working_day(day, week=week, nation=nation):
            _, closes = _opening(day, week=week)
            if closes <= moment:
                return closes
    raise ValueError("The working week has no working day within a year.")


def is_open(moment: datetime, *, week: WorkingWeek = STANDARD_WEEK, nation: str | None = None) -> bool:
    """Whether the unit works at that moment; not at the moment at which it closes."""
    opens, closes = next(_openings(london_day(moment), week=week, nation=nation))
    return opens <= _in_utc(moment) < closes


def next_opening(moment: datetime, *, week: WorkingWeek = STANDARD_WEEK, nation: str | None = None) -> datetime:
    """When the unit next opens after that moment, in UTC."""
    moment = _in_utc(moment)
    openings = _openings(london_day(moment), week=week, nation=nation)
    return next(opens for opens, _ in openings if opens > moment)


def add_working_hours(
    moment: datetime, hours: float, *, week: WorkingWeek = STANDARD_WEEK, nation: str | None = None
) -> datetime:
    """The moment at which the unit has worked that many hours since; in UTC. With 0, the moment itself.

    A limit that is used up exactly when the unit closes falls due then, not when it next opens.
    """
    if hours < 0:
        raise ValueError("Working hours are counted forwards.")
    moment = _in_utc(moment)
    left = timedelta(hours=hours)
    if not left:
        return moment
    # A week without bank holidays has some working time, so this ends.
    for opens, closes in _openings(london_day(moment), week=week, nation=nation):
        begins = max(opens, moment)
        if begins >= closes:
            continue
        if closes - begins >= left:
            return begins + left
        left -= closes - begins
    raise AssertionError("The openings of a week never end.")


def working_time_left(
    now: datetime, due: datetime, *, week: WorkingWeek = STANDARD_WEEK, nation: str | None = None
) -> timedelta:
    """Working time from now until due; negative by the working time since, once due has passed."""
    now, due = _in_utc(now), _in_utc(due)
    if due < now:
        return -working_time_left(due, now, week=week, nation=nation)
    total = timedelta()
    for opens, closes in _openings(london_day(now), week=week, nation=nation):
        if opens >= due:
            break
        total += max(min(closes, due) - max(opens, now), timedelta())
    return total


def add_calendar_hours(moment: datetime, hours: float) -> datetime:
    """The moment that many elapsed hours later, in UTC: across a clock change the London clock shows an hour more or less."""
    return _in_utc(moment) + timedelta(hours=hours)


def add_calendar_days(day: date, count: int) -> date:
    """The day that many days later, weekends and bank holidays included."""
    return day + timedelta(days=count)


def london_day(moment: datetime) -> date:
    """The date on a London wall calendar at that moment."""
    return _in_utc(moment).astimezone(LONDON).date()


def start_of_day(day: date) -> datetime:
    """Midnight in London at which the day begins, in UTC."""
    return _london(day, time(0))


def london_moment(day: date, at: time) -> datetime:
    """When the London clock shows that time on that day, in UTC: once a day, also where the clocks change.

    A time that is left out in spring is the same time after midnight as if the clocks had not gone forward, so it shows an
    hour later; one that comes twice in autumn is the first of the two.
    """
    return _london(day, at)


@dataclass(frozen=True, order=True)
class Period:
    """Whole calendar months, from the first day of the first to the last day of the last."""

    start: date
    end: date

    @property
    def label(self) -> str:
        """In words, for example "July to September 2026"."""
        first, last = MONTHS[self.start.month - 1], MONTHS[self.end.month - 1]
        if self.start.year != self.end.year:
            return f"{first} {self.start.year} to {last} {self.end.year}"
        if self.start.month == self.end.month:
            return f"{first} {self.start.year}"
        return f"{first} to {last} {self.end.year}"

    @property
    def starts_at(self) -> datetime:
        """The first moment of the period, in UTC."""
        return start_of_day(self.start)

    @property
    def ends_before(self) -> datetime:
        """The first moment after the period, in UTC: compare with `<`."""
        return start_of_day(self.end + ONE_DAY)

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return self.label

    @classmethod
    def of_months(cls, day: date, months: int) -> Self:
        """The period of that many months (a divisor of 12, counted from January) that holds the day."""
        first = (day.month - 1) // months * months + 1
        last = first + months - 1
        after = date(day.year + 1, 1, 1) if last == 12 else date(day.year, last + 1, 1)
        return cls(start=date(day.year, first, 1), end=after - ONE_DAY)


@dataclass(frozen=True, order=True)
class Quarter(Period):
    """A calendar quarter."""

    @property
    def year(self) -> int:
        return self.start.year

    @property
    def number(self) -> int:
        """1 for January to March, up to 4."""
        return (self.start.month + 2) // 3

    def next(self) -> "Quarter":
        """The quarter after this one."""
        return quarter_of(self.end + ONE_DAY)

    def previous(self) -> "Quarter":
        """The quarter before this one."""
        return quarter_of(self.start - ONE_DAY)


def quarter_of(day: date) -> Quarter:
    """The calendar quarter that holds the day."""
    return Quarter.of_months(day, 3)


def two_month_period_of(day: date) -> Period:
    """January and February, March and April, and so on: the period of a dip sample that holds the day."""
    return Period.of_months(day, 2)


def _next_working_day(day: date, *, week: WorkingWeek, nation: str | None) -> date:
    """The day itself if it is a working day, else the first one after it."""
    for offset in range(LONGEST_CLOSURE_DAYS):
        candidate = day + timedelta(days=offset)
        if is_working_day(candidate, week=week, nation=nation):
            return candidate
    raise ValueError("The working week has no working day within a year.")


def _openings(day: date, *, week: WorkingWeek, nation: str | None) -> Iterator[tuple[datetime, datetime]]:
    """The opening and closing moments from the day on, in UTC, without end."""
    while True:
        day = _next_working_day(day, week=week, nation=nation)
        yield _opening(day, week=week)
        day += ONE_DAY


def _opening(day: date, *, week: WorkingWeek) -> tuple[datetime, datetime]:
    hours = week.on(day)
    if hours is None:
        raise ValueError(f"The unit is closed on {day}.")
    return _london(day, hours.opens), _london(day, hours.closes)


def _london(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    return moment.astimezone(UTC)


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier; the last of that month where it has no such day."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))

"""Totals of a force's sessions: how many, who came, who did not, in the evening or not, and which agencies nobody ever came from.

One object holds what the page, the CSV, the workbook and the PDF show. Six questions to the database, whatever the period.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.enums import AgencyKind
from accounts.models import Agency
from common.clock import MONTHS, Period, london_day, months_before, start_of_day
from common.statistics.clusters import mean_over, ratio_over
from common.statistics.proportions import SMALLEST_BASE_SHOWN, Proportion
from common.statistics.resampling import Estimate
from common.statistics.rounding import round_half_up
from common.statistics.small_numbers import taken_together
from partners.enums import REGISTERED, BookingState, Package, SessionKind, SessionState, Step
from partners.models import AgencyPackage, Booking, Session

# So many lines, kinds of agency and a chart fit on one page of paper.
MOST_STEPS = 13
SINCE = (6, 12, 24, 36)
USUAL_SINCE = 12


@dataclass(frozen=True)
class Asked:
    """Of which days, by which step, of which kind of session, and not there for how many months."""

    first: date
    last: date
    step: Step = Step.MONTH
    kind: str = ""
    since: int = USUAL_SINCE

    @property
    def kind_label(self) -> str:
        return str(SessionKind(self.kind).label) if self.kind else ""

    @property
    def steps(self) -> list[Period]:
        """The months, quarters or years that the days lie in, the first one first."""
        found = [Period.of_months(self.first, self.step.months)]
        while found[-1].end < self.last:
            found.append(Period.of_months(found[-1].end + timedelta(days=1), self.step.months))
        return found


def usual_first(last: date) -> date:
    """Where nobody says from when: twelve months with that of the last day."""
    return months_before(last.replace(day=1), 11)


def count_of_steps(first: date, last: date, step: Step) -> int:
    """How many lines these days make."""
    return _number(last, step) - _number(first, step) + 1


def _number(day: date, step: Step) -> int:
    return (day.year * 12 + day.month - 1) // step.months


@dataclass(frozen=True)
class Held:
    """One session whose register was taken."""

    on: date
    kind: str
    is_evening: bool
    present: int
    absent: int

    @property
    def places(self) -> int:
        return self.present + self.absent


@dataclass(frozen=True)
class Line:
    """Sessions taken together. `is_hidden`: of so few people that their numbers are not shown."""

    label: str
    held: Sequence[Held]
    is_hidden: bool = False

    @property
    def sessions(self) -> int:
        return len(self.held)

    @property
    def evening(self) -> Proportion:
        """Sessions that began in the evening, of all."""
        return Proportion(sum(one.is_evening for one in self.held), len(self.held))

    @property
    def present(self) -> int:
        """Delegates who came; who came to two sessions counts twice."""
        return sum(one.present for one in self.held)

    @property
    def absent(self) -> int:
        """No-shows: had a place when the register was taken, and did not come."""
        return sum(one.absent for one in self.held)

    @property
    def places(self) -> int:
        return self.present + self.absent

    @property
    def average(self) -> Estimate:
        """Delegates a session."""
        return mean_over([one.present for one in self.held])

    @property
    def average_words(self) -> str:
        """For example "21.4"; nothing without a session."""
        value = self.average.value
        return "" if value is None else str(round_half_up(value, 1))

    @property
    def average_interval(self) -> str:
        """For example "18.2 to 24.6"; nothing without an interval."""
        interval = self.average.interval
        if interval is None:
            return ""
        return " to ".join(str(round_half_up(Fraction(bound), 1)) for bound in (interval.low, interval.high))

    @property
    def no_show(self) -> Estimate:
        """No-shows, of those who had a place."""
        return ratio_over([(one.absent, one.places) for one in self.held])


@dataclass(frozen=True)
class OfAgencies:
    """Agencies of one kind: who of them came in the period, and how many agencies nobody ever came from."""

    label: str
    present: int = 0
    absent: int = 0
    people: int = 0
    agencies: int = 0
    recent: int = 0
    lapsed: int = 0
    never: int = 0
    is_hidden: bool = False

    @property
    def places(self) -> int:
        return self.present + self.absent

    @property
    def never_share(self) -> Proportion:
        """Never reached, of all agencies of the kind: a count of each of them, so no estimate."""
        return Proportion(self.never, self.agencies)


@dataclass(frozen=True)
class Reach:
    """One partner agency, when somebody of it was last present, and what it takes."""

    name: str
    kind: str
    last_on: date | None
    is_declined: bool

    @property
    def kind_label(self) -> str:
        return str(AgencyKind(self.kind).label)


@dataclass(frozen=True)
class Totals:
    """All that is shown. `missing`: agencies never reached, and then those not reached since `since_day`, longest ago first."""

    force: str
    asked: Asked
    whole: Line
    kinds: list[Line]
    steps: list[Line]
    people: int
    open_registers: int
    called_off: int
    by_agencies: list[OfAgencies]
    agencies: OfAgencies
    missing: list[Reach]
    since_day: date
    made_on: date
    fewest: int = SMALLEST_BASE_SHOWN

    @property
    def is_anything_hidden(self) -> bool:
        lines = any(line.is_hidden for line in (self.whole, *self.kinds, *self.steps))
        return lines or any(line.is_hidden for line in self.by_agencies)

    @property
    def declined(self) -> int:
        """How many of those missing take no sessions."""
        return sum(one.is_declined for one in self.missing)


def totals_for(force: Agency, asked: Asked, *, at: datetime) -> Totals:
    """The totals of the sessions that this force runs; of agencies as they stand at that moment, whatever days are asked for."""
    on = london_day(at)
    of_every_kind = _sessions(force, asked)
    sessions = of_every_kind.filter(kind=asked.kind) if asked.kind else of_every_kind
    held_of_every_kind = _held(of_every_kind)
    others = _others(sessions, at=at)
    lines = [Line(str(kind.label), [one for one in held_of_every_kind if one.kind == kind]) for kind in SessionKind]
    by_kind = dict(zip(SessionKind, _with_hidden(lines), strict=True))
    held = [one for one in held_of_every_kind if asked.kind in ("", one.kind)]
    steps = [Line(label_of(one, asked), [each for each in held if each.on in one]) for one in asked.steps]
    by_step = _hidden_within(steps, [_longer(one.start, asked.step) for one in asked.steps])
    whole = Line("All sessions", held)
    whole = replace(whole, is_hidden=0 < whole.places < SMALLEST_BASE_SHOWN)
    # A kind that is hidden beside the others could else be read by asking for it alone.
    if asked.kind and by_kind[SessionKind(asked.kind)].is_hidden:
        whole = replace(whole, is_hidden=whole.places > 0)
    since_day = months_before(on, asked.since)
    reached = _agencies(force, asked, on=on)
    who_came = _who_came(sessions.filter(state=SessionState.HELD))
    by_agencies = _by_agencies(who_came, reached, since_day)
    if whole.is_hidden:
        by_step, by_agencies = _all_hidden(by_step), _all_hidden(by_agencies)
    return Totals(
        force=force.name,
        asked=asked,
        whole=whole,
        kinds=[line for kind, line in by_kind.items() if asked.kind in ("", kind)],
        steps=by_step,
        people=_there(sessions.filter(state=SessionState.HELD)).aggregate(people=Count("who", distinct=True))["people"],
        open_registers=others["open_registers"],
        called_off=others["called_off"],
        by_agencies=by_agencies,
        agencies=replace(_all_agencies(by_agencies), is_hidden=whole.is_hidden),
        missing=_missing(reached, since_day),
        since_day=since_day,
        made_on=on,
    )


def label_of(period: Period, asked: Asked) -> str:
    """For example "Jan 2026", "Jan to Mar 2026", "2026"; "part" where days of it were not asked for."""
    first, last = MONTHS[period.start.month - 1][:3], MONTHS[period.end.month - 1][:3]
    month = first if asked.step == Step.MONTH else f"{first} to {last}"
    label = str(period.start.year) if asked.step == Step.YEAR else f"{month} {period.start.year}"
    is_whole = asked.first <= period.start and period.end <= asked.last
    return label if is_whole else f"{label} (part)"


def _sessions(force: Agency, asked: Asked) -> QuerySet[Session]:
    begin, end = start_of_day(asked.first), start_of_day(asked.last + timedelta(days=1))
    return Session.objects.filter(host=force, starts_at__gte=begin, starts_at__lt=end)


def _held(sessions: QuerySet[Session]) -> list[Held]:
    """Each session whose register was taken, with how many came and how many did not."""
    counted = sessions.filter(state=SessionState.HELD).annotate(
        present=Count("bookings", filter=Q(bookings__state=BookingState.PRESENT)),
        absent=Count("bookings", filter=Q(bookings__state=BookingState.ABSENT)),
    )
    found: Any = counted.only("kind", "starts_at").order_by("starts_at", "pk")
    return [Held(london_day(one.starts_at), one.kind, one.is_evening, one.present, one.absent) for one in found]


def _others(sessions: QuerySet[Session], *, at: datetime) -> dict[str, int]:
    """Those that no figure counts: over without a register, and called off."""
    return sessions.aggregate(
        open_registers=Count("pk", filter=Q(state=SessionState.OPEN, ends_at__lte=at, places_taken__gt=0)),
        called_off=Count("pk", filter=Q(state=SessionState.CANCELLED)),
    )


def _there(sessions: QuerySet[Session]) -> QuerySet[Any]:
    """Who was present, with `who`: the user or the delegate."""
    there = Booking.objects.filter(session__in=sessions, state=BookingState.PRESENT)
    return there.annotate(who=Coalesce("user_id", "delegate_id"))


def _who_came(sessions: QuerySet[Session]) -> dict[str, OfAgencies]:
    """By kind of agency: who came, who did not, and how many people that were."""
    registered = Booking.objects.filter(session__in=sessions, state__in=REGISTERED)
    here = Q(state=BookingState.PRESENT)
    rows = (
        registered.annotate(who=Coalesce("user_id", "delegate_id"))
        .values("agency__kind")
        .annotate(
            present=Count("pk", filter=here),
            absent=Count("pk", filter=~here),
            people=Count("who", filter=here, distinct=True),
        )
        .order_by("agency__kind")
    )
    return {
        row["agency__kind"]: OfAgencies("", present=row["present"], absent=row["absent"], people=row["people"])
        for row in rows
    }


def _partners() -> QuerySet[Agency]:
    """Whom the sessions are for; other forces may come, and are not missed."""
    return Agency.objects.active().filter(is_hub=False).exclude(kind=AgencyKind.POLICE)


@dataclass(frozen=True)
class _Agency:
    name: str
    kind: str
    last_at: datetime | None
    is_declined: bool

    @property
    def last_on(self) -> date | None:
        return london_day(self.last_at) if self.last_at else None


def _agencies(force: Agency, asked: Asked, *, on: date) -> list[_Agency]:
    """Every partner agency, with when somebody of it was last present on a session of the force and kind. Two questions."""
    there = Booking.objects.filter(state=BookingState.PRESENT, session__host=force, session__state=SessionState.HELD)
    if asked.kind:
        there = there.filter(session__kind=asked.kind)
    last = dict(there.values("agency").annotate(last=Max("session__starts_at")).values_list("agency", "last"))
    now = AgencyPackage.objects.current(on=on).filter(agency=OuterRef("pk"))
    found = _partners().annotate(package_now=Subquery(now.values("package")[:1])).order_by("name", "pk")
    return [
        _Agency(name, kind, last.get(pk), package == Package.DECLINED)
        for pk, name, kind, package in found.values_list("pk", "name", "kind", "package_now")
    ]


def _by_agencies(came: dict[str, OfAgencies], agencies: list[_Agency], since_day: date) -> list[OfAgencies]:
    """A line for each kind of which there is an agency, or somebody came."""
    all_of, never, lapsed = Counter[str](), Counter[str](), Counter[str]()
    for one in agencies:
        all_of[one.kind] += 1
        never[one.kind] += one.last_on is None
        lapsed[one.kind] += one.last_on is not None and one.last_on < since_day
    lines = [
        replace(
            came.get(kind, OfAgencies("")),
            label=str(kind.label),
            agencies=all_of[kind],
            recent=all_of[kind] - never[kind] - lapsed[kind],
            lapsed=lapsed[kind],
            never=never[kind],
        )
        for kind in AgencyKind
        if kind in came or all_of[kind]
    ]
    return _with_hidden(lines)


def _all_agencies(lines: list[OfAgencies]) -> OfAgencies:
    names = ("present", "absent", "people", "agencies", "recent", "lapsed", "never")
    sums = {name: sum(getattr(line, name) for line in lines) for name in names}
    return replace(
        OfAgencies("All agencies", **sums), is_hidden=0 < sums["present"] + sums["absent"] < SMALLEST_BASE_SHOWN
    )


def _missing(agencies: list[_Agency], since_day: date) -> list[Reach]:
    """The never reached by kind and name, then the others by when they were last there."""
    found = [Reach(one.name, one.kind, one.last_on, one.is_declined) for one in agencies]
    never = sorted((one for one in found if one.last_on is None), key=lambda one: (one.kind_label, one.name))
    lapsed = [(one.last_on, one.name, one) for one in found if one.last_on is not None and one.last_on < since_day]
    return [*never, *(one for _, _, one in sorted(lapsed, key=lambda row: row[:2]))]


def _with_hidden(lines: Any) -> Any:
    """The lines with those marked of which nobody may be told apart: too few people, or found by taking the others from the whole."""
    sizes = {place: line.places for place, line in enumerate(lines) if line.places}
    hidden = set(taken_together(sizes))
    return [replace(line, is_hidden=place in hidden) for place, line in enumerate(lines)]


def _all_hidden(lines: Any) -> Any:
    return [replace(line, is_hidden=line.places > 0) for line in lines]


def _longer(day: date, step: Step) -> tuple[int, int]:
    """In which longer part a part of the totals lies: a month in its quarter, a quarter in its year."""
    return (day.year, (day.month - 1) // 3 if step == Step.MONTH else 0)


def _hidden_within(lines: list[Line], groups: list[tuple[int, int]]) -> list[Line]:
    """The same, hidden within each longer part too: whoever asks for longer parts sees its sum, and could take the others from it."""
    hidden: set[int] = set()
    for group in dict.fromkeys(groups):
        sizes = {place: line.places for place, line in enumerate(lines) if groups[place] == group and line.places}
        hidden |= set(taken_together(sizes))
    marked: list[Line] = _with_hidden(lines)
    return [replace(line, is_hidden=line.is_hidden or place in hidden) for place, line in enumerate(marked)]

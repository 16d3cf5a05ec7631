"""Questions about applications that partners prompted: the list, the series by month, and before and after an agency's training."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import BooleanField, Case, Count, Exists, Min, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, TruncMonth
from django.urls import reverse

from accounts.enums import AgencyKind, Permission
from accounts.models import Agency, User
from common.charts import Chart, bar_chart
from common.clock import LONDON, MONTHS, london_day, months_before, start_of_day
from common.statistics.proportions import Proportion
from common.waiting import Waiting
from partners.enums import BookingState, Judgement, Known, ShouldHave
from partners.models import ApplicationEvent, Booking, PromptedApplication
from partners.models.prompted import RISK_OPEN, PromptedApplicationQuerySet, past_limit, sees_every_agency

LIST_ORDER = ("-received_on", "-pk")
SHOWN = {"open": "Open", "late": "Late", "judge": "Without a judgement", "risk": "Risk not acted on"}
MONTHS_SHOWN = (12, 24, 36)


def listed_applications(
    user: User, *, on: date, show: str = "", scheme: str = "", agency: UUID | None = None
) -> PromptedApplicationQuerySet:
    """The log of the person's force, without what was struck out. `show` is one of SHOWN, or nothing for all."""
    listed = PromptedApplication.objects.of_force(user).counted().select_related("agency")
    if show == "open":
        listed = listed.open()
    elif show == "late":
        listed = listed.late(on=on)
    elif show == "judge":
        listed = listed.to_judge()
    elif show == "risk":
        listed = listed.with_open_risk()
    if scheme:
        listed = listed.filter(scheme=scheme)
    if agency is not None:
        listed = listed.filter(agency=agency)
    return listed


def steps_of(application: PromptedApplication) -> QuerySet[ApplicationEvent]:
    """What was done with it, the newest first, each with its author."""
    return application.events.select_related("by").order_by("-number")


def partner_agencies() -> QuerySet[Agency]:
    """Every agency that may have prompted one, by name."""
    return Agency.objects.filter(is_active=True).exclude(kind=AgencyKind.POLICE).order_by("name", "pk")


@dataclass(frozen=True)
class Totals:
    """Applications of some time: how many an agency prompted while it held the information itself, and how they were judged."""

    prompted: int = 0
    held: int = 0
    unknown: int = 0
    judged: int = 0
    inappropriate: int = 0

    @property
    def held_share(self) -> Proportion:
        """The rate that the training is to lower: prompted by an agency that held the information, of all that were prompted."""
        return Proportion(self.held, self.prompted)

    @property
    def held_of_known(self) -> Proportion:
        """The same of those alone of which it is known whether the agency held the information."""
        return Proportion(self.held, self.prompted - self.unknown)

    @property
    def inappropriate_share(self) -> Proportion:
        """Judged as not appropriate, of those that were judged."""
        return Proportion(self.inappropriate, self.judged)

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.prompted + other.prompted,
            self.held + other.held,
            self.unknown + other.unknown,
            self.judged + other.judged,
            self.inappropriate + other.inappropriate,
        )


# How the database counts what Totals holds.
COUNTED = {
    "prompted": Count("pk"),
    "held": Count("pk", filter=Q(held_information=Known.YES)),
    "unknown": Count("pk", filter=Q(held_information=Known.UNKNOWN)),
    "judged": Count("pk", filter=~Q(judgement="")),
    "inappropriate": Count("pk", filter=Q(judgement=Judgement.INAPPROPRIATE)),
}


@dataclass(frozen=True)
class Month:
    """One month: what was prompted, who was present on sessions, and how many people had been by its end."""

    first: date
    counts: Totals
    delegates: int
    trained_so_far: int

    @property
    def label(self) -> str:
        """For example "Dec 2026"."""
        return f"{MONTHS[self.first.month - 1][:3]} {self.first.year}"


@dataclass(frozen=True)
class OfAgency:
    """One agency: people trained so far, and its applications before its first delegate was there and since that day."""

    agency: Agency
    trained: int
    first_trained_on: date | None
    before: Totals
    since: Totals


@dataclass(frozen=True)
class Figures:
    """The log beside the training of the same agencies. `total` is of the months shown, `agencies` of all time."""

    months: list[Month]
    agencies: list[OfAgency]
    total: Totals

    @property
    def period(self) -> str:
        return f"{self.months[0].label} to {self.months[-1].label}"

    @property
    def chart(self) -> Chart:
        """Applications by month."""
        counts = [month.counts.prompted for month in self.months]
        step = max(1, -(-max(counts) // 4))
        every = 1 if len(self.months) <= MONTHS_SHOWN[0] else 3
        return bar_chart(
            slug="prompted",
            title=f"{self.total.prompted} applications that an agency prompted, {self.period}",
            caption="Applications by the month in which they came. The table below has the delegates beside them.",
            labels=[month.label if place % every == 0 else "" for place, month in enumerate(self.months)],
            values=counts,
            high=4 * step,
            ticks=range(0, 4 * step + 1, step),
        )


def figures_for(user: User, *, on: date, months: int = 12, scheme: str = "", agency: Agency | None = None) -> Figures:
    """The figures that this person may see, of the last `months` months with that of `on`: of all agencies, or of their own alone.

    Delegates are people who were present on a session, each counted once in a month; `trained_so_far` counts each once at
    all. What an agency prompted before it sent anybody stands beside what it prompted since. Four queries.
    """
    log = _log_of(user, scheme=scheme, agency=agency)
    if not sees_every_agency(user):
        agency = user.agency
    first_times = _first_times(user, agency)
    shown = [months_before(on.replace(day=1), back) for back in range(months - 1, -1, -1)]
    counts = _counts_by_month(log, since=shown[0], until=on)
    delegates = _delegates_by_month(_presences(user, agency), since=shown[0])
    lines, so_far = [], sum(row.people for row in first_times if row.month < shown[0])
    for first in shown:
        so_far += sum(row.people for row in first_times if row.month == first)
        lines.append(Month(first, counts.get(first, Totals()), delegates.get(first, 0), so_far))
    return Figures(lines, _by_agency(log, first_times), sum(counts.values(), Totals()))


HEADINGS = (
    "Month",
    "Applications prompted",
    "Agency held the information",
    "Not known whether it did",
    "Judged",
    "Judged not appropriate",
    "Delegates present",
    "People trained so far",
)


def month_rows(figures: Figures) -> list[tuple[str | int, ...]]:
    """The series as rows under HEADINGS."""
    return [
        (
            f"{month.first:%Y-%m}",
            month.counts.prompted,
            month.counts.held,
            month.counts.unknown,
            month.counts.judged,
            month.counts.inappropriate,
            month.delegates,
            month.trained_so_far,
        )
        for month in figures.months
    ]


@dataclass(frozen=True)
class Lesson:
    """What should have happened in place of applications, and how often."""

    label: str
    count: int


def lessons_for(
    user: User, *, on: date, months: int = 12, scheme: str = "", agency: Agency | None = None
) -> list[Lesson]:
    """What should have happened instead, in the months and of the scheme and agency that `figures_for` shows; the most frequent first."""
    rows = (
        _log_of(user, scheme=scheme, agency=agency)
        .filter(judgement=Judgement.INAPPROPRIATE, received_on__gte=months_before(on.replace(day=1), months - 1))
        .values("should_have")
        .annotate(count=Count("pk"))
        .order_by("-count", "should_have")
    )
    return [Lesson(ShouldHave(row["should_have"]).label, row["count"]) for row in rows]


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """For who keeps the log: risk that nobody acted on, what is late, and what nobody has judged. One query."""
    if not user.may(Permission.KEEP_RIGHT_TO_ASK):
        return []
    log = PromptedApplication.objects.of_force(user).counted()
    counts = log.aggregate(
        risk=Count("pk", filter=RISK_OPEN),
        late=Count("pk", filter=past_limit(london_day(at))),
        judge=Count("pk", filter=Q(judgement="")),
    )
    words = {
        "risk": "right to ask that was not completed, and nobody acted on the risk",
        "late": f"right to ask open for more than {settings.RIGHT_TO_ASK_DAYS} days",
        "judge": "right to ask without a judgement",
    }
    url = reverse("partners:prompted")
    return [Waiting(text, counts[name], f"{url}?show={name}", is_late=name != "judge") for name, text in words.items()]


def _log_of(user: User, *, scheme: str, agency: Agency | None) -> PromptedApplicationQuerySet:
    """What the own force logged, of one agency where that is asked for; or what any force logged of the own agency."""
    log = PromptedApplication.objects.counted()
    if sees_every_agency(user):
        log = log.filter(force=user.agency_id)
        log = log if agency is None else log.filter(agency=agency)
    else:
        log = log.filter(agency=user.agency_id)
    return log.filter(scheme=scheme) if scheme else log


def _presences(user: User, agency: Agency | None) -> QuerySet[Any]:
    """Who was present, with `who`: the user or the delegate; for a force on its own sessions."""
    there = Booking.objects.filter(state=BookingState.PRESENT).annotate(who=Coalesce("user_id", "delegate_id"))
    if sees_every_agency(user):
        there = there.filter(session__host=user.agency_id)
    return there if agency is None else there.filter(agency=agency)


@dataclass(frozen=True)
class _FirstTimes:
    """How many people of an agency were present for the first time in a month, and the earliest day."""

    agency_id: UUID
    month: date
    people: int
    earliest: date


def _first_times(user: User, agency: Agency | None) -> list[_FirstTimes]:
    """One row for each agency and month in which somebody of it came for the first time."""
    earlier = _presences(user, agency).filter(who=OuterRef("who")).exclude(pk=OuterRef("pk"))
    earlier = earlier.filter(
        Q(session__starts_at__lt=OuterRef("session__starts_at"))
        | Q(session__starts_at=OuterRef("session__starts_at"), pk__lt=OuterRef("pk"))
    )
    rows = (
        _presences(user, agency)
        .filter(~Exists(earlier))
        .annotate(month=TruncMonth("session__starts_at", tzinfo=LONDON))
        .values("agency_id", "month")
        .annotate(people=Count("pk"), earliest=Min("session__starts_at"))
        .order_by("agency_id", "month")
    )
    return [
        _FirstTimes(row["agency_id"], london_day(row["month"]), row["people"], london_day(row["earliest"]))
        for row in rows
    ]


def _delegates_by_month(there: QuerySet[Any], *, since: date) -> dict[date, int]:
    rows = (
        there.filter(session__starts_at__gte=start_of_day(since))
        .annotate(month=TruncMonth("session__starts_at", tzinfo=LONDON))
        .values("month")
        .annotate(people=Count("who", distinct=True))
        .order_by("month")
    )
    return {london_day(row["month"]): row["people"] for row in rows}


def _counts_by_month(log: PromptedApplicationQuerySet, *, since: date, until: date) -> Mapping[date, Totals]:
    rows = (
        log.filter(received_on__gte=since, received_on__lte=until)
        .annotate(month=TruncMonth("received_on"))
        .values("month")
        .annotate(**COUNTED)
        .order_by("month")
    )
    return {row["month"]: _totals(row) for row in rows}


def _totals(row: Mapping[str, Any]) -> Totals:
    return Totals(**{name: row[name] for name in COUNTED})


def _by_agency(log: PromptedApplicationQuerySet, first_times: list[_FirstTimes]) -> list[OfAgency]:
    """Each agency that prompted one or was trained, by name."""
    trained: Counter[UUID] = Counter()
    began: dict[UUID, date] = {}
    for row in first_times:
        trained[row.agency_id] += row.people
        began[row.agency_id] = min(row.earliest, began.get(row.agency_id, row.earliest))
    since = Case(
        *(When(agency=agency, received_on__gte=day, then=Value(True)) for agency, day in began.items()),
        default=Value(False),
        output_field=BooleanField(),
    )
    rows = log.annotate(is_since=since).values("agency_id", "is_since").annotate(**COUNTED).order_by("agency_id")
    counts = {(row["agency_id"], row["is_since"]): _totals(row) for row in rows}
    known = {agency for agency, _ in counts} | set(began)
    return [
        OfAgency(
            agency=agency,
            trained=trained[agency.pk],
            first_trained_on=began.get(agency.pk),
            before=counts.get((agency.pk, False), Totals()),
            since=counts.get((agency.pk, True), Totals()),
        )
        for agency in Agency.objects.filter(pk__in=known).order_by("name", "pk")
    ]

"""What is met today and lapses in the coming months: by requirement, by team, and who."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import Team, User
from common.statistics.small_numbers import are_too_few, in_words, taken_together
from training.enums import EvidenceAnswer, NeedKind, RecordState
from training.models import Module, ModuleVersion, SkillEvidence, TrainingRecord
from training.models.modules import months_after
from training.queries.matrix import Line
from training.queries.needs import Need, Requirements, needs_towards, requirements_of

MONTHS = 6
AT_A_TIME = 1_000
NO_TEAM = "No team"


@dataclass(frozen=True)
class Month:
    """A calendar month, or what is left of the one that runs; `code` is how addresses name it."""

    starts_on: date
    is_running: bool = False

    @property
    def code(self) -> str:
        return f"{self.starts_on:%Y-%m}"

    @property
    def label(self) -> str:
        return f"Rest of {self.starts_on:%B}" if self.is_running else f"{self.starts_on:%B %Y}"

    @property
    def short_label(self) -> str:
        return f"{self.starts_on:%b}"


@dataclass(frozen=True)
class ForecastLine:
    """One requirement, or one team, with how many lapse in each month. `minutes` is how long a module takes once."""

    title: str
    key: str
    months: Sequence[Month]
    counts: tuple[int, ...]
    minutes: int | None = None

    @property
    def by_month(self) -> list[tuple[Month, int]]:
        return list(zip(self.months, self.counts, strict=True))

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def hours(self) -> float | None:
        """Of learning in all, where one takes it alone; None where nobody knows how long it takes."""
        return None if self.minutes is None else round(self.total * self.minutes / 60, 1)


@dataclass(frozen=True)
class Forecast:
    """What lapses by month, without what was renewed already: the best that somebody has counts."""

    months: list[Month]
    lines: list[ForecastLine]

    @property
    def totals(self) -> list[int]:
        return [sum(line.counts[at] for line in self.lines) for at in range(len(self.months))]

    @property
    def totals_by_month(self) -> list[tuple[Month, int]]:
        return list(zip(self.months, self.totals, strict=True))

    @property
    def total(self) -> int:
        return sum(self.totals)

    @property
    def hours(self) -> float:
        return round(sum(line.hours or 0 for line in self.lines), 1)


def months_from(on: date) -> list[Month]:
    """What is left of this month, and the next six."""
    first = on.replace(day=1)
    return [Month(first, is_running=True), *(Month(months_after(first, number)) for number in range(1, MONTHS + 1))]


def lapsing(
    people: QuerySet[User], requirements: Requirements, *, after: date, until: date, on: date
) -> Iterator[tuple[User, Need, date]]:
    """Who has something in date that is asked of them and lapses after the one day and by the other, what, and the day; by name.

    In eight queries for each thousand people who hold something with such a day.
    """
    days = {"lapses_on__gt": after, "lapses_on__lte": until}
    records = TrainingRecord.objects.filter(person=OuterRef("pk"), state=RecordState.COMPLETE, **days)
    entries = SkillEvidence.objects.filter(person=OuterRef("pk"), answer=EvidenceAnswer.CONFIRMED, **days)
    # Their keys first, in one question: a page that is turned by counting loses or repeats whoever was renamed meanwhile.
    concerned = list(
        people.filter(Exists(records) | Exists(entries)).order_by("name", "pk").values_list("pk", flat=True)
    )
    for first in range(0, len(concerned), AT_A_TIME):
        some = list(people.filter(pk__in=concerned[first : first + AT_A_TIME]).order_by("name", "pk"))
        needs = needs_towards(requirements, some, on=on)
        for person in some:
            for need in needs[person.pk]:
                lapses_on = need.lapses_on
                if lapses_on is not None and after < lapses_on <= until:
                    yield person, need, lapses_on


def lapses_by_month(people: QuerySet[User], requirements: Requirements, *, on: date) -> Iterator[tuple[Month, Line]]:
    """The same for the months of the forecast, each with its month."""
    months = months_from(on)
    by_code = {month.code: month for month in months}
    end = months_after(months[-1].starts_on, 1) - timedelta(days=1)
    for person, need, lapses_on in lapsing(people, requirements, after=on, until=end, on=on):
        yield by_code[f"{lapses_on:%Y-%m}"], Line(person, need)


def forecast_of(people: QuerySet[User], *, force_id: UUID | None, on: date) -> Forecast:
    """By requirement: modules, modules to choose from, skills, each by title."""
    requirements = requirements_of(force_id, on=on)
    months = months_from(on)
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * len(months))
    titles: dict[str, Need] = {}
    for month, line in lapses_by_month(people, requirements, on=on):
        key = line.need.key
        titles.setdefault(key, line.need)
        counts[key][months.index(month)] += 1
    minutes = _minutes([need.module for need in titles.values() if need.module], on=on)
    kinds = list(NeedKind)
    needs = sorted(titles.items(), key=lambda pair: (kinds.index(pair[1].kind), pair[1].title, pair[0]))
    return Forecast(
        months,
        [
            ForecastLine(
                f"{need.profiles[0].name}: {need.title}" if need.kind is NeedKind.CHOICE else need.title,
                key,
                months,
                tuple(counts[key]),
                minutes.get(need.module.pk) if need.module else None,
            )
            for key, need in needs
        ],
    )


def forecast_by_team(people: QuerySet[User], *, force_id: UUID | None, on: date) -> Forecast | None:
    """By team and without a name: teams of few people together. None where there are too few people at all."""
    sizes = {
        row["team"]: row["count"] for row in people.order_by().values("team").annotate(count=Count("pk"))
    }  # None is who is in no team
    names: dict[UUID | None, str] = dict(
        Team.objects.filter(pk__in=[pk for pk in sizes if pk]).values_list("pk", "name")
    )
    names[None] = NO_TEAM
    together = taken_together(sizes)
    if not sizes or are_too_few(together, sizes):
        return None
    months = months_from(on)
    counts: dict[UUID | None, list[int]] = {team: [0] * len(months) for team in sizes}
    for month, line in lapses_by_month(people, requirements_of(force_id, on=on), on=on):
        counts[line.person.team_id][months.index(month)] += 1
    by_name = sorted((team for team in sizes if team not in together), key=lambda team: (team is None, names[team]))
    lines = [ForecastLine(names[team], "", months, tuple(counts[team])) for team in by_name]
    if together:
        of_small = [sum(column) for column in zip(*(counts[team] for team in together), strict=True)]
        lines.append(ForecastLine(in_words(sorted(names[team] for team in together)), "", months, tuple(of_small)))
    return Forecast(months, lines)


def people_lapsing(people: QuerySet[User], *, force_id: UUID | None, what: str, month: str, on: date) -> list[Line]:
    """Exactly those whom one number of the forecast counts: of one requirement or of all, in one month or in all."""
    found = lapses_by_month(people, requirements_of(force_id, on=on), on=on)
    return [line for one, line in found if month in ("", one.code) and what in ("", line.need.key)]


def _minutes(modules: Sequence[Module], *, on: date) -> dict[UUID, int]:
    """By module how long it takes as it is taught on that day."""
    versions = ModuleVersion.objects.current(on=on).filter(module__in=modules)
    return dict(versions.values_list("module", "minutes"))


def people_of_agency(user: User) -> QuerySet[User]:
    """Everybody of the agency, for who sees counts alone."""
    return User.objects.filter(Q(agency=user.agency_id), is_active=True, agency__isnull=False)

"""Whether supervision is held on time, as counts: never who, never what was said, never why a session was missed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum, auto

from accounts.models import User
from common.statistics.proportions import Proportion
from common.statistics.small_numbers import are_too_few, taken_together
from training.enums import SupervisionState
from training.models import Supervision, SupervisionSession

NO_TEAM = "In no team"


class Kept(Enum):
    ON_TIME = auto()
    LATE = auto()
    MISSED = auto()


def kept_of(
    *, starts_on: date, ends_on: date | None, every_weeks: int, held_on: Iterable[date], until: date
) -> list[tuple[date, Kept]]:
    """Each day by which a session was due until that day, with what became of it, in order.

    A session is due so many weeks after the one before (at first after the start). One that is held later than that is late; where
    so much time went by that further sessions would have been due, those before it were missed. What is due when the supervision
    has ended is not asked for.
    """
    rhythm = timedelta(weeks=every_weeks)
    found: list[tuple[date, Kept]] = []
    last = starts_on
    for day in sorted(held_on):
        due = last + rhythm
        while due + rhythm < day:
            found.append((due, Kept.MISSED))
            due += rhythm
        found.append((due, Kept.ON_TIME if day <= due else Kept.LATE))
        last = day
    due = last + rhythm
    while due < until and (ends_on is None or due < ends_on):
        found.append((due, Kept.MISSED))
        due += rhythm
    return [(due, kept) for due, kept in found if due <= until]


@dataclass(frozen=True)
class Figures:
    """Of one team, or of several together."""

    teams: tuple[str, ...]
    people: int
    on_time: int
    late: int
    missed: int

    @property
    def due(self) -> int:
        return self.on_time + self.late + self.missed

    @property
    def rate(self) -> Proportion:
        """Held on time, of those due."""
        return Proportion(self.on_time, self.due)

    @property
    def size(self) -> int:
        """What the rule of small numbers looks at: a few people with many sessions are a few people."""
        return min(self.people, self.due)


@dataclass(frozen=True)
class FiguresOfYear:
    """The whole agency, and its teams, small ones together; nothing where all of it is too small."""

    total: Figures | None
    teams: Sequence[Figures]


def figures_of_year(user: User, *, year: int, on: date) -> FiguresOfYear:
    """What was due in a calendar year, until that day, in the person's agency, by the team of the people supervised."""
    first, last = date(year, 1, 1), min(date(year, 12, 31), on)
    lasting = Supervision.objects.filter(agency=user.agency_id, starts_on__lte=last).exclude(ends_on__lte=first)
    supervisions = list(
        lasting.values_list("pk", "supervisee", "supervisee__team__name", "starts_on", "ends_on", "every_weeks")
    )
    held: dict[object, list[date]] = defaultdict(list)
    sessions = SupervisionSession.objects.filter(supervision__in=lasting, state=SupervisionState.HELD, held_on__lte=on)
    for supervision, day in sessions.values_list("supervision", "held_on"):
        if day is not None:
            held[supervision].append(day)

    people: dict[str, set[object]] = defaultdict(set)
    counts: dict[str, dict[Kept, int]] = defaultdict(lambda: dict.fromkeys(Kept, 0))
    for pk, person, team, starts_on, ends_on, every_weeks in supervisions:
        kept = kept_of(starts_on=starts_on, ends_on=ends_on, every_weeks=every_weeks, held_on=held[pk], until=on)
        for due, outcome in kept:
            if first <= due <= last:
                people[team or NO_TEAM].add(person)
                counts[team or NO_TEAM][outcome] += 1
    return shown([_figures(team, len(people[team]), counts[team]) for team in sorted(counts)])


def shown(teams: Sequence[Figures]) -> FiguresOfYear:
    """By the rule of small numbers: too small teams are one line, with the next larger ones until that line is large enough."""
    sizes = {team.teams[0]: team.size for team in teams}
    together = taken_together(sizes)
    if not sizes or (len(together) == len(sizes) and are_too_few(together, sizes)):
        return FiguresOfYear(None, [])
    lines = [team for team in teams if team.teams[0] not in together]
    if together:
        lines.append(_sum([team for team in teams if team.teams[0] in together]))
    return FiguresOfYear(_sum(teams), lines)


def years_with_supervision(user: User, *, on: date) -> list[int]:
    """From the year in which the first supervision of the agency began to this one, the newest first."""
    first = Supervision.objects.filter(agency=user.agency_id).order_by("starts_on").values_list("starts_on", flat=True)
    began = first.first()
    return list(range(on.year, began.year - 1, -1)) if began is not None and began <= on else [on.year]


def _figures(team: str, people: int, counts: dict[Kept, int]) -> Figures:
    return Figures((team,), people, counts[Kept.ON_TIME], counts[Kept.LATE], counts[Kept.MISSED])


def _sum(teams: Sequence[Figures]) -> Figures:
    return Figures(
        tuple(name for team in teams for name in team.teams),
        sum(team.people for team in teams),
        sum(team.on_time for team in teams),
        sum(team.late for team in teams),
        sum(team.missed for team in teams),
    )

"""How many of those in a programme have been trained, by department: a count of everybody, so no figure here is an estimate."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.enums import Permission
from accounts.models import User
from common.statistics.proportions import Proportion
from common.statistics.small_numbers import are_too_few, in_words, taken_together
from training.models import CohortMember, Programme
from training.queries.programmes import members_of, with_training

NO_TEAM = "No department"
NOBODY = "none"
STANDINGS = {
    "all": Q(),
    "trained": Q(is_trained=True),
    "missed": Q(is_trained=False, has_missed=True),
    "to_come": Q(is_trained=False, has_missed=False),
}


@dataclass(frozen=True)
class CoverageLine:
    """One department in one programme. `team` is what its rows are found by ("none" without one); empty where several stand together."""

    label: str
    team: str
    all: int
    trained: int
    missed: int

    @property
    def to_come(self) -> int:
        return self.all - self.trained - self.missed

    @property
    def share(self) -> Proportion:
        """Trained, of all."""
        return Proportion(self.trained, self.all)


@dataclass(frozen=True)
class ProgrammeCoverage:
    """A programme by department, and as a whole; `is_hidden` where it has too few people for who looks."""

    programme: Programme
    lines: list[CoverageLine]
    whole: CoverageLine
    is_hidden: bool = False


def coverage(user: User) -> list[ProgrammeCoverage]:
    """The programmes of the person's agency by name, each by department. Who is no trainer sees departments of few people together."""
    counted = (
        with_training(members_of(user))
        .order_by()
        .values("programme", "team", "team__name")
        .annotate(
            all=Count("pk"),
            trained=Count("pk", filter=STANDINGS["trained"]),
            missed=Count("pk", filter=STANDINGS["missed"]),
        )
    )
    lines: dict[UUID, list[CoverageLine]] = defaultdict(list)
    for row in counted:
        team = str(row["team"]) if row["team"] else NOBODY
        name = row["team__name"] or NO_TEAM
        lines[row["programme"]].append(CoverageLine(name, team, row["all"], row["trained"], row["missed"]))
    programmes = Programme.objects.of(user).order_by("name", "pk")
    sees_all = user.may(Permission.RUN_TRAINING)
    return [_of_programme(one, lines[one.pk], sees_all=sees_all) for one in programmes]


def people_counted(user: User, *, programme: Programme, team: str, standing: str) -> QuerySet[CohortMember]:
    """Exactly the members that one number of the table counts; all departments without a team. Raises KeyError for an unknown standing."""
    members = with_training(members_of(user).filter(programme=programme)).filter(STANDINGS[standing])
    if team == NOBODY:
        members = members.filter(team=None)
    elif team:
        members = members.filter(team__pk=team)
    return members.select_related("person", "team", "cohort")


def _of_programme(programme: Programme, lines: list[CoverageLine], *, sees_all: bool) -> ProgrammeCoverage:
    lines = sorted(lines, key=lambda line: (line.team == NOBODY, line.label, line.team))
    whole = _sum("All departments", lines)
    if sees_all:
        return ProgrammeCoverage(programme, lines, whole)
    by_team = {line.team: line for line in lines}
    sizes = {team: line.all for team, line in by_team.items()}
    together = taken_together(sizes)
    if are_too_few(together, sizes):
        return ProgrammeCoverage(programme, [], whole, is_hidden=True)
    shown = [line for line in lines if line.team not in together]
    if together:
        small = [by_team[team] for team in by_team if team in together]
        shown.append(_sum(in_words([line.label for line in small]), small))
    return ProgrammeCoverage(programme, shown, whole)


def _sum(label: str, lines: list[CoverageLine]) -> CoverageLine:
    totals = {name: sum(getattr(line, name) for line in lines) for name in ("all", "trained", "missed")}
    return CoverageLine(label, "", **totals)

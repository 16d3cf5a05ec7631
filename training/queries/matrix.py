"""The matrix of a team against its modules."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from accounts.models import RoleGrant, Team, User
from training.enums import OPEN_STATES, RecordState, Standing
from training.models import Module, ModuleRequirement, TrainingRecord

DUE_WITHIN = timedelta(days=90)


@dataclass(frozen=True)
class Cell:
    """How one person stands towards one module; `record` is the one that says so, `lapses_on` when it will lapse or did."""

    module: Module
    standing: Standing
    record: TrainingRecord | None = None

    @property
    def lapses_on(self) -> date | None:
        """Only where somebody has to look at it."""
        return self.record.lapses_on if self.record and self.standing in (Standing.DUE, Standing.LAPSED) else None


@dataclass(frozen=True)
class MatrixRow:
    person: User
    cells: list[Cell]


@dataclass(frozen=True)
class Matrix:
    """People by name, modules by title."""

    modules: list[Module]
    rows: list[MatrixRow]

    @property
    def counts(self) -> list[tuple[Standing, int]]:
        """How often each standing occurs, without what is not required."""
        found = [cell.standing for row in self.rows for cell in row.cells]
        return [(one, found.count(one)) for one in Standing if one is not Standing.NOT_REQUIRED]


def standing_of(
    records: Iterable[TrainingRecord], *, is_required: bool, on: date
) -> tuple[Standing, TrainingRecord | None]:
    """How somebody with these records of one module stands on that day.

    A record in date counts before one that is being signed; one that is being signed before one that is due or has lapsed.
    """
    records = list(records)
    complete = [record for record in records if record.state == RecordState.COMPLETE]
    best = max(complete, key=lambda record: record.lapses_on or date.max, default=None)
    under_way = next((record for record in records if record.state in OPEN_STATES), None)
    if best is not None and (best.lapses_on is None or best.lapses_on > on + DUE_WITHIN):
        return Standing.MET, best
    if under_way is not None:
        is_back = under_way.state == RecordState.SENT_BACK
        return Standing.SENT_BACK if is_back else Standing.WAITING, under_way
    if best is not None:
        return Standing.DUE if best.is_in_date(on=on) else Standing.LAPSED, best
    return Standing.MISSING if is_required else Standing.NOT_REQUIRED, None


def matrix_of(people: Iterable[User], *, force_id: UUID | None, on: date) -> Matrix:
    """These people against the force's modules, in four queries whatever their number."""
    people = list(people)
    modules = list(Module.objects.filter(force=force_id).by_title())
    required: dict[str, set[UUID]] = defaultdict(set)
    for role, module in ModuleRequirement.objects.filter(module__in=modules).values_list("role", "module"):
        required[role].add(module)
    needed: dict[UUID, set[UUID]] = defaultdict(set)
    grants = RoleGrant.objects.current(on=on).filter(user__in=people)
    for person, role in grants.values_list("user", "role"):
        needed[person] |= required[role]
    records: dict[tuple[UUID, UUID], list[TrainingRecord]] = defaultdict(list)
    for record in TrainingRecord.objects.filter(person__in=people).select_related("module_version"):
        records[record.person_id, record.module_version.module_id].append(record)

    def cell(person: User, module: Module) -> Cell:
        standing, record = standing_of(records[person.pk, module.pk], is_required=module.pk in needed[person.pk], on=on)
        return Cell(module, standing, record)

    return Matrix(modules, [MatrixRow(person, [cell(person, module) for module in modules]) for person in people])


def team_matrix(team: Team, *, on: date) -> Matrix:
    """A team's active people."""
    people = User.objects.filter(team=team, is_active=True).order_by("name", "pk")
    return matrix_of(people, force_id=team.agency_id, on=on)

"""The matrix of a team against the modules of its force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.models import Team, User
from training.enums import Standing
from training.models import Module
from training.queries.needs import Need, holdings_of, module_need, proofs_of, requirements_of


@dataclass(frozen=True)
class MatrixRow:
    person: User
    cells: list[Need]


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


def matrix_of(people: Iterable[User], *, force_id: UUID | None, on: date) -> Matrix:
    """These people against the modules that the force has in use, in eight queries whatever their number."""
    people = list(people)
    requirements = requirements_of(force_id, on=on)
    holdings, proofs = holdings_of(people, requirements, on=on), proofs_of(people)

    def cell(person: User, module: Module) -> Need:
        asked_by = [holding for holding in holdings[person.pk] if module in requirements.required[holding.profile.pk]]
        return module_need(person, module, asked_by, proofs, on=on)

    rows = [MatrixRow(person, [cell(person, module) for module in requirements.modules]) for person in people]
    return Matrix(requirements.modules, rows)


def team_matrix(team: Team, *, on: date) -> Matrix:
    """A team's active people."""
    people = User.objects.filter(team=team, is_active=True).order_by("name", "pk")
    return matrix_of(people, force_id=team.agency_id, on=on)

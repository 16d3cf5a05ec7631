"""The matrix as a workbook and its list as rows, with the same filter as on the page."""

from collections.abc import Iterator, Sequence
from datetime import date

from common.templatetags.dates import day
from common.xlsx import Cell, Table, make_xlsx
from training.enums import MatrixState, RecordState
from training.queries.matrix import Matrix

HEADINGS = (
    "Person",
    "Collar number",
    "Team",
    "Asked by",
    "Kind",
    "What",
    "Standing",
    "By",
    "Lapses on",
    "Record",
)


def list_rows(matrix: Matrix) -> Iterator[list[Cell]]:
    """One row for each thing that one person needs: what the list on the page shows."""
    for line in matrix.lines_of(matrix.matching):
        need = line.need
        record = str(RecordState(need.record.state).label) if need.record else None
        record = str(MatrixState.ON_PAPER.label) if need.paper else record
        yield [
            str(line.person),
            line.person.collar_number or None,
            line.person.team.name if line.person.team else None,
            ", ".join(profile.name for profile in need.profiles),
            str(need.kind.label),
            need.title,
            str(need.state.label),
            need.by.isoformat() if need.by else None,
            need.lapses_on.isoformat() if need.lapses_on else None,
            record,
        ]


def workbook(matrix: Matrix, *, filters: Sequence[tuple[str, str]], on: date) -> bytes:
    """People by requirement in words, and the list."""
    columns = matrix.columns
    rows: list[list[Cell]] = [
        [
            str(person),
            person.collar_number or None,
            person.team.name if person.team else None,
            *(str(need.state.label) if need else None for need in matrix.row_of(person)),
        ]
        for person in matrix.matching
    ]
    facts: list[tuple[str, Cell]] = [("As of", day(on)), *filters, ("People", len(rows))]
    return make_xlsx(
        title="Training matrix",
        facts=facts,
        tables=[
            Table("Matrix", ["Person", "Collar number", "Team", *(column.title for column in columns)], rows),
            Table("List", HEADINGS, list(list_rows(matrix))),
        ],
    )

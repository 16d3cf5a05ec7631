"""The CPD log as workbooks: of one person in the columns in which it is taken over again, and of a team for a year."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from common.templatetags.dates import day
from common.xlsx import Cell, Table, make_xlsx
from training.enums import CpdKind
from training.models import CpdEntry
from training.queries.cpd import PersonTotal


def log_workbook(
    *, whose: str, sheet: str, headings: Mapping[str, str], entries: Iterable[CpdEntry], on: date
) -> bytes:
    """One person's log: `headings` by field of an entry, in their order. The same entries give the same sheet."""
    rows = [_row(entry.content(), headings) for entry in entries]
    facts: list[tuple[str, Cell]] = [("Person", whose), ("As of", day(on)), ("Entries", len(rows))]
    return make_xlsx(title="CPD log", facts=facts, tables=[Table(sheet, list(headings.values()), rows)])


def team_workbook(
    *,
    team: str,
    year: int,
    totals: Sequence[PersonTotal],
    headings: Mapping[str, str],
    entries: Iterable[CpdEntry],
    on: date,
) -> bytes:
    """A team's year: hours by kind against what is expected, and every entry, by name."""
    kinds = list(CpdKind)
    total_rows: list[list[Cell]] = [
        [
            str(one.person),
            one.person.collar_number or None,
            *(one.year.kinds.get(kind, Decimal(0)) for kind in kinds),
            one.year.hours,
            one.year.expected.hours if one.year.expected else None,
            one.year.missing,
            one.year.in_words or None,
        ]
        for one in totals
    ]
    total_headings = [
        "Person",
        "Collar number",
        *(str(kind.label) for kind in kinds),
        "Hours",
        "Expected",
        "Short by",
        "Remark",
    ]
    entry_rows = [[str(entry.person), *_row(entry.content(), headings)] for entry in entries]
    return make_xlsx(
        title=f"CPD of {team} in {year}",
        facts=[("Team", team), ("Year", year), ("As of", day(on)), ("People", len(totals))],
        tables=[
            Table("Totals", total_headings, total_rows),
            Table("Entries", ["Person", *headings.values()], entry_rows),
        ],
    )


def _row(content: Mapping[str, Any], headings: Mapping[str, str]) -> list[Cell]:
    return [_cell(name, content[name]) for name in headings]


def _cell(name: str, value: Any) -> Cell:
    if name == "kind":
        return str(CpdKind(value).label)
    if isinstance(value, date):
        return value.isoformat()
    return value or None

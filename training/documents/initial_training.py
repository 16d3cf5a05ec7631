"""A record of initial training as a workbook, in the layout of the spreadsheet that it came from, and the rows of one that were refused."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from common.templatetags.dates import day
from common.xlsx import LONGEST_TEXT, Cell, Table, make_xlsx


def record_workbook(
    *,
    whose: str,
    sheet: str,
    headings: Mapping[str, str],
    signed: str,
    rows: Sequence[tuple[Mapping[str, Any], str]],
    on: date,
) -> bytes:
    """One person's: `headings` by field in their order; behind them, under `signed`, where each row was signed."""
    lines = [[*(_cell(values[name]) for name in headings), where] for values, where in rows]
    facts: list[tuple[str, Cell]] = [("Person", whose), ("As of", day(on)), ("Items", len(lines))]
    table = Table(sheet, [*headings.values(), signed], lines)
    return make_xlsx(title="Record of initial training", facts=facts, tables=[table])


def refused_workbook(
    *,
    file_name: str,
    sheet: str,
    headings: Sequence[str],
    added: tuple[str, str],
    rows: Sequence[tuple[int, Sequence[str], str]],
) -> bytes:
    """The rows that were refused, as the file has them, with their number and the reason behind: to be corrected and taken over."""
    width = len(headings)
    lines: list[list[Cell]] = []
    for number, cells, reason in rows:
        padded = [*cells[:width], *[""] * (width - len(cells))]
        lines.append([*(text[:LONGEST_TEXT] or None for text in padded), str(number), reason])
    facts: list[tuple[str, Cell]] = [("File", file_name), ("Rows refused", len(lines))]
    return make_xlsx(title="Rows refused", facts=facts, tables=[Table(sheet, [*headings, *added], lines)])


def _cell(value: Any) -> Cell:
    return value.isoformat() if isinstance(value, date) else value or None

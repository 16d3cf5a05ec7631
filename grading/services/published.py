"""Taking over rounds that were published as counts and an average."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.csv_files import ReadableBytes, Row, RowError, read_rows
from common.errors import DomainError
from grading.models import PublishedCompliance, PublishedRound

COLUMNS = ("round", "grade_1", "grade_2", "grade_3", "grade_4", "published_mean")
COUNTS = ("grade_1", "grade_2", "grade_3", "grade_4")
# A panel grades about ten; a count in the thousands is a slip of the pen.
LARGEST_COUNT = 1000
MOST_ERRORS_SHOWN = 20

_PERIOD = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,4}", re.ASCII)
_MEAN = re.compile(r"[123](\.[0-9]{1,6})?|4(\.0{1,6})?", re.ASCII)


class CannotImportPublishedGrades(DomainError):
    """The message names each row and column that is wrong."""


@dataclass(frozen=True)
class ImportSummary:
    """How many rounds of the file were new, changed, or known already."""

    added: int
    changed: int
    unchanged: int


@transaction.atomic
def import_published_grades(
    *,
    file: ReadableBytes,
    source: str,
    at: datetime,
    by: User | None = None,
    on_row: Callable[[str], None] | None = None,
) -> ImportSummary:
    """Load published rounds from a CSV file: all of them or, when anything is wrong, none. The same file again changes nothing.

    `on_row` is told each period as it is taken. Raises CannotImportPublishedGrades, or UnreadableCsv for the file as a whole.
    """
    rounds = _read(file)
    return take_over(
        PublishedRound, rounds, what="grading.published_imported", source=source, at=at, by=by, on_row=on_row
    )


def take_over(
    model: type[PublishedRound] | type[PublishedCompliance],
    periods: Mapping[str, Mapping[str, Any]],
    *,
    what: str,
    source: str,
    at: datetime,
    by: User | None,
    on_row: Callable[[str], None] | None,
) -> ImportSummary:
    """Keep what was published of each period, in the caller's transaction; what is known already stays as it is."""
    known = {one.period: one for one in model._default_manager.select_for_update().order_by("pk")}
    added = changed = 0
    for period, values in periods.items():
        earlier = known.get(period)
        if earlier is None:
            model._default_manager.create(period=period, source=source, imported_at=at, **values)
            added += 1
        elif {name: getattr(earlier, name) for name in values} != values:
            for name, value in {**values, "source": source, "imported_at": at}.items():
                setattr(earlier, name, value)
            earlier.save()
            changed += 1
        if on_row is not None:
            on_row(period)
    if added or changed:
        audit.record(verb=Verb.CHANGED, what=what, at=at, actor=by, added=added, changed=changed)
    return ImportSummary(added=added, changed=changed, unchanged=len(periods) - added - changed)


def _read(file: ReadableBytes) -> dict[str, dict[str, Any]]:
    """The values of each period. Everything is read and checked before anything is changed."""
    rounds: dict[str, dict[str, Any]] = {}
    errors: list[RowError] = []
    for row in read_rows(file, columns=COLUMNS):
        if isinstance(row, RowError):
            errors.append(row)
            continue
        wrong = _errors_of(row)
        period = row.values["round"]
        if period in rounds:
            wrong.append(RowError(row.number, "round", f"{period} stands in the file twice."))
        errors += wrong
        rounds[period] = {name: row.values[name] for name in ("published_mean",)}
        if not wrong:
            rounds[period] |= {name: int(row.values[name]) for name in COUNTS}
    if errors:
        raise CannotImportPublishedGrades(in_words(errors))
    if not rounds:
        raise CannotImportPublishedGrades("The file holds no rounds.")
    return rounds


def _errors_of(row: Row) -> list[RowError]:
    values = row.values
    errors = []
    if not _PERIOD.fullmatch(values["round"]):
        errors.append(RowError(row.number, "round", "Write a year and a month, for example 2024-10."))
    wrong_counts = [name for name in COUNTS if not _is_count(values[name])]
    errors += [RowError(row.number, name, f"Write a whole number from 0 to {LARGEST_COUNT}.") for name in wrong_counts]
    if not wrong_counts and not any(int(values[name]) for name in COUNTS):
        errors.append(RowError(row.number, "", "No PPN was graded in this round."))
    if not _MEAN.fullmatch(values["published_mean"]):
        errors.append(RowError(row.number, "published_mean", "Write the average as it was printed, from 1 to 4."))
    return errors


def _is_count(text: str) -> bool:
    return _COUNT.fullmatch(text) is not None and int(text) <= LARGEST_COUNT


def in_words(errors: list[RowError]) -> str:
    """A line for each wrong row, the first twenty of them."""
    lines = [
        f"Row {error.number}{f', {error.column}' if error.column else ''}: {error.message}"
        for error in errors[:MOST_ERRORS_SHOWN]
    ]
    more = len(errors) - MOST_ERRORS_SHOWN
    return "\n".join([*lines, *([f"And {more} more."] if more > 0 else [])])

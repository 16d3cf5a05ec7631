"""Taking over the compliance that was published for earlier years."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from common.csv_files import ReadableBytes, Row, RowError, read_rows
from common.errors import DomainError
from grading.models import PublishedCompliance
from grading.services.published import ImportSummary, in_words, take_over

COLUMNS = ("period", "compliance_percent", "minimum_incidents_examined")

_PERIOD = re.compile(r"[0-9]{4}(-H[12])?", re.ASCII)
_PERCENT = re.compile(r"[0-9]{1,2}(\.[0-9]{1,3})?|100(\.0{1,3})?", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,6}", re.ASCII)


class CannotImportPublishedCompliance(DomainError):
    """The message names each row and column that is wrong."""


@transaction.atomic
def import_published_compliance(
    *,
    file: ReadableBytes,
    source: str,
    at: datetime,
    by: User | None = None,
    on_row: Callable[[str], None] | None = None,
) -> ImportSummary:
    """Load published years from a CSV file: all of them or, when anything is wrong, none. The same file again changes nothing.

    `on_row` is told each period as it is taken. Raises CannotImportPublishedCompliance, or UnreadableCsv for the file as a whole.
    """
    years = _read(file)
    what = "grading.published_compliance_imported"
    return take_over(PublishedCompliance, years, what=what, source=source, at=at, by=by, on_row=on_row)


def _read(file: ReadableBytes) -> dict[str, dict[str, Any]]:
    """The values of each period. Everything is read and checked before anything is changed."""
    years: dict[str, dict[str, Any]] = {}
    errors: list[RowError] = []
    for row in read_rows(file, columns=COLUMNS):
        if isinstance(row, RowError):
            errors.append(row)
            continue
        period, minimum = row.values["period"], row.values["minimum_incidents_examined"]
        wrong = _errors_of(row)
        if period in years:
            wrong.append(RowError(row.number, "period", f"{period} stands in the file twice."))
        errors += wrong
        years[period] = {"percent": row.values["compliance_percent"]}
        if not wrong:
            years[period]["minimum_examined"] = int(minimum) if minimum else None
    if errors:
        raise CannotImportPublishedCompliance(in_words(errors))
    if not years:
        raise CannotImportPublishedCompliance("The file holds no years.")
    return years


def _errors_of(row: Row) -> list[RowError]:
    period, percent, minimum = (row.values[name] for name in COLUMNS)
    errors = []
    if not _PERIOD.fullmatch(period):
        errors.append(RowError(row.number, "period", "Write a year or half of one, for example 2025-H1."))
    if not _PERCENT.fullmatch(percent):
        errors.append(RowError(row.number, "compliance_percent", "Write the percentage as it was printed, 0 to 100."))
    if minimum and not _COUNT.fullmatch(minimum):
        errors.append(RowError(row.number, "minimum_incidents_examined", "Write a whole number, or nothing."))
    return errors

"""CSV in and out: read with suspicion and flat memory, written so that no spreadsheet runs what somebody typed.

What we write we read back unchanged: a cell that a spreadsheet might run as a formula gets an apostrophe in front,
and reading takes that apostrophe off again.
"""

import codecs
import csv
import io
import re
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone

from common.clock import LONDON
from common.errors import DomainError

BYTE_ORDER_MARK = "\ufeff"
# No honest row is longer; without a limit one endless line, or one row of endless lines, would be held in memory whole.
LONGEST_ROW = 1_000_000
LONGEST_VALUE = csv.field_size_limit()
READ_AT_ONCE = 65_536
ROWS_PER_CHUNK = 500
NAMES_SHOWN = 5
LONGEST_NAME_SHOWN = 40

# What a formula may begin with, in each width; spaces, quotes and invisible marks before it do not stop a spreadsheet.
_RISKY_CELL = re.compile(
    r"[\s'\"\ufeff\u200b-\u200f\u2060]*(?:[=+\-@\t\r\n\u2212\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20])"
)
_SIGNATURES = {
    b"PK\x03\x04": "This is an Excel workbook or a ZIP archive, not a CSV file. Save it as “CSV UTF-8” first.",
    b"\xd0\xcf\x11\xe0": "This is an old Excel or Word file, not a CSV file. Save it as “CSV UTF-8” first.",
    b"%PDF": "This is a PDF, not a CSV file.",
}
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NOT_UTF_8 = (
    "The file is not in UTF-8, so names with accents would come out wrong. Save it as “CSV UTF-8” and try again."
)


class UnreadableCsv(DomainError):
    """The file as a whole cannot be read; the message says why and what to do."""


class ReadableBytes(Protocol):
    """An open binary file or an upload."""

    def read(self, size: int = ..., /) -> bytes: ...


class WritableText(Protocol):
    """An HttpResponse, or a file opened with encoding="utf-8", newline=""."""

    def write(self, text: str, /) -> Any: ...


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it (the heading is 1) and its values by column, trimmed."""

    number: int
    values: dict[str, str]


@dataclass(frozen=True)
class Record:
    """The cells of one line of a table as they stand there, and its number as a spreadsheet shows it."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class RowError:
    """Something wrong with one row, and with which column ("" if with the row as a whole)."""

    number: int
    column: str
    message: str


def read_rows(
    file: ReadableBytes, *, columns: Sequence[str], optional: Collection[str] = (), max_bytes: int | None = None
) -> Iterator[Row | RowError]:
    """Check the heading now and give the rows one by one, as they are read.

    The heading names each of `columns` once, in any order and letter case, and beside them only `optional` ones;
    the values go by the names as given here, an optional column that is absent by none. Rows without any value
    are passed over; one with too few or too many values comes as a RowError. Raises UnreadableCsv, at once or on
    the way (so change nothing before the last row was read): not UTF-8, not a CSV, empty, a wrong heading,
    larger than max_bytes (default: the CSV_MAX_BYTES setting).
    """
    return rows_under_heading(read_records(file, max_bytes=max_bytes), columns=columns, optional=optional)


def read_records(file: ReadableBytes, *, max_bytes: int | None = None) -> Iterator[Record]:
    """The lines of the table as they stand there, the heading too, as they are read. Raises UnreadableCsv on the way."""
    return _records(_CheckedBytes(file, settings.CSV_MAX_BYTES if max_bytes is None else max_bytes))


def rows_under_heading(
    records: Iterator[Record], *, columns: Sequence[str], optional: Collection[str]
) -> Iterator[Row | RowError]:
    """The same of cells that were read already: the first record that is not empty is the heading. Raises UnreadableCsv."""
    heading = next((record for record in records if any(cell.strip() for cell in record.cells)), None)
    if heading is None:
        raise UnreadableCsv("The file is empty.")
    names = _column_names(heading.cells, columns, optional)
    return _rows(records, names)


def safe_cell(value: Any) -> Any:
    """The value as it may stand in a cell: text that could be run as a formula gets an apostrophe in front.

    Numbers stay numbers, days and moments become ISO text (moments on the London clock, with its offset), yes and
    no are words, None is an empty cell. The same for CSV and XLSX.
    """
    # Most cells, without the cost of looking closer: an export has millions.
    if type(value) is int or (type(value) is str and value[:1].isalnum()):
        return value
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return (timezone.localtime(value, LONDON) if timezone.is_aware(value) else value).isoformat(
                timespec="seconds"
            )
        case date():
            return value.isoformat()
        case int() | float() | Decimal():
            return value
    text = str(value)
    return f"'{text}" if _RISKY_CELL.match(text) else text


def original_cell(text: str) -> str:
    """What safe_cell was given: takes off the apostrophe that it put in front."""
    return text[1:] if text.startswith("'") and _RISKY_CELL.match(text[1:]) else text


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Generator[str, None, None]:
    """The file in pieces, for a StreamingHttpResponse: UTF-8 with a byte order mark, so that Excel reads accents."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow([safe_cell(name) for name in header])
    for count, row in enumerate(rows, start=1):
        writer.writerow([safe_cell(value) for value in row])
        if count % ROWS_PER_CHUNK == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def write_csv(file: WritableText, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write the heading and the rows to a response or a text file."""
    for chunk in csv_chunks(header, rows):
        file.write(chunk)


class _CheckedBytes(io.RawIOBase):
    """Passes bytes on while they may be a CSV file within the limit."""

    def __init__(self, file: ReadableBytes, limit: int) -> None:
        super().__init__()
        self.file = file
        self.limit = limit
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.file.read(len(buffer))
        if not self.count:
            self._check_beginning(data)
        self.count += len(data)
        if self.count > self.limit:
            raise UnreadableCsv(f"The file is too large: it may have {_size(self.limit)}. Split it and try again.")
        if b"\0" in data:
            raise UnreadableCsv("This is not a CSV file: it holds binary data.")
        buffer[: len(data)] = data
        return len(data)

    @staticmethod
    def _check_beginning(data: bytes) -> None:
        for signature, message in _SIGNATURES.items():
            if data.startswith(signature):
                raise UnreadableCsv(message)
        if data.startswith(_UTF_16):
            raise UnreadableCsv(_NOT_UTF_8)


class _Lines:
    """The lines of the file. A row may be of several lines; whoever takes it says so by `row_ends`."""

    def __init__(self, data: io.RawIOBase) -> None:
        self.text = io.TextIOWrapper(io.BufferedReader(data, READ_AT_ONCE), encoding="utf-8-sig", newline="")
        self.length = 0

    def row_ends(self) -> None:
        self.length = 0

    def __iter__(self) -> Iterator[str]:
        with self.text:
            while line := self.text.readline(LONGEST_ROW):
                self.length += len(line)
                if self.length >= LONGEST_ROW:
                    raise UnreadableCsv("This is not a CSV file: it has a row of more than a million characters.")
                yield line


def _records(data: io.RawIOBase) -> Iterator[Record]:
    number = 0
    lines = _Lines(data)
    try:
        for number, cells in enumerate(csv.reader(lines, strict=True), start=1):
            lines.row_ends()
            yield Record(number, cells)
    except UnicodeDecodeError as error:
        raise UnreadableCsv(_NOT_UTF_8) from error
    except csv.Error as error:
        reason = "a quotation mark is missing or stands in the wrong place"
        if "field limit" in str(error):
            reason = f"it has a value of more than {LONGEST_VALUE:,} characters, or a quotation mark is missing"
        raise UnreadableCsv(f"Row {number + 1} cannot be read: {reason}.") from error


def _rows(records: Iterator[Record], names: Sequence[str]) -> Iterator[Row | RowError]:
    width = len(names)
    for record in records:
        values = [original_cell(cell.strip()) for cell in record.cells]
        if not any(values):
            continue
        if len(values) == width:
            yield Row(record.number, dict(zip(names, values, strict=True)))
        else:
            message = f"This row has {_counted(len(values), 'value')}; the heading has {_counted(width, 'column')}."
            yield RowError(record.number, "", message)


def _column_names(heading: Sequence[str], columns: Sequence[str], optional: Collection[str]) -> list[str]:
    """The heading in our own spelling; raises UnreadableCsv naming what is missing, doubled or not known."""
    known = {name.casefold(): name for name in (*columns, *optional)}
    found = [known.get(cell.strip().casefold(), cell.strip()) for cell in heading]
    if len(found) == 1 and len(columns) > 1 and re.search(r"[;\t]", found[0]):
        raise UnreadableCsv("The columns are not separated by commas. Save the file as “CSV UTF-8 (comma separated)”.")

    missing = [name for name in columns if name not in found]
    doubled = [name for name in dict.fromkeys(found) if found.count(name) > 1]
    unknown = [name or "(no name)" for name in dict.fromkeys(found) if name not in known.values()]
    problems = [
        f"{_counted(len(names), 'column')} {what}: {_listed(names)}."
        for what, names in (("missing", missing), ("named twice", doubled), ("not expected", unknown))
        if names
    ]
    if problems:
        raise UnreadableCsv(f"The heading is not right. {' '.join(problems)}")
    return found


def _listed(names: Sequence[str]) -> str:
    shown = [
        name if len(name) <= LONGEST_NAME_SHOWN else f"{name[:LONGEST_NAME_SHOWN]}…" for name in names[:NAMES_SHOWN]
    ]
    more = len(names) - NAMES_SHOWN
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _size(limit: int) -> str:
    return f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit:,} bytes"

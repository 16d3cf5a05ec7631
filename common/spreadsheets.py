"""Workbooks that people keep in Excel: read with suspicion, as the same rows that a CSV file gives.

Nothing in a workbook is run. A cell with a formula counts as the value that Excel showed last. The archive is weighed before it
is unpacked, and a table that says it goes on for a million rows is refused, not walked through.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from common.csv_files import (
    ReadableBytes,
    Record,
    Row,
    RowError,
    UnreadableCsv,
    original_cell,
    read_records,
    read_rows,
    rows_under_heading,
)

WORKBOOK_BEGINS = b"PK\x03\x04"
# What honest workbooks of some thousand rows stay far below.
MOST_UNPACKED = 60_000_000
MOST_PARTS = 500
LOWEST_ROW = 20_000
MOST_COLUMNS = 60
# Excel keeps no more digits of a number than that, and changes the others without a word.
MOST_DIGITS = 15

_NOT_A_WORKBOOK = "The workbook is damaged, or it is no Excel workbook. Save it again as “Excel workbook (.xlsx)”."
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    EOFError,
    SyntaxError,
    OverflowError,
)


class UnreadableSpreadsheet(UnreadableCsv):
    """The workbook as a whole cannot be read; the message says why and what to do."""


def read_table(
    content: bytes, *, sheet: str, columns: Sequence[str], optional: Collection[str] = ()
) -> Iterator[Row | RowError]:
    """The rows of an Excel workbook or a CSV file, told apart by their content; otherwise as `csv_files.read_rows`.

    Of a workbook the sheet of that name is read, or else its first one. Raises UnreadableCsv, at once or on the way.
    """
    if not content.startswith(WORKBOOK_BEGINS):
        file: ReadableBytes = io.BytesIO(content)
        return read_rows(file, columns=columns, optional=optional)
    return rows_under_heading(_records(content, sheet), columns=columns, optional=optional)


def read_cells(content: bytes, *, sheet: str) -> Iterator[Record]:
    """The cells of a workbook or CSV file whose heading is not known beforehand; which sheet is read as with `read_table`.

    Of a CSV file the cells are as they were before they were made safe; what a workbook holds is text already. Raises UnreadableCsv.
    """
    if content.startswith(WORKBOOK_BEGINS):
        yield from _records(content, sheet)
        return
    file: ReadableBytes = io.BytesIO(content)
    for record in read_records(file):
        yield Record(record.number, [original_cell(cell.strip()) for cell in record.cells])


def _records(content: bytes, sheet: str) -> Iterator[Record]:
    """Each as wide as the heading, unless something stands beyond that."""
    from openpyxl import load_workbook  # noqa: PLC0415 -- few processes need it

    _weigh(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        chosen = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
        width = 0
        for number, values in enumerate(chosen.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
            if number > LOWEST_ROW:
                raise UnreadableSpreadsheet(
                    f"The sheet goes on below row {LOWEST_ROW:,}. Delete the rows below the table, or split the file."
                )
            cells = [_text(value) for value in values]
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            width = width or len(cells)
            yield Record(number, cells + [""] * (width - len(cells)))
    except UnreadableCsv:
        raise
    except _DAMAGED as error:
        raise UnreadableSpreadsheet(_NOT_A_WORKBOOK) from error


def _weigh(content: bytes) -> None:
    """Before anything is unpacked: how much it would be, and whether its XML declares entities, which no honest workbook does."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            # An archive gives no more than it says here: what a part has beyond its stated size is never read.
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise UnreadableSpreadsheet("The workbook is too large once it is unpacked. Split it and try again.")
            if any(part.flag_bits & 1 for part in parts):
                raise UnreadableSpreadsheet(
                    "The workbook is protected by a password. Save it without one and try again."
                )
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and _declares_entities(archive.read(part)):
                    raise UnreadableSpreadsheet(_NOT_A_WORKBOOK)
    except UnreadableSpreadsheet:
        raise
    except _DAMAGED as error:
        raise UnreadableSpreadsheet(_NOT_A_WORKBOOK) from error


def _declares_entities(xml: bytes) -> bool:
    return xml.startswith(_UTF_16) or _DECLARATION.search(xml) is not None


def _text(value: Any) -> str:
    """As a person would have typed it into a CSV file."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case date() | time():
            return value.isoformat()
        case float() if value.is_integer() and abs(value) < 10**MOST_DIGITS:
            return str(int(value))
    return str(value)

"""Workbooks as people keep them, and as somebody might make them to do harm."""

import io
import time
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from common.csv_files import Row, RowError, UnreadableCsv
from common.spreadsheets import LOWEST_ROW, MOST_PARTS, MOST_UNPACKED, UnreadableSpreadsheet, read_table

SHEET_PART = "xl/worksheets/sheet1.xml"


def workbook(*rows: list[object], title: str = "Table") -> bytes:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The workbook with other parts."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def read(content: bytes, sheet: str = "Table") -> list[Row | RowError]:
    return list(read_table(content, sheet=sheet, columns=["a", "b"], optional=["c"]))


def test_a_workbook_gives_the_rows_that_a_csv_file_gives():
    rows = read(workbook(["B", "a"], [2, " one "], [], ["x"]))

    assert rows == [Row(2, {"b": "2", "a": "one"}), Row(4, {"b": "x", "a": ""})]
    assert read(b"B,a\n2, one \n,\nx,\n") == rows


def test_the_named_sheet_is_read_or_else_the_first():
    book = Workbook()
    book.active.append(["nothing", "of", "ours"])
    chosen = book.create_sheet("Table")
    chosen.append(["a", "b"])
    chosen.append([1, 2])
    out = io.BytesIO()
    book.save(out)

    assert read(out.getvalue()) == [Row(2, {"a": "1", "b": "2"})]
    assert read(workbook(["a", "b"], [1, 2], title="Whatever")) == [Row(2, {"a": "1", "b": "2"})]


def test_what_stands_beside_the_table_makes_its_row_wrong():
    (row,) = read(workbook(["a", "b"], [1, 2, "a remark"]))

    assert isinstance(row, RowError)
    assert row.message == "This row has 3 values; the heading has 2 columns."


def test_an_archive_that_would_unpack_to_too_much_is_refused_before_it_is_unpacked():
    bomb = changed(workbook(["a", "b"]), lambda parts: parts.update({SHEET_PART: b" " * (MOST_UNPACKED + 1)}))

    assert len(bomb) < 200_000
    began = time.monotonic()
    with pytest.raises(UnreadableSpreadsheet, match="too large once it is unpacked"):
        read(bomb)
    assert time.monotonic() - began < 1


def test_an_archive_of_thousands_of_parts_is_refused():
    parts = {f"xl/media/{number}.png": b"" for number in range(MOST_PARTS)}

    with pytest.raises(UnreadableSpreadsheet, match="too large once it is unpacked"):
        read(changed(workbook(["a", "b"]), lambda given: given.update(parts)))


@pytest.mark.parametrize("declaration", [b'<!DOCTYPE x [<!ENTITY e "ha">]>', b"<! entity e 'ha'>"])
def test_a_workbook_that_declares_entities_is_refused(declaration):
    def declare(parts: dict[str, bytes]) -> None:
        head, mark, rest = parts[SHEET_PART].partition(b"<worksheet")
        parts[SHEET_PART] = head + declaration + mark + rest

    with pytest.raises(UnreadableSpreadsheet, match="no Excel workbook"):
        read(changed(workbook(["a", "b"], [1, 2]), declare))


def test_xml_in_a_width_in_which_declarations_could_hide_is_refused():
    def widen(parts: dict[str, bytes]) -> None:
        parts[SHEET_PART] = parts[SHEET_PART].decode().encode("utf-16")

    with pytest.raises(UnreadableSpreadsheet, match="no Excel workbook"):
        read(changed(workbook(["a", "b"], [1, 2]), widen))


def test_a_cell_a_million_rows_down_is_refused_and_not_walked_to():
    book = Workbook()
    book.active.append(["a", "b"])
    book.active.cell(row=1_048_576, column=16_384, value="x")
    out = io.BytesIO()
    book.save(out)

    began = time.monotonic()
    with pytest.raises(UnreadableSpreadsheet, match=f"below row {LOWEST_ROW:,}"):
        read(out.getvalue())
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "break_it",
    [
        lambda parts: parts.pop("xl/workbook.xml"),
        lambda parts: parts.pop(SHEET_PART),
        lambda parts: parts.update({SHEET_PART: b"<worksheet><sheetData><row"}),
        lambda parts: parts.update({"[Content_Types].xml": b"no xml"}),
    ],
)
def test_a_damaged_workbook_is_refused_in_words(break_it):
    with pytest.raises(UnreadableCsv):
        read(changed(workbook(["a", "b"], [1, 2]), break_it))


def test_a_workbook_that_was_cut_off_is_refused_in_words():
    with pytest.raises(UnreadableSpreadsheet, match="no Excel workbook"):
        read(workbook(["a", "b"], [1, 2])[:-30])

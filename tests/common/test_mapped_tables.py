"""Tables under headings of somebody's own: where the heading stands, which column is which, and that no row is lost."""

from io import BytesIO

import pytest
from openpyxl import Workbook

from common.csv_files import Record, UnreadableCsv
from common.mapped_tables import LOWEST_HEADING, guess_columns, read_mapped_table, values_under

WORDS = {"day": ("date", "when"), "topic": ("topic", "course"), "hours": ("hours",)}


def table(content: bytes, most_rows: int = 100):
    return read_mapped_table(content, sheet="Log", words=WORDS, most_rows=most_rows)


def workbook(**sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("count", [1, LOWEST_HEADING - 1, LOWEST_HEADING, LOWEST_HEADING + 1, 40])
def test_no_row_is_lost_however_many_there_are(count):
    lines = "".join(f"2026-10-02,Topic {number}\n" for number in range(count))

    found = table(f"Date,Topic\n{lines}".encode())

    assert [record.cells[1] for record in found.rows] == [f"Topic {number}" for number in range(count)]


def test_a_title_and_empty_lines_above_the_heading_are_passed_over_and_rows_keep_their_numbers():
    found = table(b"My log of courses\n\nName,A Fictitious\nCourse,Date,Hours\n\nStalking,2026-10-02,1\n")

    assert found.headings == ["Course", "Date", "Hours"]
    assert found.rows == [Record(6, ["Stalking", "2026-10-02", "1"])]


def test_a_heading_with_none_of_the_words_is_the_first_line():
    assert table(b"x,y\n1,2\n").headings == ["x", "y"]


def test_the_sheet_of_the_name_is_read_or_else_the_first_one():
    rows = [["Date", "Topic"], ["2026-10-02", "Stalking"]]

    assert table(workbook(About=[["Marking"]], Log=rows)).headings == ["Date", "Topic"]
    assert table(workbook(Mine=rows, Other=[["Marking"]])).headings == ["Date", "Topic"]


def test_cells_that_were_made_safe_in_a_csv_file_come_back_and_those_of_a_workbook_stay():
    assert table(b"Date,Topic\n2026-10-02,'=1+1\n").rows[0].cells[1] == "=1+1"
    assert table(workbook(Log=[["Date", "Topic"], ["2026-10-02", "'=1+1"]])).rows[0].cells[1] == "'=1+1"


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "empty"), (b"Date,Topic\n", "no row below"), (b"Date,Topic\na,b\n" * 9, "more than 3 rows")],
)
def test_no_table_no_rows_or_too_many_are_said(content, message):
    with pytest.raises(UnreadableCsv, match=message):
        table(content, most_rows=3)


def test_whole_words_come_before_parts_and_a_heading_is_one_column_at_most():
    assert guess_columns(["Course date", "Date", "Course"], WORDS) == {"day": 1, "topic": 2}
    assert guess_columns(["Course date"], WORDS) == {"day": 0}


def test_a_row_that_is_too_short_has_nothing_there():
    assert values_under(Record(2, [" a "]), {"day": 0, "topic": 5}) == {"day": "a", "topic": ""}

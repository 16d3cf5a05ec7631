import csv
import io
import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from hypothesis import given
from hypothesis import strategies as st

from common.csv_files import Row, RowError, UnreadableCsv, csv_chunks, original_cell, read_rows, safe_cell, write_csv

COLUMNS = ("Number", "Kind", "District")


def read(content, *, columns=COLUMNS, **options):
    data = content.encode() if isinstance(content, str) else content
    return list(read_rows(io.BytesIO(data), columns=columns, **options))


def refusal(content, **options):
    with pytest.raises(UnreadableCsv) as caught:
        read(content, **options)
    return str(caught.value)


def test_rows_come_with_the_numbers_a_spreadsheet_shows():
    rows = read("Number,Kind,District\r\n1,Child,North\r\n\r\n2,Adult,South\r\n")

    assert rows == [
        Row(2, {"Number": "1", "Kind": "Child", "District": "North"}),
        Row(4, {"Number": "2", "Kind": "Adult", "District": "South"}),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_utf_8_is_read_with_and_without_a_mark_and_with_any_line_end(encoding, line_end):
    content = line_end.join(["Number,Kind,District", '1,"Zoë, 5","Pen‑y‑bont"', ""]).encode(encoding)

    assert read(content) == [Row(2, {"Number": "1", "Kind": "Zoë, 5", "District": "Pen‑y‑bont"})]


def test_columns_come_in_any_order_and_letter_case():
    rows = read(" district ,NUMBER,Kind\nNorth, 1 ,Child\n")

    assert [row.values for row in rows] == [{"District": "North", "Number": "1", "Kind": "Child"}]


def test_optional_columns_may_be_there():
    content = "Number,Kind,District,Shift\n1,Child,North,Late\n"

    assert read(content, optional=["Shift"])[0].values["Shift"] == "Late"
    assert refusal(content) == "The heading is not right. 1 column not expected: Shift."


def test_values_may_hold_commas_quotation_marks_and_lines():
    rows = read('Number,Kind,District\n1,"a ""b"", c","one\ntwo"\n2,x,y\n')

    assert [row.values["District"] for row in rows] == ["one\ntwo", "y"]
    assert rows[0].values["Kind"] == 'a "b", c'
    assert rows[1].number == 3


def test_rows_with_too_many_or_few_values_are_errors_of_that_row_only():
    rows = read("Number,Kind,District\n1,Child\n2,Child,North,x\n3,Child,North\n4\n")

    assert rows == [
        RowError(2, "", "This row has 2 values; the heading has 3 columns."),
        RowError(3, "", "This row has 4 values; the heading has 3 columns."),
        Row(4, {"Number": "3", "Kind": "Child", "District": "North"}),
        RowError(5, "", "This row has 1 value; the heading has 3 columns."),
    ]


def test_rows_without_any_value_are_passed_over():
    assert read("\n,,\nNumber,Kind,District\n,,\n \n , , ,\n") == []


@pytest.mark.parametrize(
    ("heading", "message"),
    [
        ("Number,District", "1 column missing: Kind."),
        ("Number", "2 columns missing: Kind, District."),
        ("Number,Kind,District,kind", "1 column named twice: Kind."),
        ("Number,Kind,District,Age", "1 column not expected: Age."),
        ("Number,Kind,District,", "1 column not expected: (no name)."),
        ("Numer,Kind,District", "1 column missing: Number. 1 column not expected: Numer."),
        ("Number,Kind,District," + "x" * 50, "1 column not expected: " + "x" * 40 + "…."),
        ("Number,Kind,District,a,b,c,d,e,f,g", "7 columns not expected: a, b, c, d, e and 2 more."),
    ],
)
def test_a_wrong_heading_is_told_by_the_names_of_its_columns(heading, message):
    assert refusal(f"{heading}\n1,2,3\n") == f"The heading is not right. {message}"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_another_separator_is_recognised(separator):
    assert "not separated by commas" in refusal(separator.join(COLUMNS))


@pytest.mark.parametrize("content", ["", "\ufeff", "\n\n", ",,,\n", " \r\n"])
def test_an_empty_file_is_refused(content):
    assert refusal(content) == "The file is empty."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Number,Kind,District\n1,Zoë,North\n".encode("cp1252"), "not in UTF-8"),
        ("Number,Kind,District\n1,Zoë,North\n".encode("utf-16"), "not in UTF-8"),
        ("Number,Kind,District\n1,Child,North\n".encode("utf-16-le"), "binary data"),
        (b"Number,Kind,District\n1,Ch\0ild,North\n", "binary data"),
        (b"PK\x03\x04" + bytes(100), "Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary data"),
        (bytes(range(1, 256)), "not in UTF-8"),
    ],
)
def test_what_is_no_utf_8_text_is_refused_with_the_reason(content, reason):
    assert reason in refusal(content)


@pytest.mark.parametrize("cell", ['"Chi"ld', '"Child', '"Child,North\n2,Adult,South\n'])
def test_a_lost_quotation_mark_is_refused_rather_than_swallowing_rows(cell):
    assert refusal(f"Number,Kind,District\n1,Child,North\n2,{cell}\n") == (
        "Row 3 cannot be read: a quotation mark is missing or stands in the wrong place."
    )


def test_a_line_without_end_is_refused():
    assert "more than a million characters" in refusal("Number,Kind,District\n" + "x" * 1_000_001)


def test_a_row_of_lines_without_end_is_refused_before_it_fills_the_memory():
    """Each quotation mark that closes opens the next value, so the row goes on from line to line."""
    rows = read_rows(io.BytesIO(b"Number,Kind,District\n" + b'"\n",' * 1_000_000), columns=COLUMNS)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableCsv, match="a row of more than a million characters"):
            next(rows)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert most < 50_000_000


def test_a_value_without_end_is_told_as_such():
    value = "x" * 131_073

    assert refusal(f"Number,Kind,District\n1,Child,North\n2,{value},North\n") == (
        "Row 3 cannot be read: it has a value of more than 131,072 characters, or a quotation mark is missing."
    )


def test_a_file_above_the_limit_is_refused_while_it_is_read():
    content = "Number,Kind,District\n" + "1,Child,North\n" * 20_000
    seen = []

    with pytest.raises(UnreadableCsv, match="too large: it may have 200,000 bytes"):
        seen.extend(read_rows(io.BytesIO(content.encode()), columns=COLUMNS, max_bytes=200_000))

    assert 0 < len(seen) < 20_000
    assert len(read(content, max_bytes=len(content))) == 20_000


def test_the_usual_limit_is_a_setting(settings):
    settings.CSV_MAX_BYTES = 10
    assert "too large" in refusal("Number,Kind,District\n")


class EndlessFile:
    """Rows without end, made as they are read."""

    line = b"1,Child,North\n"

    def __init__(self):
        self.heading = b"Number,Kind,District\n"

    def read(self, size=-1):
        data, self.heading = self.heading, b""
        return data or self.line * (size // len(self.line))


def test_memory_stays_flat_however_long_the_file_is():
    rows = read_rows(EndlessFile(), columns=COLUMNS, max_bytes=10**12)
    tracemalloc.start()
    try:
        for _ in range(1_000):
            next(rows)
        early, _ = tracemalloc.get_traced_memory()
        for _ in range(100_000):
            next(rows)
        late, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert late - early < 200_000


def test_an_upload_is_read_like_a_file():
    upload = SimpleUploadedFile("incidents.csv", b"Number,Kind,District\n1,Child,North\n")

    assert [row.number for row in read_rows(upload, columns=COLUMNS)] == [2]


def test_a_wrong_heading_is_told_before_the_first_row_is_asked_for():
    with pytest.raises(UnreadableCsv):
        read_rows(io.BytesIO(b"Wrong\n1\n"), columns=COLUMNS)


FORMULAS = [
    "=1+1",
    "+441632960000",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\rcalc",
    "\ncalc",
    " =1+1",
    "'=1+1",
    '"=1+1',
    "\ufeff=1+1",
    "\u200b=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20A1",
    "\ufe661+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.invalid","look")',
    "''\t'=1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_a_spreadsheet_might_run_is_made_text(text):
    assert safe_cell(text) == f"'{text}"
    assert original_cell(safe_cell(text)) == text


@pytest.mark.parametrize(
    "text", ["", "Child", "a=b", "2-3", "O'Neill", "'quoted'", "5%", "name@example.invalid", "Zoë"]
)
def test_other_text_stays_as_it_is(text):
    assert safe_cell(text) == text
    assert original_cell(text) == text


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (-5, -5),
        (Decimal("-2.50"), Decimal("-2.50")),
        (date(2026, 11, 20), "2026-11-20"),
        (datetime(2026, 7, 1, 8, 30, 5, 999, tzinfo=UTC), "2026-07-01T09:30:05+01:00"),
        (datetime(2026, 11, 20, 8, 30, tzinfo=UTC), "2026-11-20T08:30:00+00:00"),
    ],
)
def test_values_are_written_the_same_everywhere(value, cell):
    assert safe_cell(value) == cell


@given(text=st.text() | st.text(alphabet="'\"=+-@ \t\r\n\uff1da"))
def test_every_text_comes_back_from_its_cell(text):
    assert original_cell(safe_cell(text)) == text


trimmed = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")).map(str.strip)


@given(rows=st.lists(st.tuples(trimmed, trimmed | st.sampled_from(FORMULAS).map(str.strip), trimmed).filter(any)))
def test_what_is_written_is_read_back(rows):
    content = "".join(csv_chunks(COLUMNS, rows))

    assert [tuple(row.values.values()) for row in read(content)] == rows


def test_a_response_opens_in_a_spreadsheet_with_its_accents():
    response = HttpResponse(content_type="text/csv; charset=utf-8")

    write_csv(response, ["Name", "Day"], [["Zoë", date(2026, 11, 20)], ["=1+1", None]])

    assert response.content == "\ufeffName,Day\r\nZoë,2026-11-20\r\n'=1+1,\r\n".encode()


def test_a_file_is_written_like_a_response(tmp_path):
    path = tmp_path / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write_csv(file, ["Name"], [["Zoë"]])

    assert path.read_bytes() == "\ufeffName\r\nZoë\r\n".encode()


def test_long_files_are_streamed_in_pieces():
    made = 0

    def rows():
        nonlocal made
        for number in range(5_000):
            made += 1
            yield [number]

    response = iter(StreamingHttpResponse(csv_chunks(["Number"], rows())))
    first = next(response)

    assert made < 1_000
    content = (first + b"".join(response)).decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(content))] == ["Number", *map(str, range(5_000))]


def test_a_list_without_rows_is_a_heading():
    assert "".join(csv_chunks(["Number"], [])) == "\ufeffNumber\r\n"

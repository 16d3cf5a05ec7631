"""Workbooks are marked, say the same again, and hold no formula whatever somebody typed."""

import zipfile
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from common.xlsx import LONGEST_TEXT, Table, make_xlsx

# What spreadsheets take for a formula, a command, a link, a number or a date; and markup.
HOSTILE = [
    '=HYPERLINK("http://127.0.0.1:1/","x")',
    "=1+1",
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "{=1+1}",
    "＝1+1",
    "http://127.0.0.1:1/",
    "mailto:somebody@example.org",
    "00012",
    "1/2",
    "<b>bold</b>",
    "]]>&amp;",
]


def workbook(**what):
    usual = {"title": "A fictitious workbook", "facts": [("Force", "Wessex Vale")], "tables": []}
    return make_xlsx(**(usual | what))


def test_every_sheet_is_marked_in_header_and_footer_and_the_first_says_it_in_a_cell(settings):
    settings.CLASSIFICATION = "OFFICIAL-SENSITIVE"
    book = load_workbook(BytesIO(workbook(tables=[Table("One", ["A"], [(1,)]), Table("Two", ["A"], [(2,)])])))

    assert book.sheetnames == ["About", "One", "Two"]
    for sheet in book:
        assert sheet.oddHeader.center.text == "OFFICIAL-SENSITIVE"
        assert sheet.oddFooter.left.text == "OFFICIAL-SENSITIVE"
        assert sheet.oddFooter.right.text == "Page &P of &N"
    assert [[cell.value for cell in row] for row in book["About"]] == [
        ["Marking", "OFFICIAL-SENSITIVE"],
        ["Title", "A fictitious workbook"],
        ["Force", "Wessex Vale"],
    ]


@pytest.mark.parametrize("words", HOSTILE)
def test_a_text_is_text_whatever_it_begins_with(words):
    content = workbook(title="t", facts=[("Force", words)], tables=[Table("One", ["A"], [(words,)])])

    book = load_workbook(BytesIO(content))
    for cell in (book["About"]["B3"], book["One"]["A2"]):
        assert (cell.data_type, cell.value.replace("_x000D_", "\r")) == ("s", words)
        assert cell.hyperlink is None
        assert cell.quotePrefix == words.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert cell.number_format == "@"
    with zipfile.ZipFile(BytesIO(content)) as file:
        for name in file.namelist():
            assert b"<f>" not in file.read(name)


def test_a_number_is_a_number_and_nothing_leaves_the_cell_empty():
    book = load_workbook(BytesIO(workbook(tables=[Table("One", ["A", "B", "C"], [(22, Decimal("88.0"), None)])])))

    row = book["One"][2]
    assert [cell.value for cell in row] == [22, 88, None]
    assert [cell.data_type for cell in row[:2]] == ["n", "n"]


def test_the_same_tables_give_the_same_bytes():
    assert workbook() == workbook()


def test_a_text_that_no_cell_can_hold_is_refused_not_dropped():
    with pytest.raises(ValueError, match="longer than a cell"):
        workbook(facts=[("Long", "x" * (LONGEST_TEXT + 1))])

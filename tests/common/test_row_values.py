"""What cells say: days as people write them, what is refused in plain words, and what is known again."""

from datetime import date

import pytest

from common.row_reports import Column, Problem, WrongValue
from common.row_values import RowReader, at_most, known_as, needed, past_day, read_day, tidy

COLUMNS = {"item": Column("Item", "What it is", "Child neglect"), "on": Column("Date", "The day", "27/03/2026")}


@pytest.mark.parametrize(
    "text", ["2026-03-27", "2026-03-27T09:00", "27/03/2026", "27.3.26", "27 March 2026", " 27   Mar 2026".strip()]
)
def test_a_day_is_read_as_people_write_it(text):
    assert read_day(text) == date(2026, 3, 27)


@pytest.mark.parametrize("text", ["", "soon", "31/02/2026", "03/2026", "٢٧/٠٣/٢٠٢٦"])
def test_what_is_no_day_is_none(text):
    assert read_day(text) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The date is missing."),
        ("soon", "“soon” is not a real date; write 27/03/2026."),
        ("21/11/2026", "“21/11/2026” is in the future."),
        ("31/12/1999", "“31/12/1999” is before the year 2000."),
    ],
)
def test_a_day_that_has_not_come_or_is_too_long_ago_is_refused(text, message):
    with pytest.raises(WrongValue) as refused:
        past_day(text, today=date(2026, 11, 20), earliest=2000, example="27/03/2026")
    assert str(refused.value) == message


def test_a_row_is_read_whole_and_every_problem_stands_under_our_heading():
    reader = RowReader({"item": "  First\r\nsecond ", "on": "soon"}, COLUMNS)

    item = reader.value("item", lambda text: needed(at_most(text, 12), "It is missing."))
    day = reader.value("on", lambda text: past_day(text, today=date(2026, 11, 20), earliest=2000, example="1/1/2026"))

    assert (item, day) == ("First\nsecond", None)
    assert reader.problems == [Problem("Date", "“soon” is not a real date; write 1/1/2026.")]


def test_a_cell_that_is_not_there_is_empty_and_what_cannot_be_kept_is_said():
    reader = RowReader({"on": "a\x00b"}, COLUMNS)

    assert reader.value("item", lambda text: text) == ""
    assert reader.value("on", lambda text: text) is None
    assert [problem.column for problem in reader.problems] == ["Date"]


def test_names_are_known_again_however_they_are_typed():
    assert known_as("  Tess\n FICTITIOUS ") == known_as("tess fictitious")
    assert known_as("Straße") == known_as("STRASSE")


def test_words_keep_their_lines_as_a_spreadsheet_gives_them_back():
    assert tidy(" a\r\nb\rc \n") == "a\nb\nc"

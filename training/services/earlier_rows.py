"""What a row of a spreadsheet of initial training must hold, and what is said of one that does not."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from common.row_reports import Column, Problem
from common.row_values import RowReader, at_most, known_as, needed, past_day
from training.models.earlier import LONGEST_ITEM, LONGEST_NAME
from training.models.records import LONGEST_EVIDENCE
from training.services.cpd_rows import EARLIEST_YEAR

# Fields of a sign-off in the order of the workbook: the heading that we write, what it holds, and an example.
EXPLAINED: dict[str, Column] = {
    "item": Column("Item", f"The module or task, in at most {LONGEST_ITEM} characters", "Child neglect"),
    "done_on": Column("Date done", "As 2019-03-27, 27/03/2019 or 27 March 2019; not in the future", "27/03/2019"),
    "evidence": Column("Evidence", "What shows that the person can do it", "Two referrals triaged with the mentor", is_optional=True),
    "mentor": Column("Mentor", "Who signed first, by name; needed unless the line manager signed", "A. Fictitious", is_optional=True),
    "mentor_on": Column("Mentor signed on", "The day of that; needed where there is a name", "28/03/2019", is_optional=True),
    "line_manager": Column("Line manager", "Who signed second, by name", "B. Fictitious", is_optional=True),
    "line_manager_on": Column("Line manager signed on", "The day of that; needed where there is a name", "02/04/2019", is_optional=True),
    "notes": Column("Notes", "Anything else", "Done in the old office", is_optional=True),
}  # fmt: skip
NEEDED = ("item", "done_on")
# What people write over these columns, in small letters; the column that is found first keeps its heading.
WORDS: dict[str, tuple[str, ...]] = {
    "mentor_on": ("mentor signed on", "mentor date", "mentor sign off date", "mentor sign-off date", "date mentor signed", "date signed by mentor", "tutor date", "tutor signed on"),
    "line_manager_on": ("line manager signed on", "line manager date", "line manager sign off date", "line manager sign-off date", "lm date", "date line manager signed", "date signed by line manager", "supervisor date", "boss date"),
    "mentor": ("mentor", "mentor name", "signed by mentor", "mentor sign off", "mentor sign-off", "tutor"),
    "line_manager": ("line manager", "line manager name", "signed by line manager", "line manager sign off", "line manager sign-off", "lm", "supervisor", "boss"),
    "done_on": ("date done", "date", "date completed", "completed", "done on", "done", "when"),
    "evidence": ("evidence", "proof", "how shown", "what shows it"),
    "item": ("item", "module", "task", "topic", "training", "competency", "title", "subject"),
    "notes": ("notes", "comments", "remarks"),
}  # fmt: skip


class EarlierRowChecker:
    """Reads rows of one file, by field of a sign-off."""

    def __init__(self, *, today: date) -> None:
        self.today = today

    def check(self, row: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem], list[str]]:
        """Values by field as far as they could be read, every problem by the heading that we write, and remarks."""
        reader = RowReader(row, EXPLAINED)
        value, problems = reader.value, reader.problems
        values = {
            "item": value("item", lambda text: needed(at_most(text, LONGEST_ITEM), "The item is missing.")),
            "done_on": value("done_on", self._day),
            "evidence": value("evidence", lambda text: at_most(text, LONGEST_EVIDENCE)),
            "mentor": value("mentor", lambda text: at_most(text, LONGEST_NAME)),
            "mentor_on": value("mentor_on", lambda text: self._day(text) if text else None),
            "line_manager": value("line_manager", lambda text: at_most(text, LONGEST_NAME)),
            "line_manager_on": value("line_manager_on", lambda text: self._day(text) if text else None),
            "notes": value("notes", lambda text: at_most(text, LONGEST_EVIDENCE)),
        }
        if not problems:
            problems += _what_is_wrong_with_signatures(values)
        return values, problems, [] if problems else _remarks(values)

    def _day(self, text: str) -> date:
        return past_day(text, today=self.today, earliest=EARLIEST_YEAR, example="27/03/2019 or 2019-03-27")


def _what_is_wrong_with_signatures(values: Mapping[str, Any]) -> list[Problem]:
    """A name has its day, and somebody signed."""
    wrong = []
    for name, day in (("mentor", "mentor_on"), ("line_manager", "line_manager_on")):
        if values[name] and not values[day]:
            wrong.append(Problem(EXPLAINED[day].name, f"There is a name but no day: when did {values[name]} sign?"))
        if values[day] and not values[name]:
            wrong.append(Problem(EXPLAINED[name].name, "There is a day but no name: who signed?"))
    if not wrong and not values["mentor"] and not values["line_manager"]:
        wrong.append(
            Problem(EXPLAINED["mentor"].name, "Nobody has signed for this. Leave the row out, or name who did.")
        )
    return wrong


def _remarks(values: Mapping[str, Any]) -> list[str]:
    """What is odd on paper is taken as it is, and said."""
    notes = []
    if why := why_not_complete(values["mentor"], values["line_manager"]):
        notes.append(why)
    for day, who in (("mentor_on", "mentor"), ("line_manager_on", "line manager")):
        if values[day] and values[day] < values["done_on"]:
            notes.append(f"The {who} signed before the date done.")
    if values["mentor_on"] and values["line_manager_on"] and values["line_manager_on"] < values["mentor_on"]:
        notes.append("The line manager signed before the mentor.")
    return notes


def why_not_complete(mentor: str, line_manager: str) -> str:
    """Why a sign-off is no complete one; "" where it is."""
    if not line_manager:
        return "Only the mentor signed."
    if not mentor:
        return "Only the line manager signed."
    return "One person signed as both." if known_as(mentor) == known_as(line_manager) else ""

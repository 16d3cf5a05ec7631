"""What a row of somebody's own CPD spreadsheet must hold, and what is said of one that does not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from common.row_reports import Column, Problem, WrongValue, short
from common.row_values import RowReader, at_most, known_as, needed, past_day
from training.enums import CpdKind
from training.models.cpd import (
    FEWEST_HOURS,
    LONGEST_EVIDENCE,
    LONGEST_TOPIC,
    LONGEST_TRAINER,
    LONGEST_WORDS,
    MOST_HOURS,
)

EARLIEST_YEAR = 1970
HUNDREDTH = Decimal("0.01")

# Fields of an entry in the order of the workbook: the heading that we write, what it holds, and an example.
EXPLAINED: dict[str, Column] = {
    "done_on": Column("Date", "When it was done, as 2026-03-27, 27/03/2026 or 27 March 2026; not in the future", "27/03/2026"),
    "topic": Column("Topic", f"What it was about, in at most {LONGEST_TOPIC} characters; in a record of initial training the module", "Stalking"),
    "kind": Column("Kind", "One of the kinds below, or a word that is usual for one of them", "Course or webinar", is_optional=True),
    "hours": Column("Hours", "From 0.25 to 24: as 1.5, 1:30, 1h30 or 90 min", "1.5", is_optional=True),
    "trainer": Column("Trainer", "Who gave it", "Fictitious Training Ltd", is_optional=True),
    "evidence": Column("Evidence", "What shows it, or where that is kept", "Certificate 12", is_optional=True),
    "what_happened": Column("What happened", "In your words", "Two cases, discussed in threes.", is_optional=True),
    "learned": Column("What was learned", "In your words", "The pattern weighs more than one message.", is_optional=True),
    "will_change": Column("What will change", "In your words", "I ask for dates and count them.", is_optional=True),
    "did_help": Column("Did it help", "A later look back", "Yes: two calls were seen as one course of conduct.", is_optional=True),
    "looked_back_on": Column("Looked back on", "The day of that look back; needed where there is one", "27/06/2026", is_optional=True),
}  # fmt: skip
NEEDED = ("done_on", "topic")
# What people write over these columns, in small letters; the column that is found first keeps its heading.
WORDS: dict[str, tuple[str, ...]] = {
    "looked_back_on": ("looked back on", "looked back", "date reviewed"),
    "done_on": ("date", "date completed", "date done", "completed", "attended", "when"),
    "hours": ("hours", "hrs", "duration", "length", "time spent"),
    "kind": ("kind", "type", "category", "method", "delivery"),
    "trainer": ("trainer", "provider", "delivered by", "given by", "facilitator"),
    "evidence": ("evidence", "certificate", "proof"),
    "did_help": ("did it help", "help", "effect", "impact"),
    "will_change": ("what will change", "will change", "change", "differently", "application", "applied"),
    "learned": ("what was learned", "learned", "learnt", "learning", "reflection"),
    "topic": ("topic", "module", "title", "subject", "course", "activity", "training"),
    "what_happened": ("what happened", "happened", "details", "description", "summary", "notes"),
}
# Words that are usual for a kind, beside its code and its label.
KIND_WORDS: dict[CpdKind, tuple[str, ...]] = {
    CpdKind.COURSE: ("course", "webinar", "e-learning", "elearning", "online", "face to face", "classroom", "training", "seminar", "conference", "workshop"),
    CpdKind.BRIEFING: ("briefing", "team session", "team day", "meeting", "input"),
    CpdKind.READING: ("reading", "video", "article", "book", "podcast", "self study"),
    CpdKind.SHADOWING: ("shadowing", "attachment", "visit", "secondment"),
    CpdKind.SUPERVISION: ("supervision", "reflective session", "mentoring", "coaching", "reflection"),
    CpdKind.EXERCISE: ("exercise", "case discussion", "simulation", "scenario"),
    CpdKind.OTHER: ("other",),
}  # fmt: skip
_KINDS = {word.casefold(): kind for kind in CpdKind for word in (kind.value, str(kind.label), *KIND_WORDS[kind])}

_CLOCK = re.compile(r"(?P<hours>\d{1,2})(?::|h)(?P<minutes>\d{1,2})?(?:m|min)?(?::00)?", re.ASCII)
_MINUTES = re.compile(r"(?P<minutes>\d{1,4})\s*(?:m|min|mins|minutes)", re.ASCII)
_HOURS = re.compile(r"(?P<hours>\d{1,2}(?:[.,]\d{1,15})?)\s*(?:h|hr|hrs|hour|hours)?", re.ASCII)


@dataclass(frozen=True)
class Fallbacks:
    """What holds for rows that do not say it, as the person who takes the file over says."""

    kind: str = ""
    hours: Decimal | None = None
    learned: str = ""


class CpdRowChecker:
    """Turns a row of text into what an entry says, or says what is wrong with it."""

    def __init__(self, fallbacks: Fallbacks, *, today: date) -> None:
        self.fallbacks = fallbacks
        self.today = today

    def check(self, row: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem], list[str]]:
        """Values by field as far as they could be read, every problem by the heading that we write, and remarks."""
        reader = RowReader(row, EXPLAINED)
        value, problems = reader.value, reader.problems
        notes: list[str] = []
        values = {
            "done_on": value("done_on", self._day),
            "topic": value("topic", lambda text: needed(at_most(text, LONGEST_TOPIC), "The topic is missing.")),
            "kind": value("kind", self._kind),
            "hours": value("hours", lambda text: self._hours(text, notes)),
            "trainer": value("trainer", lambda text: at_most(text, LONGEST_TRAINER)),
            "evidence": value("evidence", lambda text: at_most(text, LONGEST_EVIDENCE)),
            "what_happened": value("what_happened", lambda text: at_most(text, LONGEST_WORDS)),
            "learned": value("learned", self._learned),
            "will_change": value("will_change", lambda text: at_most(text, LONGEST_WORDS)),
            "did_help": value("did_help", lambda text: at_most(text, LONGEST_WORDS)),
            "looked_back_on": value("looked_back_on", lambda text: self._day(text) if text else None),
        }
        if not problems and bool(values["did_help"]) != bool(values["looked_back_on"]):
            problems.append(
                Problem(EXPLAINED["looked_back_on"].name, "A look back has its words and its day, or neither.")
            )
        return values, problems, notes

    def _day(self, text: str) -> date:
        return past_day(text, today=self.today, earliest=EARLIEST_YEAR, example="27/03/2026 or 2026-03-27")

    def _kind(self, text: str) -> str:
        if not text and self.fallbacks.kind:
            return self.fallbacks.kind
        if not text:
            raise WrongValue("The kind is missing; with the columns you can choose one for such rows.")
        if (found := _KINDS.get(known_as(text))) is None:
            raise WrongValue(f"“{short(text)}” is no kind of CPD; write for example {CpdKind.COURSE.label}.")
        return found.value

    def _hours(self, text: str, notes: list[str]) -> Decimal:
        if not text and self.fallbacks.hours is not None:
            return self.fallbacks.hours.quantize(HUNDREDTH)
        if not text:
            raise WrongValue("The hours are missing; with the columns you can enter them for such rows.")
        said = _read_hours(text.casefold())
        if said is None:
            raise WrongValue(f"“{short(text)}” is no number of hours; write for example 1.5 or 1:30.")
        hours = said.quantize(HUNDREDTH, ROUND_HALF_UP)
        if not FEWEST_HOURS <= hours <= MOST_HOURS:
            raise WrongValue(f"“{short(text)}”: hours are from {FEWEST_HOURS} to {MOST_HOURS}.")
        if hours != said:
            notes.append(f"“{short(text)}” is taken as {hours} hours.")
        return hours

    def _learned(self, text: str) -> str:
        words = at_most(text or self.fallbacks.learned, LONGEST_WORDS)
        return needed(words, "What was learned is missing; with the columns you can write it for such rows.")


def _read_hours(text: str) -> Decimal | None:
    try:
        if found := _CLOCK.fullmatch(text):
            return Decimal(found["hours"]) + Decimal(found["minutes"] or 0) / 60
        if found := _MINUTES.fullmatch(text):
            return Decimal(found["minutes"]) / 60
        if found := _HOURS.fullmatch(text):
            return Decimal(found["hours"].replace(",", "."))
    except InvalidOperation:
        return None
    return None

"""What a row of earlier reviews must hold, and what is said of one that does not."""

import calendar
import re
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from accounts.models import Agency, Team
from common.clock import Period
from common.csv_files import Row
from common.row_reports import Column, Problem, WrongValue, clean, short
from grading.enums import Needed
from referrals.enums import ConcernType, IncidentKind
from referrals.queries import districts_of
from referrals.services.incident_rows import incident_kind, occurrence_number, yes_or_no

EXPLAINED = (
    Column("incident_number", "The number of the records system; with the period a row is known again by it", "99000000123"),
    Column("first_month", "The first month of the period in which the incident was reported, as 2023-03 or 03/2023", "2023-03"),
    Column("last_month", "Its last month, in the same year; nothing: the same month", "2023-04", is_optional=True),
    Column("needed", "Whether a form was needed: yes, no or unclear", "yes"),
    Column(
        "needed_for",
        "What it was needed for, with semicolons between: child, adult at risk, domestic abuse and so on; nothing where none was needed",
        "child; domestic abuse",
        is_optional=True,
    ),
    Column(
        "found",
        "Which forms there were, written in the same way; yes: all that were needed; no or nothing: none",
        "child",
        is_optional=True,
    ),
    Column("in_time", "Whether they came in time: yes, no, or nothing where that is not known", "yes", is_optional=True),
    Column("good_enough", "Whether they were good enough to act on: yes, no, or nothing where nobody judged it", "no", is_optional=True),
    Column("kind", f"One of {', '.join(IncidentKind.values)}, or nothing", "CHILD_CONCERN", is_optional=True),
    Column("district_code", "The code of one of the force's districts, or nothing", "Y99002", is_optional=True),
    Column("team", "The name of a team of the force, or nothing", "Brackenport City Response", is_optional=True),
    Column("why", "Why, in at most 2,000 characters and without names", "The child's form leaves out the father.", is_optional=True),
)  # fmt: skip
COLUMNS = tuple(column.name for column in EXPLAINED if not column.is_optional)
OPTIONAL_COLUMNS = tuple(column.name for column in EXPLAINED if column.is_optional)
LONGEST_WHY = 2_000
EARLIEST_YEAR = 2000

_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})(?:-\d{1,2})?", re.ASCII)
_UK_MONTH = re.compile(r"(?:\d{1,2}/)?(?P<month>\d{1,2})/(?P<year>\d{4})", re.ASCII)
_ROUNDED = re.compile(r"[\d.]+E\+\d+", re.ASCII)
_CONCERNS = {name.casefold(): concern.value for concern in ConcernType for name in (concern.value, str(concern.label))}
_NEEDED = {"yes": Needed.YES, "y": Needed.YES, "no": Needed.NO, "n": Needed.NO, "unclear": Needed.UNCLEAR}


class EarlierRowChecker:
    """Turns a row of text into the values of an `EarlierReview`, or says what is wrong with it."""

    def __init__(self, force: Agency, *, today: date) -> None:
        self.today = today
        self.districts = {code.casefold(): pk for code, pk in districts_of(force.pk).values_list("code", "pk")}
        teams = Team.objects.filter(agency=force).values_list("name", "pk")
        self.teams = {name.casefold(): pk for name, pk in teams}

    def check(self, row: Row) -> tuple[dict[str, Any], list[Problem]]:
        """The values as far as they could be read, and every problem; the values are whole when there is none."""
        problems: list[Problem] = []

        def value(column: str, check: Callable[[str], Any]) -> Any:
            try:
                return check(clean(row.values.get(column, "")))
            except WrongValue as wrong:
                problems.append(Problem(column, str(wrong)))
                return None

        values = {
            "incident_number": value("incident_number", _number),
            "required": value("needed", _needed),
            "in_time": value("in_time", _maybe),
            "good_enough": value("good_enough", _maybe),
            "kind": value("kind", lambda text: incident_kind(text) if text else ""),
            "district_id": value("district_code", self._district),
            "team_id": value("team", self._team),
            "why": value("why", _why),
        }
        needed_for, found = value("needed_for", _concerns), value("found", _found)
        first = value("first_month", _month)
        last = value("last_month", lambda text: _month(text) if text else first)
        if not problems:
            problems += _contradictions(values, needed_for, found) + self._wrong_period(first, last)
        if not problems:
            values |= {
                "period_start": first,
                "period_end": last.replace(day=calendar.monthrange(last.year, last.month)[1]),
                "required_types": needed_for,
                "found_types": needed_for if found is True else found or [],
            }
        return values, problems

    def _wrong_period(self, first: date, last: date) -> list[Problem]:
        if last < first:
            return [Problem("last_month", "The last month is before the first.")]
        if last.year != first.year:
            return [Problem("last_month", "A period is within one calendar year.")]
        if (last.year, last.month) >= (self.today.year, self.today.month):
            return [Problem("last_month", f"{Period(first, last)} has not ended yet.")]
        return []

    def _district(self, text: str) -> UUID | None:
        if text and text.casefold() not in self.districts:
            raise WrongValue(f"The force has no district with the code “{short(text)}”.")
        return self.districts.get(text.casefold())

    def _team(self, text: str) -> UUID | None:
        if text and text.casefold() not in self.teams:
            raise WrongValue(f"The force has no team “{short(text)}”.")
        return self.teams.get(text.casefold())


def _contradictions(values: dict[str, Any], needed_for: list[str], found: list[str] | bool) -> list[Problem]:
    problems = []
    if values["required"] == Needed.YES and not needed_for:
        problems.append(Problem("needed_for", "Say what a form was needed for."))
    if values["required"] != Needed.YES and needed_for:
        problems.append(Problem("needed_for", "Only where a form was needed it is said what for."))
    if found is True and values["required"] != Needed.YES:
        problems.append(Problem("found", "Say which forms there were: none was needed, so “yes” does not tell."))
    problems += [
        Problem(column, "No form was found, so there is nothing to say of it.")
        for column in ("in_time", "good_enough")
        if not found and values[column] is not None
    ]
    return problems


def _number(text: str) -> str:
    if _ROUNDED.fullmatch(text.upper()):
        raise WrongValue("Excel rounded this number. Format the column as text and type it again.")
    return occurrence_number(text)


def _month(text: str) -> date:
    """The first day of a month; a day of it is taken too, because Excel makes one of "March 2023"."""
    found = _MONTH.fullmatch(text) or _UK_MONTH.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        month = date(int(found["year"]), int(found["month"]), 1)
    except ValueError:
        said = f"“{short(text)}” is no month" if text else "The month is missing"
        raise WrongValue(f"{said}; write 2023-03 or 03/2023.") from None
    if month.year < EARLIEST_YEAR:
        raise WrongValue(f"“{short(text)}” is before the year {EARLIEST_YEAR}.")
    return month


def _needed(text: str) -> Needed:
    if (found := _NEEDED.get(text.casefold())) is None:
        raise WrongValue("Write yes, no or unclear.")
    return found


def _maybe(text: str) -> bool | None:
    return yes_or_no(text) if text else None


def _concerns(text: str) -> list[str]:
    names = [name.strip() for name in text.split(";") if name.strip()]
    unknown = [name for name in names if name.casefold() not in _CONCERNS]
    if unknown:
        raise WrongValue(f"“{short(unknown[0])}” is no type of concern; write for example child; adult at risk.")
    return sorted({_CONCERNS[name.casefold()] for name in names})


def _found(text: str) -> list[str] | bool:
    match text.casefold():
        case "yes" | "y":
            return True
        case "no" | "n" | "none":
            return []
    return _concerns(text)


def _why(text: str) -> str:
    if len(text) > LONGEST_WHY:
        raise WrongValue(f"Why has at most {LONGEST_WHY:,} characters.")
    return text

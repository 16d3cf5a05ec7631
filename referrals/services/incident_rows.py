"""What a row of incidents must hold, and what is said of one that does not."""

import re
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from accounts.models import Agency, Team, User
from common.clock import LONDON, london_day
from common.csv_files import Row, RowError
from common.errors import DomainError
from common.row_reports import Column, Problem, WrongValue, clean, short
from referrals.enums import IncidentKind
from referrals.models.incident import known_number
from referrals.queries import districts_of

EXPLAINED = (
    Column(
        "occurrence_number",
        "The number of the records system, by which an incident is known again: at most 20 letters A to Z, digits, "
        "spaces (which do not count) and . / _ -",
        "99000000123",
    ),
    Column(
        "reported_at",
        "When it was reported, as 2026-03-27 14:05 or 27/03/2026 14:05, by the clock in London unless an offset is given; "
        "not in the future",
        "27/03/2026 14:05",
    ),
    Column("kind", f"One of {', '.join(IncidentKind.values)}", "CHILD_CONCERN"),
    Column("district_code", "The code of one of the force's districts", "Y99002"),
    Column("child_linked", "Whether a child was involved or linked: yes or no", "yes"),
    Column("adult_needs", "Whether an adult had care and support needs: yes or no", "no"),
    Column("domestic_abuse", "Whether it was domestic abuse: yes or no", "no"),
    Column("team", "The name of a team of the force, or nothing", "Brackenport City Response", is_optional=True),
    Column(
        "officer_collar_number",
        "The collar number of the officer; one that has no account here is left open",
        "9014",
        is_optional=True,
    ),
    Column("summary", "What happened, in at most 5,000 characters", "Child of 6 found alone.", is_optional=True),
)
COLUMNS = tuple(column.name for column in EXPLAINED if not column.is_optional)
OPTIONAL_COLUMNS = tuple(column.name for column in EXPLAINED if column.is_optional)
LONGEST_NUMBER = 20
LONGEST_SUMMARY = 5_000
LONGEST_MESSAGE = 200
# Nothing older comes out of a records system; an earlier year is a slip of the keyboard.
EARLIEST = datetime(2000, 1, 1, tzinfo=LONDON)
# More wrong rows than anybody corrects by hand: then it is the file, or the export that made it, that is wrong.
MOST_REFUSED = 100_000

_UK_MOMENT = re.compile(
    r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?",
    re.ASCII,
)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z ./_-]*", re.ASCII)
_YES_AND_NO = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}
_KINDS = {name.casefold(): kind for kind in IncidentKind for name in (kind.value, str(kind.label))}


class CannotImport(DomainError):
    pass


class RowChecker:
    """Turns rows of text into records of the temporary table: one for a right row, one for each fault of a wrong one."""

    def __init__(self, force: Agency, *, at: datetime) -> None:
        self.at = at
        # The columns that the rows have, known from the first right row on.
        self.columns: Collection[str] = ()
        self.refused = 0
        self.districts = {code.casefold(): pk for code, pk in districts_of(force.pk).values_list("code", "pk")}
        teams = Team.objects.filter(agency=force).values_list("name", "pk")
        self.teams = {name.casefold(): pk for name, pk in teams}
        officers = User.objects.filter(agency=force).exclude(collar_number="").values_list("collar_number", "pk")
        self.officers = {number.casefold(): pk for number, pk in officers}

    def records(self, row: Row | RowError) -> Iterator[tuple[Any, ...]]:
        """Raises CannotImport at the first wrong row that is one too many."""
        if isinstance(row, RowError):
            self._count_refusal()
            yield _refusal(row.number, row.column, row.message)
        else:
            self.columns = self.columns or row.values.keys()
            yield from self._checked(row)

    def _checked(self, row: Row) -> Iterator[tuple[Any, ...]]:
        problems: list[Problem] = []

        def value(column: str, check: Callable[[str], Any]) -> Any:
            try:
                return check(clean(row.values.get(column, "")))
            except WrongValue as wrong:
                problems.append(Problem(column, str(wrong)))
                return None

        number = value("occurrence_number", occurrence_number)
        reported_at = value("reported_at", self._reported_at)
        kind = value("kind", incident_kind)
        district = value("district_code", self._district)
        flags = [value(column, yes_or_no) for column in ("child_linked", "adult_needs", "domestic_abuse")]
        team = value("team", self._team)
        officer = value("officer_collar_number", self._officer)
        summary = value("summary", _summary)
        if problems:
            self._count_refusal()
            yield from (_refusal(row.number, problem.column, problem.message) for problem in problems)
            return
        day = london_day(reported_at)
        yield (row.number, uuid4(), number, kind, reported_at, day, district, team, officer, *flags, summary, "", "")

    def _count_refusal(self) -> None:
        self.refused += 1
        if self.refused > MOST_REFUSED:
            raise CannotImport(f"More than {MOST_REFUSED:,} rows are wrong, so nothing was taken. Check the export.")

    def _reported_at(self, text: str) -> datetime:
        moment = parse_moment(text)
        if moment > self.at:
            raise WrongValue(f"“{short(text)}” is in the future.")
        return moment

    def _district(self, text: str) -> UUID:
        if not text:
            raise WrongValue("The district is missing.")
        if (found := self.districts.get(text.casefold())) is None:
            raise WrongValue(f"The force has no district with the code “{short(text)}”.")
        return found

    def _team(self, text: str) -> UUID | None:
        if not text:
            return None
        if (found := self.teams.get(text.casefold())) is None:
            raise WrongValue(f"The force has no team “{short(text)}”.")
        return found

    def _officer(self, text: str) -> UUID | None:
        """Not every officer of the force has an account here: an unknown number leaves the officer open."""
        return self.officers.get(text.casefold())


def parse_moment(text: str) -> datetime:
    """A moment from ISO 8601 or from the UK way of writing (27/3/2026 14:05), by the London clock unless it says otherwise."""
    if not text:
        raise WrongValue("The date is missing.")
    try:
        if found := _UK_MOMENT.fullmatch(text):
            parts = {name: int(value) for name, value in found.groupdict(default="0").items()}
            moment = datetime(**parts, tzinfo=LONDON)  # type: ignore[arg-type]
        elif re.match(_ISO_DAY, text):
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=LONDON)
        else:
            raise ValueError
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongValue(f"“{short(text)}” is not a real date; write 2026-03-27 14:05 or 27/03/2026 14:05.") from None
    if moment < EARLIEST:
        raise WrongValue(f"“{short(text)}” is before the year {EARLIEST.year}.")
    return moment


def occurrence_number(text: str) -> str:
    """The number as incidents are known by it. Raises WrongValue."""
    text = known_number(text)
    if not text:
        raise WrongValue("The occurrence number is missing.")
    if len(text) > LONGEST_NUMBER:
        raise WrongValue(f"An occurrence number has at most {LONGEST_NUMBER} characters.")
    if not _NUMBER.fullmatch(text):
        raise WrongValue("An occurrence number is made of letters A to Z, digits, spaces and . / _ - only.")
    return text


def incident_kind(text: str) -> str:
    """The code of a kind, from its code or its words. Raises WrongValue."""
    if not text:
        raise WrongValue("The kind of incident is missing.")
    if (found := _KINDS.get(text.casefold())) is None:
        raise WrongValue(f"“{short(text)}” is no kind of incident; write {', '.join(IncidentKind.values)}.")
    return found.value


def yes_or_no(text: str) -> bool:
    """Raises WrongValue for anything else."""
    if (found := _YES_AND_NO.get(text.casefold())) is None:
        raise WrongValue("Write yes or no.")
    return found


def _summary(text: str) -> str:
    if len(text) > LONGEST_SUMMARY:
        raise WrongValue(f"A summary has at most {LONGEST_SUMMARY:,} characters.")
    return text


def _refusal(number: int, column: str, message: str) -> tuple[Any, ...]:
    return (number, *[None] * 12, column, message[:LONGEST_MESSAGE])

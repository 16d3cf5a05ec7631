"""What the cells of a file say: read, refused in plain words, kept, and known again."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from common.row_reports import Column, Problem, WrongValue, clean, short

_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?:[T ].*)?", re.ASCII)
_UK = re.compile(r"(?P<day>\d{1,2})[/.](?P<month>\d{1,2})[/.](?P<year>\d{4}|\d{2})", re.ASCII)


class RowReader:
    """Reads the cells of one row, by the name of our column; what is wrong with them collects in `problems`, by our heading."""

    def __init__(self, row: Mapping[str, str], columns: Mapping[str, Column]) -> None:
        self.row, self.columns = row, columns
        self.problems: list[Problem] = []

    def value(self, name: str, read: Callable[[str], Any]) -> Any:
        """What `read` makes of a cell; None where it cannot be taken."""
        try:
            return read(tidy(clean(self.row.get(name, ""))))
        except WrongValue as wrong:
            self.problems.append(Problem(self.columns[name].name, str(wrong)))
            return None


def known_as(text: str) -> str:
    """What people type differently left out: in small letters, with single spaces. Names and titles are known again by it."""
    return " ".join(text.casefold().split())


def tidy(text: str) -> str:
    """Without spaces around it, and with line ends as spreadsheets keep them, so that it comes back from one unchanged."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def needed(text: str, message: str) -> str:
    if not text:
        raise WrongValue(message)
    return text


def at_most(text: str, length: int) -> str:
    if len(text) > length:
        raise WrongValue(f"It has more than {length:,} characters.")
    return text


def past_day(text: str, *, today: date, earliest: int, example: str) -> date:
    """A day that has come, from the year `earliest` on. The `example` is shown to who wrote something else."""
    found = read_day(needed(text, "The date is missing."))
    if found is None:
        raise WrongValue(f"“{short(text)}” is not a real date; write {example}.")
    if found > today:
        raise WrongValue(f"“{short(text)}” is in the future.")
    if found.year < earliest:
        raise WrongValue(f"“{short(text)}” is before the year {earliest}.")
    return found


def read_day(text: str) -> date | None:
    """A day as people write it in spreadsheets; None for anything else."""
    try:
        if found := _ISO.fullmatch(text) or _UK.fullmatch(text):
            year = int(found["year"])
            return date(year + 2000 if year < 100 else year, int(found["month"]), int(found["day"]))
        for pattern in ("%d %B %Y", "%d %b %Y"):
            try:
                return datetime.strptime(" ".join(text.split()), pattern).date()  # noqa: DTZ007 -- a day has no zone
            except ValueError:
                continue
    except ValueError:
        return None
    return None

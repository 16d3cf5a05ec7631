"""What is said of the rows of a file that somebody imports: which columns it has, what becomes of each row, and what is wrong with it."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import TextChoices

from common.errors import DomainError

ROWS_A_PAGE = 100


@dataclass(frozen=True)
class Column:
    """A column of a file, or a field over the API, as a page and docs/imports.md explain it."""

    name: str
    meaning: str
    example: str
    is_optional: bool = False


class RowVerdict(TextChoices):
    """What becomes of a row."""

    TAKEN = "TAKEN", "To be taken"
    ALREADY_THERE = "ALREADY_THERE", "There already"
    REFUSED = "REFUSED", "Refused"


class CheckedRows:
    """All rows of a file in its order, each with its `verdict` and its `notes`: what would become of it, before anything is stored."""

    rows: Sequence[Any]

    def count(self, verdict: RowVerdict) -> int:
        return sum(row.verdict == verdict for row in self.rows)

    @property
    def counts(self) -> list[tuple[RowVerdict, int]]:
        """Each verdict with how many rows have it."""
        return [(verdict, self.count(verdict)) for verdict in RowVerdict]

    def ended(self, taken: int, *, did: str = "Taken over") -> str:
        """What became of the file, in words."""
        there, refused = self.count(RowVerdict.ALREADY_THERE), self.count(RowVerdict.REFUSED)
        return f"{did}: {taken:,}. There already: {there:,}. Refused: {refused:,}."

    def page(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What components/rows_checked.html and the table below it show: all rows, or those of one verdict, or with a remark (`show`)."""
        wanted = asked.get("show", "")
        rows = [row for row in self.rows if wanted in ("", row.verdict) or (wanted == "NOTES" and row.notes)]
        return {
            "checked": self,
            "counts": self.counts,
            "with_notes": sum(bool(row.notes) for row in self.rows),
            "may_be_taken": self.count(RowVerdict.TAKEN),
            "show": wanted,
            "page": Paginator(rows, ROWS_A_PAGE).get_page(asked.get("page")),
        }


def check_size(content: bytes, *, most_bytes: int, refusal: type[DomainError]) -> None:
    """Raises `refusal` for a file that is larger than what is read whole."""
    if len(content) > most_bytes:
        raise refusal(f"The file is too large: it may have {most_bytes // 1_000_000} MB. Split it and try again.")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row, and with which column ("" if with the row as a whole)."""

    column: str
    message: str


class WrongValue(Exception):
    """A value that cannot be taken; the message is for whoever sent it."""


def clean(text: str) -> str:
    """Without spaces around it; characters that nobody can see or the database cannot hold are refused."""
    text = text.strip()
    if not text.isprintable() and any(
        unicodedata.category(character) in ("Cc", "Cs") and character not in "\r\n\t" for character in text
    ):
        raise WrongValue("There are control characters in it.")
    return text


def plain(text: str) -> str:
    """Without what cannot be shown."""
    return "".join(character for character in text if character.isprintable())


def short(text: str) -> str:
    """As much of a value as a message quotes."""
    text = plain(text)
    return text if len(text) <= 30 else f"{text[:30]}…"

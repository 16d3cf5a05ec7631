"""What is said of the rows of a file that somebody imports: which columns it has, what becomes of each row, and what is wrong with it."""

import unicodedata
from dataclasses import dataclass

from django.db.models import TextChoices


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

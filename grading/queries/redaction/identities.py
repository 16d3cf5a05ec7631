"""What a PPN knows of who is in it and who worked on it: every text that must not be left in what graders read."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model

from accounts.models import User
from grading.queries.redaction.columns import Shown, Tells, column_of, columns_of, treatment_of
from grading.queries.redaction.folding import folded
from grading.queries.redaction.words import KIN, ORDINARY
from referrals.forms import sections_of
from referrals.models import Person, Referral

SHORTEST_PART_OF_ADDRESS = 4
SHORTEST_WORD = 3

# How the last word of a street is written short, and in full.
STREETS = {
    "ave": "avenue",
    "cl": "close",
    "cres": "crescent",
    "ct": "court",
    "dr": "drive",
    "gdns": "gardens",
    "gr": "grove",
    "ln": "lane",
    "pl": "place",
    "rd": "road",
    "sq": "square",
    "st": "street",
    "terr": "terrace",
}

_HOUSE_NUMBER = re.compile(r"^(?:flat|unit|apartment|room)?\s*\d+\w?\s+(?=\D)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:['\-][^\W\d_]+)*")
_LETTERS = re.compile(rf"[^\W\d_]{{{SHORTEST_WORD},}}")
_ENDS_SENTENCE = re.compile(r"(?:^|[.!?:;\n“\"(])\s*$")


@dataclass
class Identities:
    """Texts with the label that stands for each. `anywhere` are hidden in any case, `capitals` only where they have one."""

    phrases: list[tuple[str, str]] = field(default_factory=list)
    full_names: list[tuple[str, str]] = field(default_factory=list)
    anywhere: list[tuple[str, str]] = field(default_factory=list)
    capitals: list[tuple[str, str]] = field(default_factory=list)
    numbers: list[tuple[str, str]] = field(default_factory=list)
    birthdays: list[date] = field(default_factory=list)

    @classmethod
    def of(cls, *versions: Referral, officers: Iterable[User]) -> "Identities":
        """All that these versions of one referral know, the one that graders read first and the newest last.

        `officers` are those who took part in it.
        """
        known = cls()
        numbered: dict[Any, str] = {}
        for version in versions:
            for person in version.everybody():
                numbered.setdefault(person.pk, f"[person {len(numbered) + 1}]")
                known._person(person, numbered[person.pk])
            for holder, name in _answers(version):
                known._answer(holder, name, label="[person]")
        referral = versions[-1]
        known.numbers.append((referral.reference, "[number]"))
        if referral.team is not None:
            known.phrases.append((referral.team.name, "[team]"))
        for officer in officers:
            known._name(officer.name, "[officer]")
            known.full_names.append((officer.name, "[officer]"))
            known.numbers.append((officer.collar_number, "[officer]"))
        return known

    def _person(self, person: Person, label: str) -> None:
        self.full_names.append((f"{person.given_names} {person.family_name}", label))
        for column in columns_of(Person):
            self._answer(person, column.name, label=label)

    def _answer(self, holder: Model, name: str, *, label: str) -> None:
        value = getattr(holder, name)
        treatment = treatment_of(column_of(holder, name))
        if not value or treatment.tells is Tells.NOTHING:
            return
        tells = treatment.tells
        if tells is Tells.BIRTHDAY:
            self.birthdays.append(value)
        elif tells is Tells.NUMBER:
            self.numbers.append((value, tells.value))
        elif tells is Tells.NAME:
            self.full_names.append((value, label))
            self._name(value, label)
        elif tells is Tells.NAMES_IN_TEXT:
            self._names_in_text(value, tells.value, is_line_of_names=treatment.shown is Shown.ROLES)
        else:
            self._place(value, tells.value)

    def _name(self, name: str, label: str) -> None:
        """The names in a name: both halves of a double-barrelled one, and of one with an apostrophe."""
        self.anywhere += [(word, label) for word in _words_of_name(name)]

    def _place(self, text: str, label: str) -> None:
        """The whole, its parts, and each word of it that is no word of everyday writing."""
        parts = [part for part in _parts_of_address(text) if len(part.strip()) >= SHORTEST_PART_OF_ADDRESS]
        self.phrases += [(part, label) for part in parts if folded(part).lower().strip(" .") not in ORDINARY]
        words = _LETTERS.findall(folded(text))
        self.anywhere += [(word, label) for word in words if not _is_ordinary(word)]

    def _names_in_text(self, text: str, label: str, *, is_line_of_names: bool) -> None:
        """The words with a capital that are not ordinary. In a line of names, all that are not, where none has a capital."""
        plain = folded(text)
        has_capitals = any(character.isupper() for character in plain)
        for found in _WORD.finditer(plain):
            word = found.group()
            if len(word) == 1 or _is_ordinary(word.removesuffix("'s")):
                continue
            if not word[0].isupper():
                if is_line_of_names and not has_capitals and len(word) >= SHORTEST_WORD:
                    self.anywhere.append((word, label))
                continue
            begins = not is_line_of_names and _ENDS_SENTENCE.search(plain[: found.start()]) is not None
            # A capital at the beginning of a sentence may be no name: the same word in small letters is left alone.
            (self.capitals if begins else self.anywhere).extend((part, label) for part in _words_of_name(word))


def roles_in(text: str) -> str:
    """The words that say what somebody is to the person, each once; nothing where there are none."""
    words = [word.lower() for word in _WORD.findall(folded(text))]
    return ", ".join(dict.fromkeys(word for word in words if word in KIN))


def _answers(referral: Referral) -> Iterator[tuple[Model, str]]:
    return ((section.holder(referral, name), name) for section in sections_of(referral) for name in section.fields)


def _is_ordinary(word: str) -> bool:
    small = word.lower()
    return small in ORDINARY or small in STREETS


def _words_of_name(name: str) -> list[str]:
    whole = re.split(r"[\s,/&+()]+", folded(name))
    halves = [half for word in whole for half in re.split(r"[\-_.:@#\d]+", word)]
    names = [*whole, *halves, *(part for word in (*whole, *halves) if "'" in word for part in word.split("'"))]
    stripped = (word.strip(".:;'\"@#") for word in names)
    return [word for word in dict.fromkeys(stripped) if word and any(letter.isalpha() for letter in word)]


def _parts_of_address(address: str) -> list[str]:
    """The whole address, each part between commas, and the street without its number, in full and in short."""
    parts = [part.strip() for part in re.split(r"[,\n;]", address)]
    parts += [_HOUSE_NUMBER.sub("", part) for part in parts]
    return [address.strip(), *parts, *(other for part in parts if (other := _street_written_otherwise(part)))]


def _street_written_otherwise(street: str) -> str:
    """Pretend Street for Pretend St, and the other way round; nothing for what ends like no street."""
    name, _, last = street.rstrip(".").rpartition(" ")
    shorter = {full: short for short, full in STREETS.items()}
    other = (STREETS | shorter).get(last.lower())
    return f"{name} {other}" if name and other else ""


def first_of_each(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each text with the label of the first who has it: a family name belongs to several."""
    known: dict[str, tuple[str, str]] = {}
    for text, label in pairs:
        known.setdefault(folded(text).lower(), (text, label))
    return list(known.values())

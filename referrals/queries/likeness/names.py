"""Names without what people leave out or write differently, how they sound, and what they are short for."""

import re
import unicodedata
from functools import lru_cache

import jellyfish

from referrals.queries.likeness.nicknames import NICKNAMES

# Letters that Unicode does not take apart into a letter and a mark.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})
_LEFT_OUT = re.compile(r"['’‘`´.]")
_BETWEEN = re.compile(r"[^a-z0-9]+")
_GROUPS: dict[str, frozenset[str]] = {}
for _head, _short in NICKNAMES.items():
    for _name in (_head, *_short.split()):
        _GROUPS[_name] = _GROUPS.get(_name, frozenset()) | {_head}


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Small letters without accents, apostrophes and hyphens, one space between words: "O’Brien-Łuć" is "obrien luc"."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    letters = "".join(letter for letter in apart if not unicodedata.combining(letter)).translate(_LETTERS)
    return _BETWEEN.sub(" ", _LEFT_OUT.sub("", letters)).strip()


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """How a plain word sounds in English (metaphone); the word itself where that says nothing."""
    return jellyfish.metaphone(word) or word


@lru_cache(maxsize=20_000)
def heads(given: str) -> frozenset[str]:
    """The full names that a plain given name may be short for; the name itself when it is short for none."""
    return _GROUPS.get(given, frozenset({given}))


def are_nicknames(one: str, other: str) -> bool:
    """Whether two plain given names are forms of one name: kate and catherine, bob and robert."""
    return one in _GROUPS and other in _GROUPS and bool(_GROUPS[one] & _GROUPS[other])


def are_close(one: str, other: str) -> bool:
    """Whether two plain words differ by no more than a slip of the pen: one letter, or two in five of a long word."""
    if min(len(one), len(other)) < 3:
        return False
    slips = jellyfish.damerau_levenshtein_distance(one, other)
    return slips <= 1 or (slips == 2 and min(len(one), len(other)) >= 7)

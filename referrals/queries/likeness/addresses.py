"""Addresses as people write them, brought to one form."""

import re
from functools import lru_cache

from referrals.queries.likeness.names import plain

_WORDS = {
    "rd": "road", "str": "street", "ave": "avenue", "av": "avenue", "ln": "lane", "cl": "close", "ct": "court",
    "cres": "crescent", "crsc": "crescent", "gdns": "gardens", "gdn": "gardens", "ter": "terrace", "terr": "terrace",
    "pl": "place", "sq": "square", "dr": "drive", "gr": "grove", "pk": "park", "hse": "house", "bldg": "building",
    "flt": "flat", "apt": "flat", "apartment": "flat", "mws": "mews", "wk": "walk", "hl": "hill", "pde": "parade",
}  # fmt: skip
_SAINT_AT_THE_END = re.compile(r"\bst(?=$| (?!.*\b(road|street|avenue|lane|close)\b))")
_NUMBER = re.compile(r"\b\d+[a-z]?\b")


@lru_cache(maxsize=20_000)
def plain_address(text: str) -> str:
    """Small letters, whole words: "12, Imaginary Rd." is "12 imaginary road"."""
    words = [_WORDS.get(word, word) for word in plain(text).split()]
    # "st" is a street unless a street of another kind follows, as in "St Mary Road".
    return _SAINT_AT_THE_END.sub("street", " ".join(words))


@lru_cache(maxsize=20_000)
def door_and_street(address: str) -> tuple[str, str]:
    """The numbers of a plain address, and the two words after the last of the leading ones: where the door is."""
    numbers = _NUMBER.findall(address)
    if not numbers:
        return "", " ".join(address.split()[:2])
    after = address[address.rfind(numbers[-1]) + len(numbers[-1]) :].split()
    return " ".join(numbers), " ".join(after[:2])


def are_in_different_towns(one: str, other: str) -> bool:
    """Whether both plain addresses go on after the street, and with no word in common."""
    rests = [set(_after_the_street(address).split()) for address in (one, other)]
    return all(rests) and rests[0].isdisjoint(rests[1])


def _after_the_street(address: str) -> str:
    street = door_and_street(address)[1]
    return address.rpartition(street)[2] if street else ""

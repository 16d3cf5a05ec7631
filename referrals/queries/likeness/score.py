"""The score of a pair: evidence for and against, added up in bits (Fellegi and Sunter, 1969).

For each thing that is known of both, `m` is how often descriptions of one person compare like that, `u` how often
those of two people picked at random do; the weight is log2(m / u). The figures are our estimate, tried on generated people
(docs/matching.md), not learned from anybody's records. What is missing on either side says nothing.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from math import log2

import jellyfish

from referrals.queries.likeness.addresses import are_in_different_towns, door_and_street
from referrals.queries.likeness.description import Description
from referrals.queries.likeness.names import are_close, are_nicknames, heads, sound

# Bits from which a pair is shown to the decision-maker, and from which it is called likely.
OFFERED = 16.0
LIKELY = 21.0
# Bits from which the wider look shows a pair, which somebody asks for and reads with more doubt.
WIDER = 12.0
# Brothers, sisters and twins share family name, address and at times the date of birth. So family name and address
# count in full only when the given names agree; when one is not known, together no more than this; else nothing.
HOUSEHOLD_ALONE = 3.0


class Finding(Enum):
    """How one thing compares: words for the page, m and u."""

    GIVEN_SAME = ("Same given name", 0.75, 0.012)
    GIVEN_NICKNAME = ("Given names are forms of one name", 0.07, 0.0025)
    GIVEN_SOUND = ("Given names sound alike", 0.05, 0.0025)
    GIVEN_CLOSE = ("Given names differ by a slip", 0.06, 0.004)
    GIVEN_PART = ("One of the given names is the same", 0.03, 0.003)
    GIVEN_OTHER = ("One's given name is another name of the other", 0.02, 0.004)
    GIVEN_INITIAL = ("Same initial of the given name", 0.02, 0.01)
    GIVEN_DIFFERENT = ("Different given names", 0.02, 0.96)
    FAMILY_SAME = ("Same family name", 0.80, 0.004)
    FAMILY_SOUND = ("Family names sound alike", 0.05, 0.0006)
    FAMILY_CLOSE = ("Family names differ by a slip", 0.06, 0.0008)
    FAMILY_PART = ("Part of the family name is the same", 0.03, 0.001)
    FAMILY_OTHER = ("One's family name is another name of the other", 0.04, 0.0016)
    FAMILY_DIFFERENT = ("Different family names", 0.06, 0.99)
    NAMES_SWAPPED = ("Given and family name change places", 0.015, 0.0001)
    BORN_SAME = ("Same date of birth", 0.80, 0.0001)
    BORN_SWAPPED = ("Day and month of birth change places", 0.03, 0.0001)
    BORN_YEAR = ("Same birthday, the year is one or ten apart", 0.04, 0.0002)
    BORN_DIGIT = ("Dates of birth differ by one digit", 0.07, 0.0006)
    BORN_ABOUT = ("About the same age", 0.90, 0.08)
    BORN_DIFFERENT = ("Different dates of birth", 0.01, 0.9)
    AGE_DIFFERENT = ("Different ages", 0.05, 0.85)
    ADDRESS_SAME = ("Same address", 0.55, 0.001)
    ADDRESS_USUAL = ("Same address, for one of them the usual one", 0.30, 0.0012)
    ADDRESS_CLOSE = ("Addresses differ by a slip", 0.06, 0.0004)
    ADDRESS_STREET = ("Same street", 0.05, 0.008)
    ADDRESS_DIFFERENT = ("Different addresses", 0.35, 0.99)
    SEX_SAME = ("Same sex", 0.98, 0.5)
    SEX_DIFFERENT = ("Different sex", 0.02, 0.5)

    def __init__(self, words: str, m: float, u: float) -> None:
        self.words, self.m, self.u = words, m, u
        self.bits = log2(m / u)


@dataclass(frozen=True)
class Evidence:
    """One finding and what it counts here."""

    finding: Finding
    bits: float

    @property
    def words(self) -> str:
        return self.finding.words

    @property
    def is_for(self) -> bool:
        return self.finding.bits > 0


@dataclass(frozen=True)
class Likeness:
    """A pair's score in bits, and the evidence behind it, the strongest first."""

    evidence: tuple[Evidence, ...]

    @property
    def bits(self) -> float:
        return sum(one.bits for one in self.evidence)

    @property
    def is_offered(self) -> bool:
        return self.bits >= OFFERED

    @property
    def is_likely(self) -> bool:
        return self.bits >= LIKELY

    @property
    def reasons(self) -> list[str]:
        """In words, what speaks for it before what speaks against it."""
        return [one.words for one in self.evidence if one.bits > 0] + [
            one.words for one in self.evidence if not one.is_for
        ]


NOTHING = Likeness(())


def compare(one: Description, other: Description) -> Likeness:
    """How likely both describe the same person. The order of the two makes no difference."""
    names = _names(one, other)
    found = [*names, *_birth(one, other), *_address(one, other), *_sex(one, other)]
    capped = _capped(found, one, other)
    return Likeness(tuple(sorted(capped, key=lambda each: (-abs(each.bits), each.finding.name))))


def may_be_alike(one: Description, given: str, family: str, *, has_others: bool) -> bool:
    """Whether `compare` can reach WIDER with somebody of these plain names; asked before the rest of them is looked at.

    False where both given names are known and plainly different: then neither family name nor address counts, and what is left
    (date of birth and sex) is not enough.
    """
    if not one.given or not given or one.others or has_others or _given(one.given, given) != Finding.GIVEN_DIFFERENT:
        return True
    return bool(one.family and family) and _agree(one.given, family) and _agree(one.family, given)


def _names(one: Description, other: Description) -> list[Finding]:
    given = _given(one.given, other.given) if one.given and other.given else None
    family = _family(one.family, other.family) if one.family and other.family else None
    if given == Finding.GIVEN_DIFFERENT and _is_another(one, other, one.given, other.given):
        given = Finding.GIVEN_OTHER
    if family == Finding.FAMILY_DIFFERENT and _is_another(one, other, one.family, other.family):
        family = Finding.FAMILY_OTHER
    plainly = [finding for finding in (given, family) if finding is not None]
    is_whole = all((one.given, one.family, other.given, other.family))
    if is_whole and (one.given, one.family) != (other.given, other.family):
        swapped = _agree(one.given, other.family) and _agree(one.family, other.given)
        if swapped and sum(finding.bits for finding in plainly) < Finding.NAMES_SWAPPED.bits:
            return [Finding.NAMES_SWAPPED]
    return plainly


def _is_another(one: Description, other: Description, name: str, other_name: str) -> bool:
    """Whether the name of one is among the other names of the other, by sound."""
    among, among_others = set(map(sound, one.others)), set(map(sound, other.others))
    return any(sound(part) in among_others for part in name.split()) or any(
        sound(part) in among for part in other_name.split()
    )


def _agree(one: str, other: str) -> bool:
    return one == other or sound(one) == sound(other)


def _given(one: str, other: str) -> Finding:
    if one == other:
        return Finding.GIVEN_SAME
    first, second = one.split(), other.split()
    a, b = first[0], second[0]
    if a == b:
        return Finding.GIVEN_SAME if min(len(first), len(second)) == 1 else Finding.GIVEN_NICKNAME
    if are_nicknames(a, b):
        return Finding.GIVEN_NICKNAME
    if 1 in (len(a), len(b)):
        return Finding.GIVEN_INITIAL if a[0] == b[0] else Finding.GIVEN_DIFFERENT
    if sound(a) == sound(b) or {sound(head) for head in heads(a)} & {sound(head) for head in heads(b)}:
        return Finding.GIVEN_SOUND
    if are_close(a, b):
        return Finding.GIVEN_CLOSE
    return Finding.GIVEN_PART if set(first) & set(second) else Finding.GIVEN_DIFFERENT


def _family(one: str, other: str) -> Finding:
    if one.replace(" ", "") == other.replace(" ", ""):
        return Finding.FAMILY_SAME
    if sound(one) == sound(other):
        return Finding.FAMILY_SOUND
    if are_close(one, other):
        return Finding.FAMILY_CLOSE
    return Finding.FAMILY_PART if set(one.split()) & set(other.split()) else Finding.FAMILY_DIFFERENT


def _birth(one: Description, other: Description) -> list[Finding]:
    if one.born is not None and other.born is not None:
        return [_dates(one.born, other.born)]
    if one.birth_year is None or other.birth_year is None:
        return []
    return [Finding.BORN_ABOUT if abs(one.birth_year - other.birth_year) <= 2 else Finding.AGE_DIFFERENT]


def _dates(one: date, other: date) -> Finding:
    if one == other:
        return Finding.BORN_SAME
    if one.year == other.year and (one.day, one.month) == (other.month, other.day):
        return Finding.BORN_SWAPPED
    if (one.day, one.month) == (other.day, other.month) and abs(one.year - other.year) in (1, 10):
        return Finding.BORN_YEAR
    if jellyfish.damerau_levenshtein_distance(f"{one:%d%m%Y}", f"{other:%d%m%Y}") == 1:
        return Finding.BORN_DIGIT
    return Finding.BORN_DIFFERENT


def _address(one: Description, other: Description) -> list[Finding]:
    """The best of all addresses of both; that of the two where they are now counts in full."""
    now = [_addresses(one.address, other.address)] if one.address and other.address else []
    pairs = [(a, b) for a in one.addresses for b in other.addresses]
    if any(_addresses(a, b) == Finding.ADDRESS_SAME for a, b in pairs):
        now.append(Finding.ADDRESS_USUAL)
    elif pairs and not now:
        return [Finding.ADDRESS_DIFFERENT]
    return [max(now, key=lambda finding: finding.bits)] if now else []


def _addresses(one: str, other: str) -> Finding:
    if one == other:
        return Finding.ADDRESS_SAME
    if are_in_different_towns(one, other):
        return Finding.ADDRESS_DIFFERENT
    (door, street), (other_door, other_street) = door_and_street(one), door_and_street(other)
    if door and door == other_door:
        if street == other_street:
            return Finding.ADDRESS_SAME
        if are_close(street, other_street):
            return Finding.ADDRESS_CLOSE
    return Finding.ADDRESS_STREET if street == other_street else Finding.ADDRESS_DIFFERENT


def _sex(one: Description, other: Description) -> list[Finding]:
    if not one.sex or not other.sex:
        return []
    return [Finding.SEX_SAME if one.sex == other.sex else Finding.SEX_DIFFERENT]


def _capped(found: list[Finding], one: Description, other: Description) -> list[Evidence]:
    """What a household shares counts only beside an agreeing given name."""
    shared = [finding for finding in found if finding.name.startswith(("FAMILY", "ADDRESS")) and finding.bits > 0]
    if Finding.GIVEN_DIFFERENT in found:
        room = 0.0
    elif not one.given or not other.given:
        room = HOUSEHOLD_ALONE
    else:
        room = sum(finding.bits for finding in shared)
    total = sum(finding.bits for finding in shared)
    part = min(1.0, room / total) if total else 1.0
    return [Evidence(finding, finding.bits * part if finding in shared else finding.bits) for finding in found]

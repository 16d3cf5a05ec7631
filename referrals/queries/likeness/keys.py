"""Blocking: keys that two descriptions of one person most likely share, and that few other people have.

Each key joins two things at least, so that the number of people under it stays small in a large force. They are numbers, not
words: an index of them tells nobody's name.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from referrals.queries.likeness.addresses import door_and_street
from referrals.queries.likeness.description import Description
from referrals.queries.likeness.names import heads, sound

# "Bert" may be short for several names; nobody needs more of them than that to be found.
MOST_NAMES = 3
LONGEST_SOUND = 40
LONGEST_NAMES = 170
LONGEST_ADDRESS = 400
# One more whenever `keys_of` gives other keys: `manage.py index_referrals` writes those of an older version again.
KEYS_VERSION = 2


@dataclass(frozen=True, slots=True)
class Traits:
    """What is written down of a description, so that it is found: the columns of PersonKeys."""

    names: str
    address: str
    sounds: list[str]
    keys: list[int]
    version: int = KEYS_VERSION


def traits_of(person: Description) -> Traits:
    """Names and address for the search by words, sounds for the search by name and birth, keys for likeness."""
    names = f"{person.given} {person.family}".strip()[:LONGEST_NAMES]
    address = " ".join(person.addresses)[:LONGEST_ADDRESS]
    return Traits(names, address, sounds_of(person), keys_of(person))


def keys_of(person: Description) -> list[int]:
    """The keys under which a description is found, each once, in order; none for somebody of whom too little is known.

    - both names by sound, in any order, with the year of birth (for an estimated age the years around it too);
    - both names by sound, in any order, with day and month of birth in any order (the year may be wrong);
    - the family name by sound with the initial of the given name and month and year of birth, or day and year;
    - the same with the year alone, where one of the two has only an estimated age;
    - the date of birth, day and month in any order, with either name by sound, or with both initials;
    - the door with both initials.

    Another name stands in the place of the family name too, and each address has a door.
    """
    return _numbers([*_shared(person), *_by_year(person, "dated" if person.born else "about")])


def asked_of(person: Description) -> list[int]:
    """The keys under which others are looked for who may be this one; whoever finds somebody is found by them.

    Who has a date of birth is not looked for among everybody of the same year, only among those who share its month or day too,
    or of whom an age alone is known: two dates that differ in both cost more than given names that differ can make up for (score.py).
    """
    known = _by_year(person, "dated") if person.born is None else []
    return _numbers([*_shared(person), *known, *_by_year(person, "about")])


def _shared(person: Description) -> list[str]:
    """Those that are asked for as they are written down."""
    given = _given(person.given)
    family = _families(person)
    pairs = ["+".join(sorted((one, other))) for one in given for other in family]
    keys = [f"year {year} {pair}" for pair in pairs for year in _years(person)]
    initials = "+".join(sorted((person.given[0], person.family[0]))) if person.given and person.family else ""
    if (born := person.born) is not None:
        day, year = _day(born), born.year
        keys += [f"day {day} {pair}" for pair in pairs]
        keys += [f"born {day} {year} {name}" for name in {*given, *family}]
        if initials:
            keys.append(f"initials {day} {year} {initials}")
        if person.given:
            parts = (f"month {born.month}", f"day {born.day}")
            keys += [f"family {year} {part} {name} {person.given[0]}" for name in family for part in parts]
    for door, street in map(door_and_street, person.addresses):
        if door and initials:
            keys.append(f"door {door} {street} {initials}")
    return keys


def _by_year(person: Description, how: str) -> list[str]:
    """The family name with the initial of the given name and the year, by how the year is known: "dated" or "about"."""
    initial = person.given[:1]
    return [f"{how} {year} {name} {initial}" for name in _families(person) for year in _years(person) if initial]


def sounds_of(person: Description) -> list[str]:
    """Under which the search for people finds this one: names by sound, and the date of birth."""
    born = [f"b:{person.born.isoformat()}"] if person.born else []
    others = [sounds for name in person.others for sounds in (*sounds_of_given(name), *sounds_of_family(name))]
    return sorted({*sounds_of_given(person.given), *sounds_of_family(person.family), *others, *born})


def sounds_of_given(given: str) -> list[str]:
    """One for each full name that the first of these plain given names may be short for."""
    return [f"g:{name[:LONGEST_SOUND]}" for name in _given(given)]


def sounds_of_family(family: str) -> list[str]:
    """One for each part of a plain family name."""
    return [f"f:{name[:LONGEST_SOUND]}" for name in _family(family)]


def sounds_of_birth(born: date) -> list[str]:
    """The date, and the date with day and month exchanged where there is one."""
    found = [f"b:{born.isoformat()}"]
    if born.day <= 12 and born.day != born.month:
        found.append(f"b:{born.replace(day=born.month, month=born.day).isoformat()}")
    return found


def _given(given: str) -> list[str]:
    first = given.partition(" ")[0]
    return sorted({sound(head) for head in sorted(heads(first))[:MOST_NAMES]}) if first else []


def _family(family: str) -> list[str]:
    return sorted({sound(part) for part in family.split()[:MOST_NAMES]})


def _families(person: Description) -> list[str]:
    return sorted({*_family(person.family), *(sound(other) for other in person.others)})


def _years(person: Description) -> list[int]:
    if person.born is not None:
        return [person.born.year]
    return [person.born_about + off for off in (-1, 0, 1)] if person.born_about is not None else []


def _day(born: date) -> str:
    return "{}-{}".format(*sorted((born.day, born.month))) if born.day <= 12 else f"{born.month}-{born.day}"


def _numbers(keys: list[str]) -> list[int]:
    return sorted({_number(key) for key in keys})


def _number(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), signed=True)

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
# Of whom a street may be asked: of everybody, and of those without an address.
ANYWHERE, NOWHERE = "*", "-"
# One more whenever `keys_of` gives other keys: `manage.py index_referrals` writes those of an older version again.
KEYS_VERSION = 3


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

    - both names by sound, in any order, with year and month of birth, or year and day, or day and month in any order;
    - the family name by sound with the initial of the given name and year and month of birth, or year and day;
    - the date of birth, day and month in any order, with either name by sound, or with both initials;
    - the door with both initials, and the home with both names by sound and the year of birth;
    - where one of the two has only an estimated age, about the year (it and those beside it) with both names by sound, or with
      the family name by sound, the initial of the given name and the street.

    Another name stands in the place of the family name too, and each address is a home.
    """
    how = "dated" if person.born else "about"
    return _numbers([*_shared(person), *_by_year(person, how, [ANYWHERE, *(_streets(person) or [NOWHERE])])])


def asked_of(person: Description) -> list[int]:
    """The keys under which others are looked for who may be this one; whoever finds somebody is found by them.

    A date of birth narrows the look: two dates that differ in day and month cost more than the same names can make up for, unless
    they live at one address. So does an address, where an age is estimated and the given name differs by a slip (score.py).
    """
    streets = [*_streets(person), NOWHERE] if person.addresses else [ANYWHERE]
    known = _by_year(person, "dated", streets) if person.born is None else []
    return _numbers([*_shared(person), *known, *_by_year(person, "about", streets)])


def _shared(person: Description) -> list[str]:
    """Those that are asked for as they are written down."""
    pairs = _pairs(person)
    keys = []
    if (born := person.born) is not None:
        day, year = _day(born), born.year
        parts = (f"month {born.month}", f"day {born.day}")
        keys += [f"{year} {part} {pair}" for pair in pairs for part in parts]
        keys += [f"day {day} {pair}" for pair in pairs]
        keys += [f"born {day} {year} {name}" for name in {*_given(person.given), *_families(person)}]
        keys += [f"initials {day} {year} {initials}" for initials in _initials(person)]
        if person.given:
            keys += [f"family {year} {part} {name} {person.given[0]}" for name in _families(person) for part in parts]
    for address in person.addresses:
        door, street = door_and_street(address)
        if door:
            keys += [f"door {door} {_by_sound(street)} {initials}" for initials in _initials(person)]
        home = f"{door} {street}" if door else address
        keys += [f"home {year} {pair} {home}" for pair in pairs for year in _years(person)]
    return keys


def _by_year(person: Description, how: str, streets: list[str]) -> list[str]:
    """What is known of both where one has an estimated age, by how the year is known: "dated" or "about"."""
    initial = person.given[:1]
    names = [f"{name} {initial} {street}" for name in _families(person) for street in streets if initial]
    return [f"{how} {year} {one}" for one in [*_pairs(person), *names] for year in _years(person)]


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


def _pairs(person: Description) -> list[str]:
    return sorted({"+".join(sorted((one, other))) for one in _given(person.given) for other in _families(person)})


def _initials(person: Description) -> list[str]:
    """Of both names, in any order; none where one of them is not known."""
    return ["+".join(sorted((person.given[0], person.family[0])))] if person.given and person.family else []


def _streets(person: Description) -> list[str]:
    return sorted({_by_sound(door_and_street(address)[1]) for address in person.addresses})


def _by_sound(words: str) -> str:
    return " ".join(map(sound, words.split()))


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

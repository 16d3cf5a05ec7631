"""How one person comes to be written down in two ways: the slips that matching has to see through."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from devtools.demo_data.words import BOYS, FAMILY_NAMES, GIRLS
from referrals.queries.likeness.names import heads
from referrals.queries.likeness.nicknames import NICKNAMES

ACCENTS = str.maketrans({"e": "é", "a": "á", "o": "ö", "i": "í", "u": "ü", "n": "ñ"})
SPELLINGS = (
    ("ph", "f"),
    ("th", "t"),
    ("ie", "y"),
    ("ck", "k"),
    ("wh", "w"),
    ("ll", "l"),
    ("oo", "u"),
    ("mere", "meer"),
)
SHORT = {
    "Street": "St",
    "Road": "Rd",
    "Avenue": "Ave",
    "Lane": "Ln",
    "Gardens": "Gdns",
    "Terrace": "Terr",
    "Close": "Cl",
}


@dataclass(frozen=True)
class Written:
    """What a form says of somebody."""

    given: str
    family: str
    born: date | None
    address: str
    aliases: str = ""
    usual_address: str = ""


def nickname(written: Written, random: Random) -> Written:
    given = written.given.lower()
    forms = sorted({form for head in heads(given) for form in (head, *NICKNAMES.get(head, "").split())} - {given})
    return replace(written, given=random.choice(forms).capitalize()) if forms else spelling(written, random)


def spelling(written: Written, random: Random) -> Written:
    """As it sounds, in either name."""
    part = random.choice(("given", "family"))
    name = getattr(written, part)
    found = [(old, new) for old, new in SPELLINGS if old in name.lower()[1:]]
    if not found:
        return letter(written, random)
    old, new = random.choice(found)
    return replace(written, **{part: name[0] + name[1:].replace(old, new, 1)})


def letter(written: Written, random: Random) -> Written:
    """One letter left out, doubled, or two exchanged, in either name."""
    part = random.choice(("given", "family"))
    name = getattr(written, part)
    if len(name) < 4:
        return written
    at = random.randrange(1, len(name) - 1)
    changed = random.choice(
        (
            name[:at] + name[at + 1 :],
            name[:at] + name[at] + name[at:],
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        )
    )
    return replace(written, **{part: changed})


def accents(written: Written, random: Random) -> Written:
    part = random.choice(("given", "family"))
    name = getattr(written, part)
    return replace(written, **{part: name[0] + name[1:].translate(ACCENTS)})


def swapped_names(written: Written, random: Random) -> Written:
    return replace(written, given=written.family, family=written.given)


def other_family_name(written: Written, random: Random) -> Written:
    """After a marriage, or a second name before a hyphen."""
    return replace(written, family=f"{random.choice(('Ash', 'Birch', 'Cedar', 'Larch'))}grove-{written.family}")


def married(written: Written, random: Random) -> Written:
    """Another family name altogether; the form asks for the one before."""
    return replace(written, family=random.choice(FAMILY_NAMES), aliases=f"née {written.family}")


def known_as(written: Written, random: Random) -> Written:
    """A given name of their own choice; the other one is told."""
    return replace(written, given=random.choice((*GIRLS, *BOYS)), aliases=f"also {written.given}")


def away(written: Written, random: Random) -> Written:
    """In hospital, in care or with relatives; the form asks where they live otherwise."""
    now = random.choice(("Testham Hospital", "4 Placement House, Otherby", "Maple Ward", "9 Grandmother Lane, Otherby"))
    return replace(written, address=now, usual_address=written.address)


def swapped_birthday(written: Written, random: Random) -> Written:
    born = written.born
    if born is None or born.day > 12 or born.day == born.month:
        return wrong_digit(written, random)
    return replace(written, born=born.replace(day=born.month, month=born.day))


def wrong_digit(written: Written, random: Random) -> Written:
    born = written.born
    if born is None:
        return written
    days = [born.replace(day=day) for day in range(1, 29) if day % 10 == born.day % 10 or day // 10 == born.day // 10]
    return replace(written, born=random.choice([day for day in days if day != born] or [born]))


def wrong_year(written: Written, random: Random) -> Written:
    if written.born is None or (written.born.month, written.born.day) == (2, 29):
        return written
    return replace(written, born=written.born.replace(year=written.born.year - random.choice((1, 10))))


def no_birthday(written: Written, random: Random) -> Written:
    return replace(written, born=None)


def moved(written: Written, random: Random) -> Written:
    street = written.address.partition(" ")[2]
    return replace(written, address=f"{random.randrange(1, 190)} {street}")


def short_address(written: Written, random: Random) -> Written:
    address = written.address
    for word, short in SHORT.items():
        address = address.replace(word, short)
    return replace(written, address=address if address != written.address else address.replace(",", ""))


def no_address(written: Written, random: Random) -> Written:
    return replace(written, address="")


SLIPS: tuple[Callable[[Written, Random], Written], ...] = (
    nickname, spelling, letter, accents, swapped_names, other_family_name, swapped_birthday, wrong_digit, wrong_year,
    no_birthday, moved, short_address, no_address, married, known_as, away,
)  # fmt: skip
OFTEN = (6, 5, 6, 3, 1, 2, 3, 3, 2, 3, 5, 6, 3, 3, 1, 4)


def slip(written: Written, random: Random, *, times: int) -> Written:
    """The same person written down again with so many slips, each of another kind."""
    kinds = list(zip(SLIPS, OFTEN, strict=True))
    for _ in range(times):
        chosen = random.choices(kinds, [often for _, often in kinds])[0]
        kinds.remove(chosen)
        written = chosen[0](written, random)
    return written

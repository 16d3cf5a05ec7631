"""A PPN as graders read it: names, addresses and dates of birth of the people in it, and its author, hidden.

It hides what the form knows, however it is typed (accents, apostrophes, capitals), and anything that looks like a telephone
number, a postcode or an e-mail address. A nickname that stands nowhere else in the form stays: graders are asked to report it.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices

from common.clock import MONTHS, london_day
from referrals.enums import ActionTaken, HarmContext, RecordChecked
from referrals.models import Person, Referral

# Names that are also words: hidden only where they are written with a capital, else half the text would go. A name that is
# hardly a word in a PPN (Ruby, Lily) does not stand here: late at night it is typed without its capital.
ALSO_WORDS = frozenset(
    """
    all and any april are art ash august autumn bad bay bee bell big bill bit black boy brook brown but can child
    church cliff cook dad dale dawn day dean did don dot drew eve faith far few field for fox frank fry gem get
    got grace grant green guy had hall has heath her hill him his hope how its jewel joy june key king kit lane
    law lee let little long low man mark marsh max may mercy miles moon mum nan new nick not now old olive one our
    out own park pat patience pearl penny pip pool price put rich rivers rob robin rod rose sandy say see she
    short six sky small son star stone street sue summer sun ten the too try two use van wall ward was waters way
    white who why will win winter won wood woods yes yet you young
    """.split()  # noqa: SIM905 -- as a list it would fill two screens
)
SHORTEST_NAME_IN_ANY_CASE = 3
SHORTEST_PART_OF_ADDRESS = 4

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

_TELEPHONE = re.compile(r"(?<![\d+])(?:(?:\+|00)44[ ]?(?:\(0\))?|\(?0)(?:[ .\-()]{0,2}\d){9,10}(?!\d)")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+'\-]+@[\w\-]+(?:\.[\w\-]+)+")
_HOUSE_NUMBER = re.compile(r"^(?:flat|unit|apartment|room)?\s*\d+\w?\s+(?=\D)", re.IGNORECASE)


@dataclass(frozen=True)
class Answer:
    """One question of the form and its answer as graders read it."""

    question: str
    text: str


@dataclass(frozen=True)
class RedactedPerson:
    """Somebody in the PPN, without what tells who it is."""

    label: str
    role: str
    age: int | None
    sex: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RedactedPpn:
    """What graders read."""

    types: tuple[str, ...]
    risk: str
    lawful_basis: str
    hours_to_submission: int | None
    facts: tuple[Answer, ...]
    answers: tuple[Answer, ...]
    people: tuple[RedactedPerson, ...]


def redacted_ppn(referral: Referral) -> RedactedPpn:
    """The PPN with the people in it hidden. The referral has its `ppn`; people, author and team are read."""
    ppn = referral.ppn
    people = sorted(referral.people.all(), key=lambda person: person.position)
    hide = Redactor.of(referral, people)
    facts = [
        Answer("How it came to be known", ppn.get_contact_type_display()),
        Answer("Kind of place", ppn.get_place_type_display()),
        Answer("Was the person seen?", ppn.get_subject_seen_display()),
        Answer("Why not", hide(ppn.not_seen_reason)),
        Answer("Is everyone of the household known?", ppn.get_household_known_display()),
        Answer("Harm", ppn.get_harm_level_display()),
        Answer("Where the harm comes from", _in_words(ppn.harm_context, HarmContext)),
        Answer("Records checked", _in_words(ppn.history_checked, RecordChecked)),
        Answer("Done at once", _in_words(ppn.actions_taken, ActionTaken)),
        Answer("Were they told that this is shared?", ppn.get_informed_display()),
        Answer("Why not told, or what they said", hide(ppn.informed_reason)),
    ]
    answers = [
        Answer("What is the concern?", ppn.concern),
        Answer("What is life like for this person?", ppn.lived_experience),
        Answer("What did they say or show?", ppn.voice),
        Answer("What do they need?", ppn.needs),
        Answer("What harm has come or may come?", ppn.harm),
        Answer("What is known from before?", ppn.history),
        Answer("What protects them?", ppn.protective_factors),
        Answer("Why this level of risk?", ppn.risk_rationale),
        Answer("What was done at once?", ppn.immediate_actions),
        Answer("What is asked of the partner?", ppn.request_to_partner),
    ]
    hours = None
    if referral.submitted_at and ppn.reported_at:
        hours = round((referral.submitted_at - ppn.reported_at).total_seconds() / 3600)
    return RedactedPpn(
        types=tuple(referral.types_in_words),
        risk=referral.get_risk_level_display() or "",
        lawful_basis=referral.get_lawful_basis_display(),
        hours_to_submission=hours,
        facts=tuple(fact for fact in facts if fact.text),
        answers=tuple(Answer(answer.question, hide(answer.text)) for answer in answers),
        people=tuple(_redacted_person(person, number, referral, hide) for number, person in enumerate(people, start=1)),
    )


class Redactor:
    """Replaces what identifies somebody by a label in square brackets."""

    def __init__(self, replacements: Iterable[tuple[re.Pattern[str], str]]) -> None:
        self._replacements = list(replacements)

    def __call__(self, text: str) -> str:
        for pattern, label in self._replacements:
            text = _replace(text, pattern, label)
        return text

    @classmethod
    def of(cls, referral: Referral, people: Iterable[Person]) -> "Redactor":
        """Everything that this referral knows of its people, its place and its author."""
        addresses, births, full_names, names = [], [], [], []
        for number, person in enumerate(people, start=1):
            label = f"[person {number}]"
            full_names += [(f"{person.given_names} {person.family_name}", label)]
            names += [(name, label) for field in (person.given_names, person.family_name) for name in _words(field)]
            addresses += [(part, "[address]") for part in _parts_of_address(person.address)]
            addresses += [(person.school, "[school]")]
            births += [person.date_of_birth] if person.date_of_birth else []
        author = referral.author
        full_names += [(author.name, "[officer]")]
        names += [(name, "[officer]") for name in _words(author.name)]
        addresses += [(part, "[address]") for part in _parts_of_address(referral.ppn.place)]
        addresses += [(referral.team.name, "[team]")] if referral.team else []
        numbers = [
            (author.collar_number, "[officer]"),
            (referral.occurrence_number, "[number]"),
            (referral.reference, "[number]"),
        ]
        return cls(
            [
                (_EMAIL, "[e-mail]"),
                *((_date_pattern(birth), "[date of birth]") for birth in births),
                *_patterns(numbers, longest_first=True),
                *_patterns(addresses, longest_first=True),
                (_POSTCODE, "[postcode]"),
                (_TELEPHONE, "[telephone]"),
                *_patterns(full_names, longest_first=True),
                *_patterns(_once(names), longest_first=True),
            ]
        )


def _redacted_person(person: Person, number: int, referral: Referral, hide: Redactor) -> RedactedPerson:
    age = person.estimated_age
    seen_on = referral.ppn.incident_at or referral.submitted_at
    if person.date_of_birth and seen_on:
        age = _age_on(person.date_of_birth, london_day(seen_on))
    details = (
        ("Ethnicity", person.get_ethnicity_display()),
        ("How the ethnicity is known", person.get_ethnicity_source_display()),
        ("Place of birth", person.place_of_birth and "Given"),
        ("Religion", hide(person.religion)),
        ("First language", hide(person.first_language)),
        ("Disability", hide(person.disability)),
        ("Why some are not known", hide(person.not_known_reason)),
        ("Relationship", hide(person.relationship)),
    )
    return RedactedPerson(
        label=f"Person {number}",
        role=str(person.get_role_display()),
        age=age,
        sex=str(person.get_sex_display()),
        details=tuple((name, str(value)) for name, value in details if value),
    )


def _in_words(codes: list[str], words: type[TextChoices]) -> str:
    return ", ".join(str(words(code).label) for code in codes)


def _age_on(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _words(name: str) -> list[str]:
    """The names in a name, both halves of a double-barrelled one, and what follows an apostrophe."""
    whole = _fold(name).replace(",", " ").split()
    halves = [half for word in whole if "-" in word for half in word.split("-")]
    return [*whole, *halves, *(word.split("'")[-1] for word in (*whole, *halves) if "'" in word)]


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


def _once(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each name with the label of the first who has it: a family name belongs to several."""
    known: dict[str, tuple[str, str]] = {}
    for name, label in pairs:
        known.setdefault(_fold(name).lower(), (name, label))
    return list(known.values())


def _patterns(pairs: Iterable[tuple[str, str]], *, longest_first: bool) -> list[tuple[re.Pattern[str], str]]:
    ordered = sorted(pairs, key=lambda pair: -len(pair[0])) if longest_first else list(pairs)
    return [(_pattern_of(text), label) for text, label in ordered if _is_worth_hiding(text, label)]


def _is_worth_hiding(text: str, label: str) -> bool:
    if label in ("[address]", "[school]", "[team]"):
        return len(text.strip()) >= SHORTEST_PART_OF_ADDRESS
    return len(text.strip()) >= 2


def _pattern_of(text: str) -> re.Pattern[str]:
    """The text as whole words, with any white space between, a plural or a possessive after it; apostrophes may be missing.

    A number may stand close to a word, as in PC8812.
    """
    folded = _fold(text.strip())
    if folded.isdigit():
        return re.compile(rf"(?<!\d){folded}(?!\d)")
    words = [re.escape(word).replace("'", "'?").replace(r"\-", r"[\s\-]?") for word in folded.split()]
    body = r"[\s\-]+".join(words)
    is_risky = len(folded) < SHORTEST_NAME_IN_ANY_CASE or folded.lower() in ALSO_WORDS
    if is_risky:
        forms = {re.escape(folded.capitalize()), re.escape(folded.upper()), re.escape(folded.title())}
        return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(forms))})(?!\w)")
    return re.compile(rf"(?<!\w){body}s?(?!\w)", re.IGNORECASE)


def _date_pattern(day: date) -> re.Pattern[str]:
    """The day as it may be typed: 3/4/2015, 03.04.15, 2015-04-03, 3rd of April 2015, April 3, 3 Apr, 3-Apr-2015."""
    month = MONTHS[day.month - 1]
    name = f"(?:{month}|{month[:3]}|{month[:4]})\\.?"
    year = f"(?:{day.year}|'?{day.year % 100:02d})"
    number = f"0?{day.day}(?:st|nd|rd|th)?"
    separator, gap = r"\s*[/.\-\s]\s*", r"[\s/.\-]*"
    ways = [
        f"0?{day.day}{separator}0?{day.month}{separator}{year}",
        f"{day.year}{separator}0?{day.month}{separator}0?{day.day}",
        f"{number}{gap}(?:of\\s+)?{name}(?:,?{gap}{year})?",
        f"{name}{gap}{number}(?:,?{gap}{year})?",
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)", re.IGNORECASE)


def _replace(text: str, pattern: re.Pattern[str], label: str) -> str:
    """Replace in the text what the pattern finds in its folded form, which is as long."""
    pieces, last = [], 0
    for found in pattern.finditer(_fold(text)):
        pieces += [text[last : found.start()], label]
        last = found.end()
    return "".join(pieces) + text[last:] if pieces else text


def _fold(text: str) -> str:
    """The same number of characters without accents, and with straight apostrophes and hyphens."""
    return "".join(_FOLDED.get(character) or unicodedata.normalize("NFD", character)[0] for character in text)


_FOLDED = {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u00a0": " "}

"""What an agency was given, as it is read on a page and on paper: questions, answers in words, people and files."""

from dataclasses import dataclass, field
from typing import Any

from referrals.enums import PERSON_FIELDS, SOURCE, RiskLevel
from referrals.forms.sections import CPI_SECTIONS, PPN_SECTIONS, Section
from referrals.models import Person, Referral, ShareSnapshot
from referrals.queries import PERSON_WORDS, Answered, person_given, title_of_part, value_in_words


@dataclass(frozen=True)
class Given:
    """One part: a page of the form, or a person."""

    title: str
    answers: list[Answered]


@dataclass(frozen=True)
class SharedReading:
    """All that stands in a snapshot."""

    snapshot: ShareSnapshot
    parts: list[Given]
    people: list[Given]
    files: list[dict[str, Any]] = field(default_factory=list)

    @property
    def risk(self) -> str:
        """The risk level in words, where the agency was given it."""
        level = self.snapshot.content["sections"].get("risk", {}).get("risk_level")
        return str(RiskLevel(level).label) if level else ""


def reading_of(snapshot: ShareSnapshot, referral: Referral) -> SharedReading:
    """A snapshot in words: those that were kept with it, whatever the form asks now."""
    content = snapshot.content
    if "words" not in content:
        return _reading_without_words(snapshot, referral)
    parts = [_kept(part) for part in content["words"]["parts"]]
    people = [_kept(person) for person in content["words"]["people"]]
    return SharedReading(snapshot, parts, people, content["files"])


def _kept(given: dict[str, Any]) -> Given:
    return Given(given["title"], [Answered(name, label, words) for name, label, words in given["answers"]])


def _reading_without_words(snapshot: ShareSnapshot, referral: Referral) -> SharedReading:
    """Of what was given before the words were kept, every answer is that of the snapshot, in the words of the form now."""
    sections = snapshot.content["sections"]
    parts = [_part(referral, key, sections[key]) for key in snapshot.sections if key in sections]
    return SharedReading(snapshot, parts, [_person(row) for row in snapshot.content["people"]])


def _part(referral: Referral, key: str, values: dict[str, Any]) -> Given:
    pages = (*PPN_SECTIONS, *CPI_SECTIONS)
    # The database keeps no order of the names; the pages do. What the form no longer asks has no words left.
    asked = [(page, name) for page in pages if key in (page.key, SOURCE) for name in page.fields if name in values]
    return Given(title_of_part(key), [_answer(referral, page, name, values[name]) for page, name in asked])


def _answer(referral: Referral, page: Section, name: str, value: Any) -> Answered:
    field: Any = page.holder(referral, name)._meta.get_field(name)
    return Answered(name, str(page.form.base_fields[name].label), value_in_words(field, field.to_python(value)))


def _person(row: dict[str, Any]) -> Given:
    person = person_given(row)
    given = [name for names in PERSON_FIELDS.values() for name in names if name in row]
    return Given(person.full_name, [_of_person(person, name) for name in given])


def _of_person(person: Person, name: str) -> Answered:
    label = PERSON_WORDS.get(name) or Person.question(name)
    return Answered(name, label, value_in_words(Person.column(name), getattr(person, name)))

"""What an agency was given, as it is read on a page and on paper: questions, answers in words, and people."""

from dataclasses import dataclass
from typing import Any

from referrals.enums import PERSON_FIELDS
from referrals.forms.sections import CPI_SECTIONS, PPN_SECTIONS, Section
from referrals.forms.words import Answered, value_in_words
from referrals.models import Person, Referral, ShareSnapshot
from referrals.queries import person_given

LABELS = {
    "role": "Part in it",
    "lives_in_household": "Lives in the household",
    "ethnicity_source": "How the ethnicity is known",
    "not_known_reason": "Why some of it is not known",
}


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


def reading_of(snapshot: ShareSnapshot, referral: Referral) -> SharedReading:
    """A snapshot in words. The referral says only which form it is; every answer is that of the snapshot."""
    sections = snapshot.content["sections"]
    parts = [_part(referral, key, sections[key]) for key in snapshot.sections if key in sections]
    return SharedReading(snapshot, parts, [_person(row) for row in snapshot.content["people"]])


def _part(referral: Referral, key: str, values: dict[str, Any]) -> Given:
    page = next(page for page in (*PPN_SECTIONS, *CPI_SECTIONS) if page.key == key)
    # The database keeps no order of the names; the page does.
    return Given(page.title, [_answer(referral, page, name, values[name]) for name in page.fields if name in values])


def _answer(referral: Referral, page: Section, name: str, value: Any) -> Answered:
    field: Any = page.holder(referral, name)._meta.get_field(name)
    return Answered(name, str(page.form.base_fields[name].label), value_in_words(field, field.to_python(value)))


def _person(row: dict[str, Any]) -> Given:
    person = person_given(row)
    given = [name for names in PERSON_FIELDS.values() for name in names if name in row]
    return Given(person.full_name, [_of_person(person, name) for name in given])


def _of_person(person: Person, name: str) -> Answered:
    label = LABELS.get(name) or Person.question(name)
    return Answered(name, label, value_in_words(Person.column(name), getattr(person, name)))

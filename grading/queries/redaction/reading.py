"""The PPN in the order of the referral's own page, each answer as graders may read it."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Field

from accounts.models import User
from common.clock import london_day
from grading.queries.redaction.columns import Shown, column_of, treatment_of
from grading.queries.redaction.dates import days_apart, moments_apart
from grading.queries.redaction.identities import Identities, roles_in
from grading.queries.redaction.redactor import Redactor
from referrals.forms import Section, answers_shown, sections_of
from referrals.models import Person, Referral
from referrals.queries import (
    households_of,
    is_there,
    people_by_part,
    relations_of,
    those_who_took_part,
    value_in_words,
    version_numbered,
)

GIVEN = "Given"
Hide = Callable[[str], str]


@dataclass(frozen=True)
class Answer:
    """One question of the form and its answer as graders read it; empty where an answer is missing."""

    question: str
    text: str


class _Answers:
    """Answers by what a grader has of them: words to read, or no more than that they were given or not."""

    answers: tuple[Answer, ...]

    @property
    def told(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.text not in ("", GIVEN)]

    @property
    def hidden(self) -> list[str]:
        """The questions whose answers would tell who it is."""
        return [answer.question for answer in self.answers if answer.text == GIVEN]

    @property
    def missing(self) -> list[str]:
        """The questions that were not answered."""
        return [answer.question for answer in self.answers if not answer.text]


@dataclass(frozen=True)
class RedactedPerson(_Answers):
    """Somebody in the PPN, without what tells who it is."""

    label: str
    role: str
    age: int | None
    sex: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class RedactedSection(_Answers):
    """One page of the form; the page of people has them, what they are to each other and who lives with whom."""

    title: str
    answers: tuple[Answer, ...] = ()
    people: tuple[RedactedPerson, ...] = ()
    relations: tuple[str, ...] = ()
    households: tuple[str, ...] = ()
    is_list_of_people: bool = False


@dataclass(frozen=True)
class RedactedPpn:
    """What graders read."""

    sections: tuple[RedactedSection, ...]


def redacted_ppn(referral: Referral) -> RedactedPpn:
    """A PPN as it stood when it was drawn: whom it is about, who worked on it, where and on which days is hidden.

    All graders read the same, whatever was amended since; names that an amendment brought are hidden too. One that was never
    drawn is read as it stands. `queries.grades.items_to_read` fetches what it reads.
    """
    return _Reading(_as_drawn(referral), newest=referral, officers=those_who_took_part(referral)).ppn()


def hiders_of(referrals: Collection[Referral]) -> dict[UUID, Hide]:
    """For each PPN what hides in a text about it what `redacted_ppn` hides in the PPN itself."""
    people = people_by_part([referral.pk for referral in referrals])
    return {one.pk: _Reading(_as_drawn(one), newest=one, officers=people[one.pk]).hide for one in referrals}


def _as_drawn(referral: Referral) -> Referral:
    # A PPN is submitted in one quarter, and a force has one round a quarter: it is drawn once.
    drawn = next(iter(referral.round_items.all()), None)
    newest = max((amendment.number for amendment in referral.amendments.all()), default=1)
    if drawn is None or drawn.version >= newest:
        return referral
    return version_numbered(referral, drawn.version).referral


class _Reading:
    """One PPN with what it and its newest version know of who is in it."""

    def __init__(self, referral: Referral, *, newest: Referral, officers: Iterable[User]) -> None:
        if referral.submitted_at is None:
            raise ValueError("Graders read only what was submitted.")
        self.referral, self.sent_at = referral, referral.submitted_at
        self.hide = Redactor(Identities.of(referral, newest, officers=officers), sent_on=london_day(self.sent_at))
        self.people = referral.everybody()
        self.labels = {person.pk: f"Person {number}" for number, person in enumerate(self.people, start=1)}

    def ppn(self) -> RedactedPpn:
        sections = sections_of(self.referral)
        return RedactedPpn(
            tuple(self._of_people(one) if one.is_list_of_people else self._of_page(one) for one in sections)
        )

    def _of_page(self, section: Section) -> RedactedSection:
        asked = {question.name for question in section.unanswered(self.referral)}
        answers = []
        for name in section.fields:
            holder = section.holder(self.referral, name)
            value = getattr(holder, name)
            if is_there(value) or name in asked:
                label = section.in_words(self.referral, name, None).label
                answers.append(Answer(label, self._text(column_of(holder, name), value)))
        return RedactedSection(section.title, tuple(answers))

    def _of_people(self, section: Section) -> RedactedSection:
        return RedactedSection(
            section.title,
            people=tuple(map(self._person, self.people)),
            relations=tuple(
                f"{self.labels[relation.person_id]}: {relation.get_kind_display()} {self.labels[relation.other_id]}"
                for relation in relations_of(self.referral)
                if relation.other_id in self.labels
            ),
            households=tuple(
                f"{', '.join(self.labels[person.pk] for person in household.people)}: "
                f"{'one address' if household.address else 'address not known'}"
                for household in households_of(self.people)
            ),
            is_list_of_people=True,
        )

    def _person(self, person: Person) -> RedactedPerson:
        seen_on = london_day(self.referral.ppn.incident_at or self.sent_at)
        shown = [name for name in answers_shown(person, self.referral) if name not in ("role", "sex", "estimated_age")]
        answers = [
            Answer(Person.question(name), self._text(Person.column(name), getattr(person, name))) for name in shown
        ]
        if not person.given_names and not person.family_name:
            answers.insert(0, Answer("Name", ""))
        return RedactedPerson(
            label=self.labels[person.pk],
            role=str(person.get_role_display()),
            age=person.age_on(seen_on),
            sex=str(person.get_sex_display()),
            answers=tuple(answers),
        )

    def _text(self, column: "Field[Any, Any]", value: Any) -> str:
        shown = treatment_of(column).shown
        if not is_there(value):
            return ""
        if shown is Shown.AS_IT_IS:
            return value_in_words(column, value)
        if shown is Shown.SEARCHED:
            return self.hide(value)
        if shown is Shown.RELATIVE:
            is_moment = hasattr(value, "hour")
            return moments_apart(value, self.sent_at) if is_moment else days_apart(value, london_day(self.sent_at))
        return (roles_in(value) if shown is Shown.ROLES else "") or GIVEN

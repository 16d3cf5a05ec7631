"""One person of a draft: first who it is, then what is asked of somebody like them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone

from common.forms import GovukForm
from referrals import queries
from referrals.enums import ABOUT, RELATION_TO, FormKind, PersonRole, Relation
from referrals.forms.fields import field_for
from referrals.forms.words import Answered, Described, DescribedHousehold, is_there, value_in_words
from referrals.models import Person, Referral, Relationship
from referrals.queries import Group

ANSWERS = tuple(
    field.name for field in Person._meta.concrete_fields if field.name not in ("id", "referral", "position")
)
NAMES = ("given_names", "family_name")
# With more people than this the rest is folded away, so that the page stays short: nobody fills a list for each pair.
MOST_RELATIONS = 6
THE_OTHERS = Group("What they are to the others", (), is_rare=True)


class PersonForm(GovukForm):
    """The questions of these groups. Only the role is required: what is not known may be left, with the reason."""

    marks_optional = False
    groups: ClassVar[Sequence[Group]] = ()
    names: ClassVar[tuple[str, ...]] = ()
    version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    # Made with the page that adds somebody, so that two clicks add one person.
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    # Made with the page, so that what it saves by itself and what is sent with Save do not conflict.
    page = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at

    def clean_date_of_birth(self) -> date | None:
        born: date | None = self.cleaned_data["date_of_birth"]
        if born and born > timezone.localdate(self.at):
            raise forms.ValidationError("This is in the future.")
        return born

    def answers(self) -> dict[str, Any]:
        """What was answered, by the name of the model's field; what they are to another under that person's id."""
        asked = (name for name in self.fields if name in self.names or name.startswith(RELATION_TO))
        return {name: self.cleaned_data[name] for name in asked}

    def questions(self) -> "Iterator[tuple[Group, list[BoundField]]]":
        """Each group with its questions; the first relations stand with the first, the others folded after it."""
        related = [self[name] for name in self.fields if name.startswith(RELATION_TO)]
        for number, group in enumerate(self.groups):
            yield group, [self[name] for name in group.fields] + (related[:MOST_RELATIONS] if number == 0 else [])
            if number == 0 and related[MOST_RELATIONS:]:
                yield THE_OTHERS, related[MOST_RELATIONS:]

    def answered(self, name: str, value: Any) -> Answered:
        """One question with some answer to it in words."""
        column = (Relationship if name.startswith(RELATION_TO) else Person)._meta
        field = column.get_field("kind" if name.startswith(RELATION_TO) else name)
        return Answered(name, str(self.fields[name].label), value_in_words(field, value))


def person_form(groups: Sequence[Group], others: Iterable[Person] = ()) -> type[PersonForm]:
    """The form with the questions of these groups, and what the person is to each of the others: first to whom it is about."""
    names = tuple(name for group in groups for name in group.fields)
    fields: dict[str, Any] = {name: field_for(Person.column(name)) for name in names}
    if "role" in fields:
        fields["role"].required = True
        fields["role"].error_messages["required"] = "Choose who this person is."
    for other in sorted(others, key=lambda other: other.role not in ABOUT):
        fields[f"{RELATION_TO}{other.pk}"] = forms.ChoiceField(
            label=f"What are they to {other.short_name}?",
            required=False,
            choices=[("", "Choose one"), *((kind.value, str(kind.label)) for kind in Relation)],
        )
    return type("AskedPersonForm", (PersonForm,), {"groups": groups, "names": names, **fields})


def stored_answers(person: Person, names: Iterable[str], relations: Iterable[Relationship]) -> dict[str, Any]:
    """What a form with these names shows of a person."""
    answers = {name: getattr(person, name) for name in names}
    return answers | {f"{RELATION_TO}{relation.other_id}": relation.kind for relation in relations}


def describe_people(referral: Referral) -> list[DescribedHousehold]:
    """The people of a referral by household: what is asked of each and whatever else is known, in words."""
    people = referral.everybody()
    named = {person.pk: person for person in people}
    relations: dict[Any, list[str]] = {}
    for relation in queries.relations_of(referral) if people else ():
        if other := named.get(relation.other_id):
            relations.setdefault(relation.person_id, []).append(f"{relation.get_kind_display()} {other.short_name}")
    return [
        DescribedHousehold(
            household.address,
            [
                Described(person, _answers_about(person, referral, relations.get(person.pk, [])))
                for person in household.people
            ],
        )
        for household in queries.households_of(people)
    ]


def _answers_about(person: Person, referral: Referral, relations: list[str]) -> list[Answered]:
    found = [Answered("relations", "Relationships", "; ".join(relations))] if relations else []
    for name in answers_shown(person, referral):
        words = value_in_words(Person.column(name), getattr(person, name))
        found.append(Answered(name, Person.question(name), words))
    return found


def answers_shown(person: Person, referral: Referral) -> list[str]:
    """What a page says of a person beside the name: what was answered, and what graders would miss."""
    asked = queries.fields_for(person, referral)
    needed = queries.NEEDED.get(PersonRole(person.role), ()) if referral.kind == FormKind.PPN else ()
    # In the order in which they are asked, then what was answered before the role or the age was changed.
    names = dict.fromkeys((*asked, *ANSWERS))
    return [name for name in names if name not in NAMES and (is_there(getattr(person, name)) or name in needed)]

"""What is asked of whom, what is still open, and who lives with whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import prefetch_related_objects

from common.clock import london_day
from referrals.enums import ConcernType, FormKind, PersonRole
from referrals.models import Person, Referral, Relationship

# What the page that adds somebody asks: enough to know who it is, and what else to ask.
FIRST = ("role", "given_names", "family_name", "date_of_birth", "estimated_age", "sex", "lives_in_household")
IDENTITY = ("ethnicity", "place_of_birth", "religion", "first_language")
# Whose identity is asked for, and which part of it, with which graders would find fault when it is not there.
NEEDED = {
    PersonRole.SUBJECT: (*IDENTITY, "disability"),
    PersonRole.PARENT_CARER: ("place_of_birth",),
}
RARE = (
    "aliases",
    "is_birth_estimated",
    "gender_identity",
    "relationship",
    "usual_address",
    "phone",
    "safe_contact",
    "safe_contact_times",
    "health_contacts",
    "description",
    "online_names",
)


@dataclass(frozen=True)
class Group:
    """Questions that stand together under a title; `is_rare` ones are folded away until somebody wants them."""

    title: str
    fields: tuple[str, ...]
    is_rare: bool = False


def groups_for(person: Person, referral: Referral) -> list[Group]:
    """What is asked of this person beyond who they are: by the form, their role and whether they are a child."""
    role = PersonRole(person.role)
    if referral.kind == FormKind.CPI:
        known = ("aliases", "relationship", "description", "address", "phone", "online_names")
        return [Group("What you know of them", known)]
    if role == PersonRole.UNBORN:
        care = ("expected_on", "parental_responsibility", "legal_status", "health_contacts")
        return [Group("The unborn child", care), Group("Where the mother is", ("address",))]
    if role == PersonRole.PROFESSIONAL:
        return [Group("How to reach them", ("phone", "address", "relationship"))]

    groups = [Group("Background", _background(role))]
    if is_treated_as_child(person, referral):
        groups.append(Group("School and care", _school_and_care(role)))
    groups.append(Group("Where they are", _whereabouts(role)))
    groups.append(Group("At the time", ("was_present", "has_witnessed")))
    shown = {name for group in groups for name in group.fields}
    groups.append(Group("More about them", tuple(name for name in RARE if name not in shown), is_rare=True))
    return groups


def fields_for(person: Person, referral: Referral) -> tuple[str, ...]:
    """Every question of this person, those of the first page too, in their order."""
    return (*FIRST, *(name for group in groups_for(person, referral) for name in group.fields))


def is_treated_as_child(person: Person, referral: Referral) -> bool:
    """Whether the questions of a child are asked: under 18, or of no known age and not plainly an adult.

    Of no known age, a brother or sister is taken for a child, and so is the person that a notice about a child is about.
    """
    if person.role == PersonRole.UNBORN:
        return True
    day = day_of(referral)
    if person.age_on(day) is not None:
        return person.is_child_on(day)
    is_subject_of_child_ppn = person.role == PersonRole.SUBJECT and ConcernType.CHILD in referral.types
    return person.role == PersonRole.SIBLING or is_subject_of_child_ppn


def day_of(referral: Referral) -> date:
    """The day by which ages are counted: of the incident, of the submission, or of the draft."""
    happened = referral.ppn.incident_at if referral.kind == FormKind.PPN else None
    return london_day(happened or referral.submitted_at or referral.created_at)


def identity_gaps(referral: Referral) -> list[tuple[Person, list[str]]]:
    """For each person whose identity graders look for, the questions that have neither an answer nor a reason."""
    gaps = []
    for person in referral.everybody():
        needed = NEEDED.get(PersonRole(person.role), ()) if referral.kind == FormKind.PPN else ()
        is_explained = bool(person.not_known_reason.strip())
        missing = [] if is_explained else [name for name in needed if not getattr(person, name).strip()]
        if is_treated_as_child(person, referral) and person.role == PersonRole.SUBJECT:
            missing += [name for name in ("education", "left_with") if not getattr(person, name)]
        if missing and referral.kind == FormKind.PPN:
            gaps.append((person, [Person.question(name) for name in missing]))
    return gaps


@dataclass(frozen=True)
class Household:
    """People at one address, or those of whom no address is known."""

    address: str
    people: list[Person]


def households_of(people: Iterable[Person]) -> list[Household]:
    """People grouped by where they live, in the order in which they were added.

    The usual address counts before the present one. Who lives in the household and has no address of their own is put with
    the person the concern is about.
    """
    listed = list(people)
    home = next((_home(person) for person in listed if person.role == PersonRole.SUBJECT and _home(person)), "")
    groups: dict[str, Household] = {}
    for person in listed:
        lives_there = person.lives_in_household or person.role in (PersonRole.SUBJECT, PersonRole.UNBORN)
        address = _home(person) or (home if lives_there else "")
        groups.setdefault(_folded(address), Household(address, [])).people.append(person)
    return sorted(groups.values(), key=lambda household: not household.address)


def relations_of(referral: Referral) -> list[Relationship]:
    """What the people of a referral are to each other, each person's in the order of the others."""
    people = referral.everybody()
    prefetch_related_objects(people, "relations")
    place = {person.pk: number for number, person in enumerate(people)}
    return [
        relation
        for person in people
        for relation in sorted(person.relations.all(), key=lambda relation: place.get(relation.other_id, len(place)))
    ]


def _home(person: Person) -> str:
    return (person.usual_address or person.address).strip()


def _folded(address: str) -> str:
    return "".join(character for character in address.casefold() if character.isalnum())


def _background(role: PersonRole) -> tuple[str, ...]:
    asked: tuple[str, ...] = ("ethnicity", "ethnicity_source", "place_of_birth")
    if role == PersonRole.SUBJECT:
        asked += ("religion", "first_language", "disability")
    elif role in (PersonRole.PARENT_CARER, PersonRole.PARTNER, PersonRole.EX_PARTNER):
        asked += ("first_language", "disability")
    else:
        asked = ("ethnicity", "ethnicity_source", "first_language")
    return (*asked, "not_known_reason")


def _school_and_care(role: PersonRole) -> tuple[str, ...]:
    asked: tuple[str, ...] = ("education", "school", "year_group", "left_with", "is_left_with_checked")
    if role in (PersonRole.SUBJECT, PersonRole.SIBLING):
        asked += ("send_support", "legal_status", "parental_responsibility")
    return asked


def _whereabouts(role: PersonRole) -> tuple[str, ...]:
    if role == PersonRole.SUBJECT:
        return ("address", "usual_address", "phone", "safe_contact", "safe_contact_times")
    return ("address",)

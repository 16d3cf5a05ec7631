"""The people of a draft: added, changed and taken out one at a time, with what they are to each other."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Max

from accounts.models import User
from common.clock import london_day
from referrals.enums import MOST_PEOPLE, RELATION_TO, Relation
from referrals.models import Person, Referral, Relationship
from referrals.models.people import OLDEST
from referrals.services.drafting import keep, own_draft, record_change, stored_where_other
from referrals.services.staleness import CannotSave, note_saved, refuse_removing, refuse_stale

EARLIEST_BIRTH = date(1900, 1, 1)
ON_PERSON = frozenset(field.name for field in Person._meta.fields if field.name not in ("id", "referral", "position"))


@transaction.atomic
def add_person(
    *,
    referral_id: uuid.UUID,
    answers: Mapping[str, Any],
    by: User,
    at: datetime,
    key: uuid.UUID | None = None,
    version: int = 0,
    page: uuid.UUID | None = None,
) -> Person:
    """Put one more person into a draft, after the others. What they are to another comes as `relation_` and that id.

    The same key again adds nobody: it brings the person that it added up to date, as change_person does for a page that was
    opened at `version`, and raises StaleDraft as that does.
    """
    referral = own_draft(referral_id, by)
    if key is not None and (known := referral.people.filter(pk=key).first()) is not None:
        changed = stored_of_person(known, answers)
        refuse_stale(referral, version, answers, changed, part=str(known.pk), page=page)
        _change(referral, known, answers, by=by, at=at, page=page)
        return known
    person = put_person(referral, answers, at=at, key=key)
    note_saved(referral, answers, version=referral.version, part=str(person.pk), page=page)
    keep(referral, fields={"saves"}, at=at, is_overwriting=False)
    record_change(referral, "referral.person_added", by=by, at=at, role=str(person.role))
    return person


@transaction.atomic
def change_person(
    *,
    referral_id: uuid.UUID,
    person_id: uuid.UUID,
    version: int,
    answers: Mapping[str, Any],
    by: User,
    at: datetime,
    page: uuid.UUID | None = None,
) -> Referral:
    """Change what a draft says of one person; returns the draft. Raises StaleDraft as save_section does, with `page` as there."""
    referral = own_draft(referral_id, by)
    person = person_in(referral, person_id)
    changed = stored_of_person(person, answers)
    refuse_stale(referral, version, answers, changed, part=str(person.pk), page=page)
    _change(referral, person, answers, by=by, at=at, page=page)
    return referral


@transaction.atomic
def remove_person(*, referral_id: uuid.UUID, person_id: uuid.UUID, version: int, by: User, at: datetime) -> None:
    """Take a person out of a draft that was read at `version`. Raises StaleDraft when they were changed since."""
    referral = own_draft(referral_id, by)
    person = person_in(referral, person_id)
    refuse_removing(referral, version, part=str(person.pk))
    role = str(person.role)
    person.delete()
    keep(referral, at=at, is_overwriting=False)
    record_change(referral, "referral.person_removed", by=by, at=at, role=role)


def person_in(referral: Referral, person_id: uuid.UUID) -> Person:
    """Somebody of this referral. Raises CannotSave when they were taken out meanwhile."""
    person: Person | None = referral.people.filter(pk=person_id).first()
    if person is None:
        raise CannotSave("This person was taken out somewhere else.")
    return person


def put_person(referral: Referral, answers: Mapping[str, Any], *, at: datetime, key: uuid.UUID | None = None) -> Person:
    """Write one more person into a referral that the caller holds, by the rules for people."""
    others = referral.people.aggregate(count=Count("pk"), last=Max("position"))
    if others["count"] >= MOST_PEOPLE:
        raise CannotSave(f"A referral names at most {MOST_PEOPLE} people.")
    # A key that stands for somebody in another referral was not made by our page; it is as good as none.
    is_free = key is not None and not Person.objects.filter(pk=key).exists()
    person = Person(pk=key if is_free else uuid.uuid4(), referral=referral, position=(others["last"] or 0) + 1)
    write_person(person, answers, at=at)
    return person


def write_person(person: Person, answers: Mapping[str, Any], *, at: datetime) -> list[str]:
    """Write these answers, by the rules for people; returns the names of those that differed from what is stored."""
    changed = sorted(stored_of_person(person, answers))
    of_person = [name for name in changed if not name.startswith(RELATION_TO)]
    for name in of_person:
        setattr(person, name, answers[name])
    _refuse_impossible(person, at=at)
    if person._state.adding:
        person.save(force_insert=True)
    elif of_person:
        person.save(update_fields=of_person)
    for name in changed:
        if name.startswith(RELATION_TO):
            _relate(person, uuid.UUID(name.removeprefix(RELATION_TO)), str(answers[name]))
    return changed


def _change(
    referral: Referral,
    person: Person,
    answers: Mapping[str, Any],
    *,
    by: User,
    at: datetime,
    page: uuid.UUID | None = None,
) -> None:
    changed = write_person(person, answers, at=at)
    if changed:
        note_saved(referral, changed, version=referral.version + 1, part=str(person.pk), page=page)
        keep(referral, fields={"saves"}, at=at)
        fields = sorted({"relation" if name.startswith(RELATION_TO) else name for name in changed})
        record_change(referral, "referral.person_changed", by=by, at=at, fields=fields)


def stored_of_person(person: Person, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored now, for each answer that differs from it."""
    of_person = {name: value for name, value in answers.items() if not name.startswith(RELATION_TO)}
    if unknown := set(of_person) - ON_PERSON:
        raise ValueError(f"A person has no {', '.join(sorted(unknown))}.")
    changed = stored_where_other(of_person, dict.fromkeys(of_person, person))
    if person._state.adding:
        changed |= dict.fromkeys(of_person)
        known = {}
    else:
        known = {f"{RELATION_TO}{relation.other_id}": relation.kind for relation in person.relations.all()}
    for name, value in answers.items():
        if name.startswith(RELATION_TO) and known.get(name, "") != value:
            changed[name] = known.get(name, "")
    return changed


def _relate(person: Person, other_id: uuid.UUID, kind: str) -> None:
    if not kind:
        Relationship.objects.filter(person=person, other=other_id).delete()
        return
    if kind not in Relation.values or other_id == person.pk:
        raise CannotSave("Choose what they are to somebody else of this referral.")
    other = Person.objects.filter(referral=person.referral_id, pk=other_id).first()
    if other is None:
        raise CannotSave("This person was taken out somewhere else.")
    Relationship.objects.update_or_create(person=person, other=other, defaults={"kind": kind})


def _refuse_impossible(person: Person, *, at: datetime) -> None:
    born, age = person.date_of_birth, person.estimated_age
    if born is not None and born > london_day(at):
        raise CannotSave("A date of birth cannot be in the future.")
    if (born is not None and born < EARLIEST_BIRTH) or (age is not None and age > OLDEST):
        raise CannotSave(f"Nobody is older than {OLDEST} years.")
    try:
        person.validate_constraints(exclude={"position"})
    except ValidationError as error:
        raise CannotSave(" ".join(error.messages)) from error

"""Writing a draft, page by page, on one device or several."""

import uuid
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, DateTimeField, Max, Model

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from referrals import permissions
from referrals.enums import (
    MOST_PEOPLE,
    ON_REFERRAL,
    ConcernType,
    FormKind,
    Move,
    RiskLevel,
    Situation,
    from_to,
    next_state,
    stands_alone,
)
from referrals.models import Cpi, Module, Person, Ppn, Referral, content_of, module_of
from referrals.models.incident import known_number

ON_CONTENT = {
    kind: frozenset(field.name for field in model._meta.fields if field.name != "referral")
    for kind, model in ((FormKind.PPN, Ppn), (FormKind.CPI, Cpi))
}
EARLIEST_BIRTH = date(1900, 1, 1)
OLDEST = 120
ON_PERSON = frozenset(field.name for field in Person._meta.fields if field.name not in ("id", "referral", "position"))


class CannotBegin(DomainError):
    pass


class CannotSave(DomainError):
    pass


class CannotDiscard(DomainError):
    pass


class StaleDraft(CannotSave):
    """Another device saved other words in the same place meanwhile. Holds both, by field, so that nothing is lost."""

    def __init__(self, *, mine: dict[str, Any], theirs: dict[str, Any], version: int) -> None:
        super().__init__("This part was changed somewhere else after you opened it. Choose which words to keep.")
        self.mine, self.theirs, self.version = mine, theirs, version


@transaction.atomic
def begin_draft(*, kind: FormKind, by: User, at: datetime) -> Referral:
    """Open an empty draft of a person's own. A CPI form is never urgent, so it starts with the standard risk level."""
    if by.agency is None or not permissions.can_write(by, kind):
        raise CannotBegin("You may not write this form.")
    referral = Referral.objects.create(
        kind=kind,
        author=by,
        agency=by.agency,
        team=by.team,
        district=by.team.district if by.team else None,
        risk_level=RiskLevel.STANDARD if kind == FormKind.CPI else None,
        created_at=at,
        changed_at=at,
    )
    content = Ppn if kind == FormKind.PPN else Cpi
    content.objects.create(referral=referral)
    audit.record(verb=Verb.COLLECTED, what="referral.begun", at=at, actor=by, subject=referral, kind=str(kind))
    return referral


@transaction.atomic
def send_elsewhere(*, situation: Situation, by: User, at: datetime) -> None:
    """Count that somebody came with what a CPI form is not for; nothing of what it is about is kept."""
    audit.record(verb=Verb.COLLECTED, what="referral.sent_elsewhere", at=at, actor=by, situation=str(situation))


@transaction.atomic
def save_section(
    *,
    referral_id: uuid.UUID,
    version: int,
    answers: Mapping[str, Any],
    by: User,
    at: datetime,
    concern: ConcernType | str | None = None,
    page: uuid.UUID | None = None,
) -> Referral:
    """Keep these answers (by field name) of a draft that was read at `version`; returns it with its new version.

    With `concern` they are answers of that type, which must be ticked. `page` names the open page that saves. Raises
    StaleDraft when another page saved in between and would be overwritten; the same words again are no conflict.
    """
    referral = _own_draft(referral_id, by)
    holders = holders_of(referral, answers, concern)
    if "occurrence_number" in answers:
        answers = {**answers, "occurrence_number": known_number(answers["occurrence_number"])}
    changed = stored_where_other(answers, holders)
    if not changed:
        return referral
    if page is None or page != referral.saved_from:
        _refuse_stale(referral, version, answers, changed)
    put(answers, holders, changed, at=at)
    referral.saved_from = page
    _keep(referral, fields={"saved_from"} | {name for name in changed if holders[name] is referral}, at=at)
    _record(referral, "referral.saved", by=by, at=at, fields=sorted(changed))
    return referral


def holders_of(
    referral: Referral, answers: Mapping[str, Any], concern: ConcernType | str | None = None
) -> dict[str, Model]:
    """The record that keeps each answer. Raises CannotSave for a type that is not ticked, ValueError for what no form asks."""
    if concern is not None:
        if concern not in referral.types:
            raise CannotSave("This type of concern is not ticked, so its questions are not asked.")
        module = module_of(referral, concern)
        asked = {field.name for field in module.questions()}
        holders: dict[str, Model] = {name: module for name in answers if name in asked}
    else:
        on_referral, on_content = ON_REFERRAL[FormKind(referral.kind)], ON_CONTENT[FormKind(referral.kind)]
        content = content_of(referral)
        holders = {
            name: referral if name in on_referral else content for name in answers if name in on_referral | on_content
        }
    if unknown := set(answers) - set(holders):
        raise ValueError(f"A {referral.kind} has no {', '.join(sorted(unknown))}.")
    return holders


def put(answers: Mapping[str, Any], holders: Mapping[str, Model], changed: Collection[str], *, at: datetime) -> None:
    """Write the changed answers where they are kept; what is kept on the referral itself its caller saves."""
    if not all(stands_alone(answers[name]) for name in changed if isinstance(answers[name], list)):
        raise CannotSave("Tick “None” only if nothing else applies.")
    for name in changed:
        setattr(holders[name], name, answers[name])
    for holder in {id(holder): holder for holder in holders.values()}.values():
        names = sorted(name for name in changed if holders[name] is holder)
        if isinstance(holder, Referral) or not names:
            continue
        _refuse_contradictions(holder, at=at)
        holder.save() if holder._state.adding else holder.save(update_fields=names)


def _refuse_contradictions(holder: Model, *, at: datetime) -> None:
    if isinstance(holder, Module):
        moments = (getattr(holder, field.name) for field in holder.questions() if isinstance(field, DateTimeField))
        if any(moment is not None and moment > at for moment in moments):
            raise CannotSave("Nothing that happened can be in the future.")
    elif isinstance(holder, Ppn | Cpi):
        _refuse_impossible_days(holder, at=at)
    try:
        holder.validate_constraints()
    except ValidationError as error:
        raise CannotSave(" ".join(error.messages)) from error


@transaction.atomic
def add_person(
    *, referral_id: uuid.UUID, answers: Mapping[str, Any], by: User, at: datetime, key: uuid.UUID | None = None
) -> Person:
    """Put one more person into a draft, after the others.

    The same key again adds nobody: it brings the person that it added up to date.
    """
    referral = _own_draft(referral_id, by)
    answers = _of_person(answers)
    _refuse_impossible_age(answers, at=at)
    if key is not None and (known := referral.people.filter(pk=key).first()) is not None:
        return _change(
            referral, known, stored_where_other(answers, dict.fromkeys(answers, known)), answers, by=by, at=at
        )
    others = referral.people.aggregate(count=Count("pk"), last=Max("position"))
    if others["count"] >= MOST_PEOPLE:
        raise CannotSave(f"A referral names at most {MOST_PEOPLE} people.")
    # A key that stands for somebody in another referral was not made by our page; it is as good as none.
    is_free = key is not None and not Person.objects.filter(pk=key).exists()
    person = Person(
        pk=key if is_free else uuid.uuid4(), referral=referral, position=(others["last"] or 0) + 1, **answers
    )
    person.save(force_insert=True)
    _keep(referral, at=at, is_overwriting=False)
    _record(referral, "referral.person_added", by=by, at=at, role=str(person.role))
    return person


@transaction.atomic
def change_person(
    *, referral_id: uuid.UUID, person_id: uuid.UUID, version: int, answers: Mapping[str, Any], by: User, at: datetime
) -> Person:
    """Change what a draft says of one person. Raises StaleDraft as save_section does."""
    referral = _own_draft(referral_id, by)
    person = _person(referral, person_id)
    answers = _of_person(answers)
    _refuse_impossible_age(answers, at=at)
    changed = stored_where_other(answers, dict.fromkeys(answers, person))
    _refuse_stale(referral, version, answers, changed)
    return _change(referral, person, changed, answers, by=by, at=at)


def _change(
    referral: Referral,
    person: Person,
    changed: Mapping[str, Any],
    answers: Mapping[str, Any],
    *,
    by: User,
    at: datetime,
) -> Person:
    if changed:
        for name in changed:
            setattr(person, name, answers[name])
        person.save(update_fields=sorted(changed))
        _keep(referral, at=at)
        _record(referral, "referral.person_changed", by=by, at=at, fields=sorted(changed))
    return person


@transaction.atomic
def remove_person(*, referral_id: uuid.UUID, person_id: uuid.UUID, by: User, at: datetime) -> None:
    """Take a person out of a draft."""
    referral = _own_draft(referral_id, by)
    person = _person(referral, person_id)
    role = str(person.role)
    person.delete()
    _keep(referral, at=at, is_overwriting=False)
    _record(referral, "referral.person_removed", by=by, at=at, role=role)


@transaction.atomic
def discard_draft(*, referral_id: uuid.UUID, by: User, at: datetime) -> Referral:
    """Give a draft up; it leaves the person's list and can no longer be sent."""
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_edit(by, referral):
        raise CannotDiscard("Only the person who wrote a draft may discard it.")
    state = next_state(Move.DISCARD, referral.state)
    if state is None:
        raise CannotDiscard("This referral was sent, so it cannot be discarded.")
    moved = from_to(referral.state, state)
    referral.state, referral.changed_at = state, at
    referral.save(update_fields=["state", "changed_at"])
    _record(referral, "referral.discarded", by=by, at=at, **moved)
    return referral


def _own_draft(referral_id: uuid.UUID, by: User) -> Referral:
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_edit(by, referral):
        raise CannotSave("Only the person who wrote a draft may change it.")
    if not referral.is_draft:
        raise CannotSave("This referral is no longer a draft, so it cannot be changed.")
    return referral


def _person(referral: Referral, person_id: uuid.UUID) -> Person:
    person: Person | None = referral.people.filter(pk=person_id).first()
    if person is None:
        raise CannotSave("This person was taken out of the draft somewhere else.")
    return person


def _refuse_impossible_age(answers: Mapping[str, Any], *, at: datetime) -> None:
    born, age = answers.get("date_of_birth"), answers.get("estimated_age")
    if born is not None and born > london_day(at):
        raise CannotSave("A date of birth cannot be in the future.")
    if (born is not None and born < EARLIEST_BIRTH) or (age is not None and age > OLDEST):
        raise CannotSave(f"Nobody is older than {OLDEST} years.")


def _of_person(answers: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(answers) - ON_PERSON
    if unknown:
        raise ValueError(f"A person has no {', '.join(sorted(unknown))}.")
    return dict(answers)


def _refuse_impossible_days(content: Ppn | Cpi, *, at: datetime) -> None:
    """Nothing is reported or learned before it happened, and nothing happened in the future."""
    happened: Any
    known: Any
    now: Any
    if isinstance(content, Ppn):
        happened, known, now = content.incident_at, content.reported_at, at
    else:
        happened, known, now = content.event_on, content.learned_on, london_day(at)
    if any(moment is not None and moment > now for moment in (happened, known)):
        raise CannotSave("Neither what happened nor its report can be in the future.")
    if happened is not None and known is not None and known < happened:
        raise CannotSave("It cannot be reported or learned of before it happened.")


def stored_where_other(answers: Mapping[str, Any], holders: Mapping[str, Model]) -> dict[str, Any]:
    """What is stored now, for each answer that differs from it."""
    stored = {name: getattr(holder, name) for name, holder in holders.items()}
    return {name: stored[name] for name in answers if stored[name] != answers[name]}


def _refuse_stale(referral: Referral, version: int, answers: Mapping[str, Any], changed: dict[str, Any]) -> None:
    # Writing where nothing was loses nothing, even when another page of the same draft was saved meanwhile.
    overwritten = {name: value for name, value in changed.items() if value not in (None, "", [])}
    if version != referral.version and overwritten:
        mine = {name: answers[name] for name in overwritten}
        raise StaleDraft(mine=mine, theirs=overwritten, version=referral.version)


def _keep(
    referral: Referral, *, at: datetime, fields: frozenset[str] | set[str] = frozenset(), is_overwriting: bool = True
) -> None:
    referral.changed_at = at
    referral.version += is_overwriting
    referral.save(update_fields=["changed_at", "version", *sorted(fields)])


def _record(referral: Referral, what: str, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=what, at=at, actor=by, subject=referral, **details)

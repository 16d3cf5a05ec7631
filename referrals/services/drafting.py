"""Writing a draft, page by page, on one device or several."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Model

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from referrals import permissions
from referrals.enums import FormKind, Move, RiskLevel, Situation, next_state
from referrals.models import Cpi, Person, Ppn, Referral

ON_REFERRAL = frozenset({"occurrence_number", "types", "risk_level", "lawful_basis"})
ON_CONTENT = {
    kind: frozenset(field.name for field in model._meta.fields if field.name != "referral")
    for kind, model in ((FormKind.PPN, Ppn), (FormKind.CPI, Cpi))
}
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
    *, referral_id: uuid.UUID, version: int, answers: Mapping[str, Any], by: User, at: datetime
) -> Referral:
    """Keep these answers (by field name) of a draft that was read at `version`; returns it with its new version.

    Raises StaleDraft when another save came between and would be overwritten; the same words again are no conflict.
    """
    referral = _own_draft(referral_id, by)
    content = content_of(referral)
    on_content = ON_CONTENT[FormKind(referral.kind)]
    unknown = set(answers) - ON_REFERRAL - on_content
    if unknown:
        raise ValueError(f"A {referral.kind} has no {', '.join(sorted(unknown))}.")
    changed = _changed(answers, {name: referral if name in ON_REFERRAL else content for name in answers})
    if not changed:
        return referral
    _refuse_stale(referral, version, answers, changed)
    for name in changed:
        setattr(referral if name in ON_REFERRAL else content, name, answers[name])
    _refuse_impossible_days(content, at=at)
    if on_content & changed.keys():
        content.save(update_fields=sorted(on_content & changed.keys()))
    _keep(referral, fields=ON_REFERRAL & changed.keys(), at=at)
    _record(referral, "referral.saved", by=by, at=at, fields=sorted(changed))
    return referral


@transaction.atomic
def add_person(*, referral_id: uuid.UUID, answers: Mapping[str, Any], by: User, at: datetime) -> Person:
    """Put one more person into a draft, after the others."""
    referral = _own_draft(referral_id, by)
    _refuse_birth_in_future(answers, at=at)
    last = referral.people.aggregate(last=Max("position"))["last"] or 0
    person = Person(referral=referral, position=last + 1, **_of_person(answers))
    person.save()
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
    _refuse_birth_in_future(answers, at=at)
    changed = _changed(answers, dict.fromkeys(answers, person))
    if not changed:
        return person
    _refuse_stale(referral, version, answers, changed)
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
    referral.state, referral.changed_at = state, at
    referral.save(update_fields=["state", "changed_at"])
    _record(referral, "referral.discarded", by=by, at=at)
    return referral


def content_of(referral: Referral) -> Ppn | Cpi:
    """The answers of a referral, whichever form it is."""
    content: Ppn | Cpi = referral.ppn if referral.kind == FormKind.PPN else referral.cpi
    return content


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


def _refuse_birth_in_future(answers: Mapping[str, Any], *, at: datetime) -> None:
    born = answers.get("date_of_birth")
    if born is not None and born > london_day(at):
        raise CannotSave("A date of birth cannot be in the future.")


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


def _changed(answers: Mapping[str, Any], holders: Mapping[str, Model]) -> dict[str, Any]:
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

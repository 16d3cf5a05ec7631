"""Writing a draft, page by page, on one device or several."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import DateTimeField, Model

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from referrals import permissions
from referrals.enums import (
    ON_REFERRAL,
    ConcernType,
    FormKind,
    LawfulBasis,
    Move,
    RiskLevel,
    Situation,
    from_to,
    next_state,
    stands_alone,
)
from referrals.models import Cpi, Module, Ppn, Referral, content_of, module_of
from referrals.models.content import as_on_the_plate
from referrals.models.incident import known_number
from referrals.services.attachment import remove_attachments_of
from referrals.services.staleness import CannotSave, note_saved, refuse_stale

ON_CONTENT = {
    kind: frozenset(field.name for field in model._meta.fields if field.name != "referral")
    for kind, model in ((FormKind.PPN, Ppn), (FormKind.CPI, Cpi))
}


class CannotBegin(DomainError):
    pass


class CannotDiscard(DomainError):
    pass


@transaction.atomic
def begin_draft(*, kind: FormKind, by: User, at: datetime) -> Referral:
    """Open an empty draft of a person's own.

    A CPI form is never urgent, so it starts with the standard risk level. A PPN comes from police, whose basis is mostly the
    public task: it starts with that, so that an urgent one is not held up; the writer reads it and may choose another.
    """
    if by.agency is None or not permissions.can_write(by, kind):
        raise CannotBegin("You may not write this form.")
    referral = Referral.objects.create(
        kind=kind,
        author=by,
        agency=by.agency,
        team=by.team,
        district=by.team.district if by.team else None,
        risk_level=RiskLevel.STANDARD if kind == FormKind.CPI else None,
        lawful_basis=LawfulBasis.PUBLIC_TASK if kind == FormKind.PPN else "",
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
    StaleDraft when another page saved one of them in between and would be overwritten; the same words again are no conflict,
    nor is what was saved meanwhile in another place.
    """
    referral = own_draft(referral_id, by)
    holders = holders_of(referral, answers, concern)
    if "occurrence_number" in answers:
        answers = {**answers, "occurrence_number": known_number(answers["occurrence_number"])}
    if "vehicles" in answers:
        answers = {**answers, "vehicles": [as_on_the_plate(typed) for typed in answers["vehicles"]]}
    changed = stored_where_other(answers, holders)
    if not changed:
        return referral
    part = str(concern or "")
    refuse_stale(referral, version, answers, changed, part=part, page=page)
    put(answers, holders, changed, at=at)
    note_saved(referral, changed, version=referral.version + 1, part=part, page=page)
    keep(referral, fields={"saves"} | {name for name in changed if holders[name] is referral}, at=at)
    record_change(referral, "referral.saved", by=by, at=at, fields=sorted(changed))
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
def discard_draft(*, referral_id: uuid.UUID, by: User, at: datetime) -> Referral:
    """Give a draft up; it leaves the person's list and can no longer be sent."""
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_edit(by, referral):
        raise CannotDiscard("Only the person who wrote a draft may discard it.")
    state = next_state(Move.DISCARD, referral.state)
    if state is None:
        raise CannotDiscard("This referral was sent, so it cannot be discarded.")
    moved = from_to(referral.state, state)
    remove_attachments_of(referral, by=by, at=at)
    referral.state, referral.changed_at = state, at
    referral.save(update_fields=["state", "changed_at"])
    record_change(referral, "referral.discarded", by=by, at=at, **moved)
    return referral


def own_draft(referral_id: uuid.UUID, by: User) -> Referral:
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_edit(by, referral):
        raise CannotSave("Only the person who wrote a draft may change it.")
    if not referral.is_draft:
        raise CannotSave("This referral is no longer a draft, so it cannot be changed.")
    return referral


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


def keep(
    referral: Referral, *, at: datetime, fields: frozenset[str] | set[str] = frozenset(), is_overwriting: bool = True
) -> None:
    referral.changed_at = at
    referral.version += is_overwriting
    referral.save(update_fields=["changed_at", "version", *sorted(fields)])


def record_change(referral: Referral, what: str, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=what, at=at, actor=by, subject=referral, **details)

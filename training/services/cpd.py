"""Logging continuing professional development, correcting it, looking back on it, and taking it back."""

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError, KeyWasUsed
from common.row_values import tidy
from training.enums import CpdKind
from training.models import CpdEarlierVersion, CpdEntry
from training.models.cpd import FACTS, FEWEST_HOURS, LOOK_BACK, MOST_HOURS, WORDS
from training.permissions import (
    can_correct_facts,
    can_correct_words,
    can_keep_own_training,
    can_log_cpd_for,
    can_take_back_cpd,
)

SHORTEST_REASON = 10


class CannotLogCpd(DomainError):
    pass


class CpdKeyWasUsed(CannotLogCpd, KeyWasUsed):
    pass


class CannotCorrectCpd(DomainError):
    pass


@transaction.atomic
def log_cpd(
    *,
    person: User,
    done_on: date,
    kind: str,
    topic: str,
    hours: Decimal,
    learned: str,
    key: UUID,
    by: User,
    at: datetime,
    will_change: str = "",
    what_happened: str = "",
    trainer: str = "",
    evidence: str = "",
) -> CpdEntry:
    """Log one entry, for oneself or, as a trainer, for somebody of the agency. The same again under the same key gives the entry that is there.

    Raises CannotLogCpd; CpdKeyWasUsed where the key stands for something else.
    """
    allowed = can_keep_own_training(by) if person.pk == by.pk else can_log_cpd_for(by, person)
    if not allowed or person.agency is None:
        raise CannotLogCpd("You may not log CPD for this person.")
    content = checked_content(
        at=at,
        done_on=done_on,
        kind=kind,
        topic=topic,
        hours=hours,
        learned=learned,
        will_change=will_change,
        what_happened=what_happened,
        trainer=trainer,
        evidence=evidence,
    )
    values = content | {"agency": person.agency, "person": person, "logged_at": at, "logged_by": by}
    entry, is_new = CpdEntry.objects.get_or_create(key=key, defaults=values)
    if not is_new and (entry.person_id, entry.logged_by_id) != (person.pk, by.pk):
        raise CpdKeyWasUsed("This form was used for another entry. Send it again to log this one.")
    if not is_new and any(getattr(entry, name) != value for name, value in content.items()):
        raise CpdKeyWasUsed("You have logged this form already, with other content. Send it again to log this as well.")
    if is_new:
        audit.record(verb=Verb.CHANGED, what="training.cpd_logged", at=at, actor=by, subject=entry, kind=str(kind))
    return entry


@transaction.atomic
def correct_cpd(*, entry_id: UUID, version: int, by: User, at: datetime, **changes: Any) -> CpdEntry:
    """Change what an entry says; what it said before is kept. `version` is the one that was read.

    Facts are changed by who may correct them, words by the person alone. The same again changes nothing. Raises CannotCorrectCpd.
    """
    entry = _locked(entry_id)
    if unknown := set(changes) - {*FACTS, *WORDS}:
        raise TypeError(f"no content of an entry: {', '.join(sorted(unknown))}")
    content = entry.content()
    try:
        wanted = checked_content(at=at, **{name: content[name] for name in (*FACTS, *WORDS)} | changes)
    except CannotLogCpd as error:
        raise CannotCorrectCpd(str(error)) from error
    changed = {name for name, value in wanted.items() if value != content[name]}
    if entry.is_taken_back:
        raise CannotCorrectCpd("This entry was taken back, so it stays as it is.")
    if (changed & {*FACTS} and not can_correct_facts(by, entry)) or (
        changed & {*WORDS} and not can_correct_words(by, entry)
    ):
        raise CannotCorrectCpd("You may not correct this part of the entry.")
    if not changed:
        return entry
    _change(entry, version, {name: wanted[name] for name in changed}, by=by, at=at)
    audit.record(
        verb=Verb.CHANGED,
        what="training.cpd_corrected",
        at=at,
        actor=by,
        subject=entry,
        version=entry.version,
        fields=sorted(changed),
    )
    return entry


@transaction.atomic
def look_back_on_cpd(*, entry_id: UUID, version: int, did_help: str, by: User, at: datetime) -> CpdEntry:
    """Say, later, whether it helped; dated today. What was said before is kept. The same again changes nothing.

    Raises CannotCorrectCpd.
    """
    entry = _locked(entry_id)
    words = tidy(did_help)
    if not can_correct_words(by, entry):
        raise CannotCorrectCpd("Only the person whose entry it is may look back on it.")
    if not words:
        raise CannotCorrectCpd("Write whether it helped.")
    if words == entry.did_help:
        return entry
    _change(entry, version, dict(zip(LOOK_BACK, (words, london_day(at)), strict=True)), by=by, at=at)
    audit.record(
        verb=Verb.CHANGED, what="training.cpd_looked_back", at=at, actor=by, subject=entry, version=entry.version
    )
    return entry


@transaction.atomic
def take_back_cpd(*, entry_id: UUID, why: str, by: User, at: datetime) -> CpdEntry:
    """Take an entry back: it is kept with the reason, and counts in no total. A second time changes nothing. Raises CannotCorrectCpd."""
    entry = _locked(entry_id)
    if entry.taken_back_by_id == by.pk:
        return entry
    if not can_take_back_cpd(by, entry):
        raise CannotCorrectCpd("You may not take this entry back.")
    reason = tidy(why)
    if len(reason) < SHORTEST_REASON:
        raise CannotCorrectCpd(f"Say why in at least {SHORTEST_REASON} characters.")
    return _take_back(entry, reason, by=by, at=at)


@transaction.atomic
def take_back_logged(*, keys: Collection[UUID], why: str, by: User, at: datetime) -> None:
    """Take back what a corrected register had logged under these keys, if it stands; whoever may correct that, may."""
    for entry in CpdEntry.objects.locked().counted().filter(key__in=keys):
        _take_back(entry, why, by=by, at=at)


def checked_content(*, at: datetime, **content: Any) -> dict[str, Any]:
    """What an entry is to say, tidied; raises CannotLogCpd where it says too little or what cannot be."""
    content = {name: tidy(value) if isinstance(value, str) else value for name, value in content.items()}
    if content["done_on"] > london_day(at):
        raise CannotLogCpd("The day on which it was done cannot be in the future.")
    if content["kind"] not in CpdKind.values:
        raise CannotLogCpd("Choose what kind of CPD it was.")
    if not FEWEST_HOURS <= content["hours"] <= MOST_HOURS:
        raise CannotLogCpd(f"Hours are from {FEWEST_HOURS} to {MOST_HOURS}.")
    if not content["topic"] or not content["learned"]:
        raise CannotLogCpd("Say what it was about and what was learned.")
    return content


def _take_back(entry: CpdEntry, why: str, *, by: User, at: datetime) -> CpdEntry:
    entry.taken_back_at, entry.taken_back_by, entry.taken_back_because = at, by, why
    entry.save(update_fields=["taken_back_at", "taken_back_by", "taken_back_because"])
    audit.record(verb=Verb.CHANGED, what="training.cpd_taken_back", at=at, actor=by, subject=entry)
    return entry


def _locked(entry_id: UUID) -> CpdEntry:
    return CpdEntry.objects.locked().select_related("person").get(pk=entry_id)


def _change(entry: CpdEntry, version: int, changes: dict[str, Any], *, by: User, at: datetime) -> None:
    if entry.version != version:
        raise CannotCorrectCpd("The entry was changed since you opened it. Open it again.")
    CpdEarlierVersion.objects.create(
        entry=entry, number=entry.version, replaced_at=at, replaced_by=by, **entry.content()
    )
    for name, value in changes.items():
        setattr(entry, name, value)
    entry.version += 1
    entry.save(update_fields=[*changes, "version"])

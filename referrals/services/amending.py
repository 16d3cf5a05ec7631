"""Amending what was submitted: one more version, with its reason, until the referral is closed."""

import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import RELATION_TO, ConcernType, Move, next_state
from referrals.models import Referral
from referrals.models.incident import known_number
from referrals.queries import incident_of, is_level_set_by_others, may_be_named
from referrals.services.conflicts import suspect_conflicts
from referrals.services.deadlines import bring_forward
from referrals.services.drafting import holders_of, put, stored_where_other
from referrals.services.encompass import open_notices
from referrals.services.lookup import remember_people
from referrals.services.people import person_in, put_person, stored_of_person, write_person
from referrals.services.risk import ask_for_review, raise_to_colour
from referrals.services.staleness import refuse_removing, refuse_stale
from referrals.services.submission import missing_to_submit
from referrals.services.versioning import as_before, keep_version

Change = Callable[[Referral], Collection[str]]

TOLD_BY_SUBMISSION = {
    "incident_at": "It cannot have happened after this was sent.",
    "reported_at": "It cannot have been reported after this was sent.",
}


class CannotAmend(DomainError):
    pass


@transaction.atomic
def amend_section(
    *,
    referral_id: uuid.UUID,
    version: int,
    answers: Mapping[str, Any],
    reason: str,
    by: User,
    at: datetime,
    concern: ConcernType | str | None = None,
) -> Referral:
    """Change answers of a submitted referral that was read at `version`. The same answers again make no version.

    Raises CannotAmend, CannotSave by the rules of the form, and StaleDraft when somebody else changed them meanwhile.
    """

    def change(referral: Referral) -> Collection[str]:
        holders = holders_of(referral, typed, concern)
        changed = stored_where_other(typed, holders)
        refuse_stale(referral, version, typed, changed)
        if "risk_level" in changed:
            _refuse_lowering(referral, typed["risk_level"])
        if late := known_too_late(referral, {name: typed[name] for name in changed}):
            raise CannotAmend(late.popitem()[1])
        put(typed, holders, changed, at=at)
        if "occurrence_number" in changed:
            referral.incident = incident_of(referral)
        return changed

    typed = dict(answers)
    if "occurrence_number" in typed:
        typed["occurrence_number"] = known_number(typed["occurrence_number"])
    return _amend(referral_id, change, reason=reason, by=by, at=at)


def known_too_late(referral: Referral, answers: Mapping[str, Any]) -> dict[str, str]:
    """By the name of the answer, what is wrong with each moment that is later than the submission which told of it."""
    sent_at = referral.submitted_at
    moments = {name: answers.get(name) for name in TOLD_BY_SUBMISSION}
    return {
        name: TOLD_BY_SUBMISSION[name]
        for name, moment in moments.items()
        if moment is not None and sent_at is not None and moment > sent_at
    }


@transaction.atomic
def amend_person(
    *,
    referral_id: uuid.UUID,
    person_id: uuid.UUID | None,
    version: int,
    answers: Mapping[str, Any],
    reason: str,
    by: User,
    at: datetime,
    key: uuid.UUID | None = None,
) -> Referral:
    """Change what a submitted referral says of somebody, or add somebody when `person_id` is None.

    The same `key` again adds nobody. Raises as amend_section does.
    """

    def change(referral: Referral) -> Collection[str]:
        if person_id is None:
            if key is not None and referral.people.filter(pk=key).exists():
                return []
            put_person(referral, answers, at=at, key=key)
            return ["person"]
        person = person_in(referral, person_id)
        refuse_stale(referral, version, answers, stored_of_person(person, answers))
        return write_person(person, answers, at=at)

    return _amend(referral_id, change, reason=reason, by=by, at=at)


@transaction.atomic
def amend_remove_person(
    *, referral_id: uuid.UUID, person_id: uuid.UUID, version: int, reason: str, by: User, at: datetime
) -> Referral:
    """Take somebody out of a submitted referral that was read at `version`; the version before keeps what was said of them.

    Who is out already stays out. Raises CannotAmend, also where the hub has worked on that person, and StaleDraft.
    """

    def change(referral: Referral) -> Collection[str]:
        person = referral.people.filter(pk=person_id).first()
        if person is None:
            return []
        refuse_removing(referral, version, part=str(person.pk))
        try:
            with transaction.atomic():
                person.delete()
        except ProtectedError as error:
            raise CannotAmend(
                "The hub has said who this person is, or tells a school about them, so they stay. Ask the hub."
            ) from error
        return ["person_removed"]

    return _amend(referral_id, change, reason=reason, by=by, at=at)


def _amend(referral_id: uuid.UUID, change: Change, *, reason: str, by: User, at: datetime) -> Referral:
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_amend(by, referral):
        raise CannotAmend("Only the person who wrote it, or their supervisor, may amend it.")
    if next_state(Move.AMEND, referral.state) is None:
        raise CannotAmend("Only what was submitted and is not closed can be amended.")
    if not reason.strip():
        raise CannotAmend("Say why you change it.")
    before = as_before(referral)
    changed = change(referral)
    if not changed:
        return referral
    if missing := missing_to_submit(referral):
        raise CannotAmend(f"It cannot stand without: {', '.join(question for _, question in missing)}.")
    _hurry(referral, changed, by=by, at=at)
    keep_version(referral, before, reason=reason, by=by, at=at)
    remember_people(referral_id=referral.pk, at=referral.submitted_at or at)
    open_notices(referral, since=at)
    suspect_conflicts(referral, among=may_be_named(referral), at=at)
    audit.record(
        verb=Verb.CHANGED,
        what="referral.amended",
        at=at,
        actor=by,
        subject=referral,
        version=before.number,
        fields=sorted({"relation" if name.startswith(RELATION_TO) else name for name in changed}),
    )
    enqueue(tasks.email_about_amendment, at=at, by=by, referral_id=referral.pk)
    return referral


def _hurry(referral: Referral, changed: Collection[str], *, by: User, at: datetime) -> None:
    """A risk that was raised to high asks for the supervisor's review, and brings the deadline of a decision forward.

    One that was lowered moves nothing. A colour counts as it does on submission.
    """
    if "risk_level" in changed:
        ask_for_review(referral, at=at)
        bring_forward(referral, at=at)
    if {"risk_level", "police_rag"} & set(changed):
        raise_to_colour(referral, by=by, at=at)


def _refuse_lowering(referral: Referral, level: int | None) -> None:
    if level is not None and level < (referral.risk_level or 0) and is_level_set_by_others(referral):
        raise CannotAmend("The hub or your supervisor set the risk level. Ask them if it should be lower.")

"""Amending what was submitted: one more version, with its reason, until the referral is closed."""

import uuid
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import add_working_hours
from common.errors import DomainError
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import RELATION_TO, ConcernType, Move, ReferralState, RiskLevel, next_state
from referrals.models import Amendment, Referral
from referrals.queries import everything_of, version_of
from referrals.services.drafting import holders_of, put, stored_where_other
from referrals.services.encompass import open_notices
from referrals.services.lookup import remember_people
from referrals.services.people import person_in, put_person, stored_of_person, write_person
from referrals.services.review import ask_for_review
from referrals.services.staleness import refuse_stale
from referrals.services.submission import HOURS_TO_DECIDE, missing_to_submit

Change = Callable[[Referral], Collection[str]]


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
        holders = holders_of(referral, answers, concern)
        changed = stored_where_other(answers, holders)
        refuse_stale(referral, version, answers, changed)
        put(answers, holders, changed, at=at)
        return changed

    return _amend(referral_id, change, reason=reason, by=by, at=at)


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


def _amend(referral_id: uuid.UUID, change: Change, *, reason: str, by: User, at: datetime) -> Referral:
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_amend(by, referral):
        raise CannotAmend("Only the person who wrote it, or their supervisor, may amend it.")
    if next_state(Move.AMEND, referral.state) is None:
        raise CannotAmend("Only what was submitted and is not closed can be amended.")
    if not reason.strip():
        raise CannotAmend("Say why you change it.")
    before, number = everything_of(referral), version_of(referral) + 1
    changed = change(referral)
    if not changed:
        return referral
    referral.version += 1
    referral.changed_at = at
    _hurry(referral, changed, at=at)
    if missing := missing_to_submit(referral):
        raise CannotAmend(f"It cannot stand without: {', '.join(question for _, question in missing)}.")
    referral.save()
    remember_people(referral_id=referral.pk, at=referral.submitted_at or at)
    open_notices(referral, since=at)
    Amendment.objects.create(
        referral=referral, number=number, before=before, reason=reason.strip(), amended_at=at, amended_by=by
    )
    audit.record(
        verb=Verb.CHANGED,
        what="referral.amended",
        at=at,
        actor=by,
        subject=referral,
        version=number,
        fields=sorted({"relation" if name.startswith(RELATION_TO) else name for name in changed}),
    )
    enqueue(tasks.email_about_amendment, at=at, by=by, referral_id=referral.pk)
    return referral


def _hurry(referral: Referral, changed: Collection[str], *, at: datetime) -> None:
    """A risk that was raised to high asks for the supervisor's review, and brings the deadline of a decision forward.

    One that was lowered moves nothing.
    """
    if "risk_level" in changed and not referral.reviews.exists():
        ask_for_review(referral, at=at)
    if "risk_level" not in changed or referral.state != ReferralState.RECEIVED or referral.due_at is None:
        return
    due_at = add_working_hours(at, HOURS_TO_DECIDE[RiskLevel(referral.risk_level or RiskLevel.STANDARD)])
    referral.due_at = min(referral.due_at, due_at)

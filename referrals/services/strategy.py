"""Recording a strategy discussion, and that an action was done."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import TypedDict

from django.db import transaction

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import FEWEST_PRESENT, OPEN_AT_HUB, Presence, StrategyOutcome, from_to
from referrals.models import Referral, StrategyAction, StrategyAttendance, StrategyDiscussion


class CannotRecordDiscussion(DomainError):
    pass


class CannotFinishAction(DomainError):
    pass


class Attended(TypedDict):
    """An agency that was invited, whether it came, and what it shared."""

    agency: Agency
    presence: Presence | str
    shared: str


class Agreed(TypedDict):
    """What an agency does by a day."""

    what: str
    owner: Agency
    due_on: date


@transaction.atomic
def record_strategy_discussion(
    *,
    referral_id: uuid.UUID,
    key: uuid.UUID,
    held_at: datetime,
    outcome: StrategyOutcome | str,
    reasons: str,
    attended: Sequence[Attended],
    agreed: Sequence[Agreed] = (),
    by: User,
    at: datetime,
) -> StrategyDiscussion:
    """Keep what was shared, decided and agreed. The same key again (a double click) changes nothing."""
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_decide(by, referral):
        raise CannotRecordDiscussion("Only a decision-maker of the hub records a strategy discussion.")
    known = referral.strategy_discussions.filter(pk=key).first()
    if known is not None:
        return known
    if referral.state not in OPEN_AT_HUB:
        raise CannotRecordDiscussion("This referral is closed, or was not received.")
    reasons = reasons.strip()
    _refuse_incomplete(held_at, outcome, reasons, attended, agreed, at=at)
    discussion = StrategyDiscussion(
        pk=key,
        referral=referral,
        held_at=held_at,
        outcome=outcome,
        reasons=reasons,
        recorded_at=at,
        recorded_by=by,
    )
    discussion.save(force_insert=True)
    StrategyAttendance.objects.bulk_create(StrategyAttendance(discussion=discussion, **row) for row in attended)
    StrategyAction.objects.bulk_create(StrategyAction(discussion=discussion, **row) for row in agreed)
    audit.record(
        verb=Verb.CHANGED,
        what="referral.strategy_discussion",
        at=at,
        actor=by,
        subject=referral,
        outcome=str(outcome),
        agencies=len(attended),
        actions=len(agreed),
        **from_to(referral.state, referral.state),
    )
    _tell_owners(discussion, agreed, by=by, at=at)
    return discussion


def _tell_owners(discussion: StrategyDiscussion, agreed: Sequence[Agreed], *, by: User, at: datetime) -> None:
    """One mail to each agency that has something to do and sees the referral; the others see it once it is shared."""
    for agency in sorted({row["owner"].pk for row in agreed}):
        enqueue(tasks.email_agency_about_actions, at=at, by=by, discussion_id=discussion.pk, agency_id=agency)


@transaction.atomic
def finish_action(*, action_id: uuid.UUID, by: User, at: datetime) -> StrategyAction:
    """Note that an action was done, once; again changes nothing."""
    action = (
        StrategyAction.objects.select_for_update(of=("self",)).select_related("discussion__referral").get(pk=action_id)
    )
    if not permissions.can_finish_action(by, action):
        raise CannotFinishAction("Only the agency that does it, or the hub, says that an action was done.")
    if action.done_at is not None:
        return action
    action.done_at, action.done_by = at, by
    action.save(update_fields=["done_at", "done_by"])
    audit.record(
        verb=Verb.CHANGED,
        what="strategy.action_done",
        at=at,
        actor=by,
        subject=action.discussion.referral,
        action=str(action.pk),
        is_late=london_day(at) > action.due_on,
    )
    return action


def _refuse_incomplete(
    held_at: datetime,
    outcome: StrategyOutcome | str,
    reasons: str,
    attended: Sequence[Attended],
    agreed: Sequence[Agreed],
    *,
    at: datetime,
) -> None:
    if held_at > at:
        raise CannotRecordDiscussion("The discussion cannot be in the future.")
    if outcome not in StrategyOutcome.values or not reasons:
        raise CannotRecordDiscussion("Say what was decided, and why.")
    if any(row["presence"] not in Presence.values for row in attended):
        raise CannotRecordDiscussion("Say of each agency whether it was present.")
    if len({row["agency"].pk for row in attended}) < len(attended):
        raise CannotRecordDiscussion("Name each agency once.")
    if sum(row["presence"] == Presence.PRESENT for row in attended) < FEWEST_PRESENT:
        raise CannotRecordDiscussion("A strategy discussion is between at least two agencies that are present.")
    if any(not row["what"].strip() for row in agreed):
        raise CannotRecordDiscussion("Say what each action is.")
    if any(row["due_on"] < london_day(held_at) for row in agreed):
        raise CannotRecordDiscussion("An action cannot be due before the discussion.")

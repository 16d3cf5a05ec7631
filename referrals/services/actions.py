"""Actions of meetings that are done, and actions of meetings and strategy discussions that are late: chased once."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import ItemOutcome
from referrals.models import MeetingItem, Referral, StrategyAction
from referrals.services.strategy import CannotFinishAction

MOST_AT_ONCE = 500


@transaction.atomic
def finish_meeting_action(*, item_id: uuid.UUID, by: User, at: datetime) -> MeetingItem:
    """Note that an action of a meeting was done, once; again changes nothing. The record of the meeting stands beside it."""
    item = MeetingItem.objects.select_for_update(of=("self",)).select_related("referral").get(pk=item_id)
    if not permissions.can_finish_action(by, item):
        raise CannotFinishAction("Only the agency that does it, or the hub, says that an action was done.")
    if item.outcome != ItemOutcome.ACTION:
        raise CannotFinishAction("Nothing is to be done: the meeting changed what it noted.")
    if item.done_at is not None:
        return item
    item.done_at, item.done_by = at, by
    item.save(update_fields=["done_at", "done_by"])
    is_late = item.due_on is not None and london_day(at) > item.due_on
    _record(item.referral, "meeting.action_done", item, at=at, by=by, is_late=is_late)
    return item


@transaction.atomic
def chase_late_actions(*, at: datetime) -> int:
    """Tell the owners of actions that they are late, each once; return how many. Two clocks at once chase each once."""
    today = london_day(at)
    agreed = StrategyAction.objects.late(on=today).filter(late_told_at=None).select_related("discussion__referral")
    count = 0
    for action in agreed.select_for_update(of=("self",), skip_locked=True).order_by("due_on", "pk")[:MOST_AT_ONCE]:
        StrategyAction.objects.filter(pk=action.pk).update(late_told_at=at)
        _record(action.discussion.referral, "strategy.action_chased", action, at=at)
        enqueue(tasks.email_owner_about_late_action, at=at, action_id=action.pk)
        count += 1
    noted = MeetingItem.objects.late(on=today).filter(late_told_at=None).select_related("referral")
    for item in noted.select_for_update(of=("self",), skip_locked=True).order_by("due_on", "pk")[:MOST_AT_ONCE]:
        MeetingItem.objects.filter(pk=item.pk).update(late_told_at=at)
        _record(item.referral, "meeting.action_chased", item, at=at)
        enqueue(tasks.email_owner_about_meeting_action, at=at, item_id=item.pk)
        count += 1
    return count


def _record(
    referral: Referral,
    what: str,
    action: StrategyAction | MeetingItem,
    *,
    at: datetime,
    by: User | None = None,
    **more: Any,
) -> None:
    audit.record(verb=Verb.CHANGED, what=what, at=at, actor=by, subject=referral, action=str(action.pk), **more)

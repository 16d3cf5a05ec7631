"""What every move of a challenge does: begin a stage with its limit, write it down, tell a side."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import end_of_working_days, london_day, start_of_day
from jobs.services import enqueue
from referrals import tasks
from referrals.enums import WORKING_DAYS_AT, ChallengeLevel, ChallengeState, Side, from_to
from referrals.models import Challenge


def challenge_due_at(at: datetime, *, level: int, is_risk_now: bool) -> datetime:
    """When a stage that begins now must be over: the same day when somebody is at risk now, else in working days."""
    if is_risk_now:
        return start_of_day(london_day(at) + timedelta(days=1))
    return end_of_working_days(at, WORKING_DAYS_AT[ChallengeLevel(level)])


def begin_stage(challenge: Challenge, state: ChallengeState, *, level: int, at: datetime) -> dict[str, Any]:
    """The other side's turn begins, with a limit of its own; returns what the record says of the move."""
    moved = from_to(challenge.state, state)
    challenge.state, challenge.level, challenge.late_noted_at = state, level, None
    challenge.due_at = challenge_due_at(at, level=level, is_risk_now=challenge.is_risk_now)
    challenge.save(update_fields=["state", "level", "late_noted_at", "due_at"])
    return moved


def record(challenge: Challenge, what: str, *, by: User | None, at: datetime, **details: Any) -> None:
    """Write a move into the record, beside the referral that it is about."""
    audit.record(
        verb=Verb.CHANGED,
        what=what,
        at=at,
        actor=by,
        subject=challenge.referral,
        challenge=str(challenge.pk),
        level=int(challenge.level),
        **details,
    )


def tell(challenge: Challenge, side: Side, event: str, *, by: User | None, at: datetime) -> None:
    """Have one side told by mail once this is saved."""
    enqueue(
        tasks.email_side_about_challenge, at=at, by=by, challenge_id=challenge.pk, side=str(side.value), event=event
    )

"""The queue of the hub, and how long is left."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from common.clock import working_time_left
from referrals.models import Referral

QUEUE_ORDER = ("-risk_level", "due_at", "pk")


def queue(user: User, *, at: datetime, filters: dict[str, Any] | None = None) -> QuerySet[Referral]:
    """What waits for a decision at this person's hub. Filters: risk, type, kind, late."""
    wanted = filters or {}
    waiting = Referral.objects.received_by(user.agency_id).awaiting_decision()
    if "risk" in wanted:
        waiting = waiting.filter(risk_level=wanted["risk"])
    if "type" in wanted:
        waiting = waiting.filter(types__contains=[wanted["type"]])
    if "kind" in wanted:
        waiting = waiting.filter(kind=wanted["kind"])
    if wanted.get("late"):
        waiting = waiting.overdue(at=at)
    return waiting.select_related("district", "agency")


@dataclass(frozen=True)
class QueueRow:
    """A referral of the queue with the working time until its decision is due; negative when it is late."""

    referral: Referral
    left: timedelta

    @property
    def is_late(self) -> bool:
        return self.left < timedelta()

    @property
    def left_in_words(self) -> str:
        return working_time_in_words(self.left)


def queue_rows(referrals: list[Referral], *, at: datetime) -> list[QueueRow]:
    """The working time left of each, by the hub's opening hours."""
    rows = []
    for referral in referrals:
        due = referral.due_at
        if due is None:
            continue
        # Late is late at night too, when no working time has passed since.
        left = working_time_left(at, due)
        rows.append(QueueRow(referral, min(left, timedelta(seconds=-1)) if due < at else left))
    return rows


def working_time_in_words(left: timedelta) -> str:
    """For example "3 working hours 20 minutes left" or "Late by 45 minutes of working time"."""
    minutes = int(abs(left).total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours} working hour{'' if hours == 1 else 's'}"] if hours else []
    if minutes and hours < 10:
        parts.append(f"{minutes} minute{'' if minutes == 1 else 's'}")
    words = " ".join(parts) or "less than a minute"
    if left < timedelta():
        return f"Late by {words}" if parts else "Late"
    return f"{words} left"

"""The queue of the hub: what waits, narrowed by filters, counted, and how long is left."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from common.clock import add_working_hours, london_day, working_time_left
from referrals.enums import Due, FlagKind, Holder, ReferralState, ReviewState, SentBack
from referrals.models import Assignment, Closing, Referral, Review, Share
from referrals.queries.assignment import deciders_of
from referrals.queries.protection import Protection, protection_of

QUEUE_ORDER = ("-risk_level", "due_at", "pk")
HOURS_SOON = 4
DAYS_REOPENED = 90

COLUMN_OF = {"risk": "risk_level", "kind": "kind", "area": "district", "assignee": "assigned_to"}

Filter = tuple[str, Any]


def queue(user: User, *, at: datetime, filters: Mapping[str, Any] | None = None) -> QuerySet[Referral]:
    """What waits for a decision at this person's hub, narrowed by filters: each is one that `narrowing` knows."""
    waiting = Referral.objects.received_for(user).awaiting_decision()
    for name, value in (filters or {}).items():
        waiting = waiting.filter(narrowing(name, value, user=user, at=at))
    return waiting.select_related("district", "agency", "assigned_to", "childmodule")


def narrowing(name: str, value: Any, *, user: User, at: datetime) -> Q:
    """What one filter of the queue asks of a referral: the only place that says so, for the list and for its counts."""
    if name == "type":
        return Q(types__contains=[value])
    if name == "back":
        return Q(was_sent_back(SentBack(value), at=at))
    if (name, value) == ("assignee", Holder.GONE):
        here = deciders_of(user.agency_id, on=london_day(at))
        return Q(assigned_to__isnull=False) & ~Q(assigned_to__in=here.order_by().values("pk"))
    asked = bounds(name, value, user=user, at=at)
    if isinstance(asked, Between):
        since = Q(**{f"{asked.column}__gte": asked.since}) if asked.since is not None else Q()
        return since & Q(**{f"{asked.column}__lt": asked.before})
    return Q(**{asked.column: asked.value})


@dataclass(frozen=True)
class Equals:
    """That a column holds this (None: nothing)."""

    column: str
    value: Any


@dataclass(frozen=True)
class Between:
    """That the moment in a column lies from one moment (None: from ever) up to, and without, another."""

    column: str
    since: datetime | None
    before: datetime

    def is_met(self, found: datetime | None) -> bool:
        """Whether what a column holds meets it."""
        return found is not None and found < self.before and (self.since is None or found >= self.since)


def text_of(value: Any) -> str | None:
    """What a column holds, as the address has it."""
    return None if value is None else str(value)


def bounds(name: str, value: Any, *, user: User, at: datetime) -> Equals | Between:
    """What a filter asks of one column, so that it can be asked of the database and of a row that was read."""
    match name, value:
        case "age", _:
            return Between("submitted_at", None, at - timedelta(days=int(value)))
        case "due", Due.LATE:
            return Between("due_at", None, at)
        case "due", Due.SOON:
            return Between("due_at", at, add_working_hours(at, HOURS_SOON))
        case "assignee", Holder.ME:
            return Equals("assigned_to", user.pk)
        case "assignee", Holder.NOBODY:
            return Equals("assigned_to", None)
        case (("risk" | "kind" | "area" | "assignee"), _):
            return Equals(COLUMN_OF[name], value)
    raise ValueError(f"The queue has no filter {name!r}.")


def was_sent_back(why: SentBack, *, at: datetime) -> Exists:
    """Whether something of it was sent back for this reason. Asked of one referral after the other, so that it costs no more where ever more was sent back."""
    match why:
        case SentBack.RETURNED:
            found: QuerySet[Any] = Review.objects.filter(state=ReviewState.RETURNED)
        case SentBack.REOPENED:
            found = Closing.objects.filter(reopened_at__gte=at - timedelta(days=DAYS_REOPENED))
        case SentBack.REJECTED:
            found = Share.objects.to_look_at_again()
        case SentBack.MORE:
            found = Share.objects.to_supply()
    return Exists(found.filter(referral=OuterRef("pk")))


@dataclass(frozen=True)
class QueueRow:
    """A referral of the queue with the working time until its decision is due (negative when it is late) and its age."""

    referral: Referral
    left: timedelta
    age: timedelta

    protection: Protection | None = None

    @property
    def is_late(self) -> bool:
        return self.left < timedelta()

    @property
    def flags(self) -> list[str]:
        """What stands as a flag on it, in words; of referrals of `with_flags`."""
        return [str(FlagKind(kind).label) for kind in getattr(self.referral, "flag_kinds", [])]

    @property
    def left_in_words(self) -> str:
        return working_time_in_words(self.left)

    @property
    def age_in_words(self) -> str:
        return age_in_words(self.age)


def queue_rows(referrals: list[Referral], *, at: datetime) -> list[QueueRow]:
    """The working time left of each, by the hub's opening hours. Loaded with `childmodule`, they ask nothing more."""
    rows = []
    for referral in referrals:
        due, submitted = referral.due_at, referral.submitted_at
        if due is None or submitted is None:
            continue
        # Late is late at night too, when no working time has passed since.
        left = working_time_left(at, due)
        left = min(left, timedelta(seconds=-1)) if due < at else left
        rows.append(QueueRow(referral, left, max(at - submitted, timedelta()), protection_of(referral, at=at)))
    return rows


def changed_since(ids: Iterable[uuid.UUID], *, user: User, since: datetime, at: datetime) -> int:
    """How many of these rows of the queue say something else now: decided, given, given back, amended, or late since then."""
    given = Assignment.objects.filter(Q(assigned_at__gt=since) | Q(ended_at__gt=since), referral=OuterRef("pk"))
    shown = Referral.objects.received_for(user).filter(pk__in=list(ids))
    return shown.filter(
        ~Q(state=ReferralState.RECEIVED) | Q(changed_at__gt=since) | Q(due_at__gt=since, due_at__lte=at) | Exists(given)
    ).count()


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


def age_in_words(age: timedelta) -> str:
    """How long ago something was, in its largest unit: "3 days", "5 hours", "20 minutes"."""
    minutes = int(age.total_seconds()) // 60
    for size, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"

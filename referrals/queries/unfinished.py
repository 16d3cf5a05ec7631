"""After the decision: what is not shared yet, what is not closed yet, and what is completed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import User
from common.clock import add_working_hours, london_day
from referrals.enums import NEEDS_SHARE, Due, ReferralState, Step
from referrals.models import Referral, ThresholdDecision
from referrals.queries.triage import HOURS_SOON, QueueRow, narrowing, queue_rows

COMPLETED_ORDER = ("-closed_at", "-pk")
UNFINISHED = (ReferralState.DECIDED, ReferralState.ANSWERED)
DECIDED = (*UNFINISHED, ReferralState.SHARED)


def awaits_share() -> Q:
    """What was decided on, whose pathway needs another agency, and which no agency has: its clock still runs."""
    needs = ThresholdDecision.objects.filter(referral=OuterRef("pk"), is_current=True, pathway__in=NEEDS_SHARE)
    return Q(Exists(needs), state=ReferralState.DECIDED)


def _review_due(at: datetime) -> Q:
    """Whose decision said that it is looked at again on a day that has come: a new decision, or closing, settles it."""
    due = ThresholdDecision.objects.filter(is_current=True, review_on__lte=london_day(at))
    return Q(pk__in=due.values("referral"))


def late_reviews(user: User, *, at: datetime) -> QuerySet[Referral]:
    """Where the day of such a look has gone by."""
    late = ThresholdDecision.objects.filter(is_current=True, review_on__lt=london_day(at))
    return Referral.objects.received_for(user).filter(state__in=DECIDED, pk__in=late.values("referral"))


def must_be_shared(referral: Referral, decisions: list[ThresholdDecision]) -> bool:
    """The same of one referral with all its decisions."""
    current = next((decision for decision in decisions if decision.is_current), None)
    return referral.state == ReferralState.DECIDED and current is not None and current.pathway in NEEDS_SHARE


def unfinished(user: User, *, at: datetime, filters: Mapping[str, Any] | None = None) -> QuerySet[Referral]:
    """What this person's hub decided on and has to share or to close, narrowed by filters."""
    filters = filters or {}
    received = Referral.objects.received_for(user)
    if filters.get("step") == Step.REVIEW:
        left = received.filter(_review_due(at), state__in=DECIDED)
    else:
        left = received.filter(state__in=UNFINISHED)
    for name, value in filters.items():
        left = left.filter(_narrowing(name, value, user=user, at=at))
    return _with_decision(left).select_related("district", "agency", "assigned_to", "childmodule")


def completed(user: User, *, at: datetime, filters: Mapping[str, Any] | None = None) -> QuerySet[Referral]:
    """What this person's hub has closed, narrowed by filters."""
    closed = Referral.objects.received_for(user).filter(state=ReferralState.CLOSED)
    for name, value in (filters or {}).items():
        closed = closed.filter(narrowing(name, value, user=user, at=at))
    return _with_decision(closed).select_related("district", "agency", "assigned_to", "closed_by", "childmodule")


def _with_decision(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    current = ThresholdDecision.objects.filter(is_current=True)
    return referrals.prefetch_related(Prefetch("decisions", current, to_attr="current"))


def _narrowing(name: str, value: Any, *, user: User, at: datetime) -> Q:
    match name, value:
        case "step", Step.SHARE:
            return awaits_share()
        case "step", Step.CLOSE:
            return Q(state=ReferralState.DECIDED) & ~awaits_share()
        case "step", Step.ANSWERED:
            return Q(state=ReferralState.ANSWERED)
        case "step", Step.REVIEW:
            return Q()
        case "due", Due.LATE:
            return awaits_share() & Q(due_at__lt=at)
        case "due", Due.SOON:
            return awaits_share() & Q(due_at__gte=at, due_at__lt=add_working_hours(at, HOURS_SOON))
    return narrowing(name, value, user=user, at=at)


@dataclass(frozen=True)
class UnfinishedRow:
    """A referral after its decision, what comes next, and how long is left where it must be shared."""

    referral: Referral
    decision: ThresholdDecision | None
    timing: QueueRow | None

    @property
    def step(self) -> Step:
        if self.referral.state == ReferralState.SHARED:
            return Step.REVIEW
        if self.referral.state == ReferralState.ANSWERED:
            return Step.ANSWERED
        needs = self.decision is not None and self.decision.pathway in NEEDS_SHARE
        return Step.SHARE if needs else Step.CLOSE

    @property
    def must_be_shared(self) -> bool:
        return self.step == Step.SHARE


def unfinished_rows(referrals: list[Referral], *, at: datetime) -> list[UnfinishedRow]:
    """Each with its decision and the working time left; of referrals that `unfinished` or `completed` gave."""
    timings = {row.referral.pk: row for row in queue_rows(referrals, at=at)}
    return [
        UnfinishedRow(referral, next(iter(referral.current), None), timings.get(referral.pk))  # type: ignore[attr-defined]
        for referral in referrals
    ]

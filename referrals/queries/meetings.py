"""The daily triage meeting: what is on its list."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts.models import User
from referrals.enums import ReferralState, RiskLevel, WhyListed
from referrals.models import MeetingItem, Referral, TriageMeeting

MEETINGS_ORDER = ("-day", "-pk")
LOOKS_BACK = timedelta(hours=24)
# After a weekend and a bank holiday the first meeting takes everything since the last one.
LOOKS_BACK_AT_MOST = timedelta(days=5)
MOST_ITEMS = 200


def meetings_of(user: User) -> QuerySet[TriageMeeting]:
    """The meetings of this person's hub, each with how many were listed and discussed."""
    return TriageMeeting.objects.of(user).with_counts().select_related("closed_by")


def items_of(meeting: TriageMeeting) -> list[MeetingItem]:
    """The list in the order in which it is gone through."""
    items = meeting.items.select_related("referral__assigned_to", "referral__district", "owner", "owner_agency")
    return list(items.order_by("position"))


def to_list(meeting: TriageMeeting, *, at: datetime) -> list[tuple[Referral, WhyListed]]:
    """What a meeting looks at and has not on its list yet: what waits with high risk or late, and all that came in since the
    last meeting, in the last 24 hours at the least. High risk first, then what is late, then what is new, by deadline.
    """
    earlier = TriageMeeting.objects.filter(hub=meeting.hub_id, day__lt=meeting.day).order_by("-day").first()
    since = at - LOOKS_BACK
    if earlier is not None:
        since = max(min(earlier.opened_at, since), at - LOOKS_BACK_AT_MOST)
    received = Referral.objects.received_by(meeting.hub_id).exclude(meeting_items__meeting=meeting)
    waiting = received.awaiting_decision().filter(Q(risk_level=RiskLevel.HIGH) | Q(due_at__lt=at)).by_urgency()
    new = received.submitted_between(since, at).order_by("-submitted_at", "pk")
    found = {referral.pk: referral for rows in (waiting[:MOST_ITEMS], new[:MOST_ITEMS]) for referral in rows}
    reasoned = [(referral, _why(referral, at=at)) for referral in found.values()]
    order = list(WhyListed)
    reasoned.sort(key=lambda one: (order.index(one[1]), one[0].due_at or at, one[0].pk))
    return reasoned[:MOST_ITEMS]


def _why(referral: Referral, *, at: datetime) -> WhyListed:
    if referral.risk_level == RiskLevel.HIGH:
        return WhyListed.HIGH
    if referral.state == ReferralState.RECEIVED and referral.due_at is not None and referral.due_at < at:
        return WhyListed.LATE
    return WhyListed.NEW

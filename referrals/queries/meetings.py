"""The daily triage meeting: what is on its list."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from accounts.enums import Permission
from accounts.models import User
from referrals.enums import OPEN_AT_HUB, ItemOutcome, ReferralState, RiskLevel, WhyListed
from referrals.models import MeetingItem, Referral, TriageMeeting, unrestricted
from referrals.queries.marks import has_no

MEETINGS_ORDER = ("-day", "-pk")
MEETING_ACTIONS_ORDER = ("due_on", "pk")
LOOKS_BACK = timedelta(hours=24)
# So many are added to a list at once, the most urgent and the oldest first; what is left is said, and comes with the next.
MOST_AT_ONCE = 200


def meetings_of(user: User) -> QuerySet[TriageMeeting]:
    """The meetings of this person's hub, each with how many were listed and discussed."""
    return TriageMeeting.objects.of(user).with_counts().select_related("closed_by")


def items_of(user: User, meeting: TriageMeeting) -> list[MeetingItem]:
    """The list in the order in which it is gone through, without what is closed to this person."""
    items = meeting.items.open_to(user).select_related(
        "referral__assigned_to", "referral__district", "owner", "owner_agency"
    )
    return list(items.order_by("position"))


def to_list(meeting: TriageMeeting, *, at: datetime) -> list[tuple[Referral, WhyListed]]:
    """What a meeting looks at and has not on its list yet: what waits with high risk or late, what the last meeting did not
    come to, and all that came in since it was opened, in the last 24 hours at the least, however long ago it was.

    What is restricted is on no list: the people named in it see to it. High risk first, then what is late, carried over, new; by deadline, and so the oldest of the new ones first.
    """
    candidates = _candidates(meeting, at=at)
    found = {referral.pk: referral for rows in candidates for referral in rows[:MOST_AT_ONCE]}
    carried = {referral.pk for referral in candidates[1][:MOST_AT_ONCE]}
    reasoned = [(one, _why(one, at=at, is_carried=one.pk in carried)) for one in found.values()]
    order = list(WhyListed)
    reasoned.sort(key=lambda one: (order.index(one[1]), one[0].due_at or at, one[0].pk))
    return reasoned[:MOST_AT_ONCE]


def left_off(meeting: TriageMeeting, *, at: datetime) -> bool:
    """Whether a meeting's list is not whole yet, because more belongs on it than is added at once."""
    return any(rows.exists() for rows in _candidates(meeting, at=at))


def undiscussed(meeting: TriageMeeting) -> int:
    """How many on the list the meeting has not come to."""
    return meeting.items.filter(outcome=ItemOutcome.OPEN).count()


def _candidates(meeting: TriageMeeting, *, at: datetime) -> tuple[QuerySet[Referral], ...]:
    """What waits urgently, what is carried over, and what is new; none of it on the list yet."""
    earlier = TriageMeeting.objects.filter(hub=meeting.hub_id, day__lt=meeting.day).order_by("-day").first()
    since = min(earlier.opened_at, at - LOOKS_BACK) if earlier is not None else at - LOOKS_BACK
    received = (
        Referral.objects.received_by(meeting.hub_id).filter(unrestricted()).exclude(meeting_items__meeting=meeting)
    )
    waiting = received.awaiting_decision().filter(Q(risk_level=RiskLevel.HIGH) | Q(due_at__lt=at))
    passed_over = MeetingItem.objects.filter(meeting=earlier, outcome=ItemOutcome.OPEN).values("referral")
    carried = received.filter(state__in=OPEN_AT_HUB, pk__in=passed_over)
    new = received.submitted_between(since, at)
    return waiting.by_urgency(), carried.by_urgency(), new.order_by("submitted_at", "pk")


def _why(referral: Referral, *, at: datetime, is_carried: bool) -> WhyListed:
    if referral.risk_level == RiskLevel.HIGH:
        return WhyListed.HIGH
    if referral.state == ReferralState.RECEIVED and referral.due_at is not None and referral.due_at < at:
        return WhyListed.LATE
    return WhyListed.CARRIED if is_carried else WhyListed.NEW


def meeting_items_about(referral: Referral) -> list[MeetingItem]:
    """What meetings noted of one referral, the latest first; what they did not come to is left out."""
    if has_no("meeting_items", referral):
        return []
    noted = referral.meeting_items.exclude(outcome=ItemOutcome.OPEN)
    return list(noted.select_related("meeting", "owner", "owner_agency", "done_by").order_by("-meeting__day", "pk"))


def open_meeting_actions(user: User) -> QuerySet[MeetingItem]:
    """The open actions of meetings that this person may see: the hub its own, an agency those that are its own to do."""
    actions = MeetingItem.objects.actions().open().open_to(user)
    actions = actions.select_related("referral", "meeting", "owner", "owner_agency")
    if user.may(Permission.SEE_HUB_REFERRALS):
        return actions.filter(meeting__hub=user.agency_id)
    visible = Referral.objects.visible_to(user)
    return actions.filter(owner_agency=user.agency_id, referral__in=visible)

"""The lists of who writes and of who is shared with."""

from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from referrals.enums import ANSWERED
from referrals.models import Feedback, Referral, Share, ShareSnapshot, open_to

SHARED_ORDER = ("-shared_at", "pk")
MINE_ORDER = ("-submitted_at", "pk")
ANSWERS_STAY_NEW = timedelta(days=7)


def shared_with(user: User, *, state: str = "") -> QuerySet[Share]:
    """What is shared with this person's agency now, each with the risk level as it was given, if it was (`risk_given`)."""
    last = ShareSnapshot.objects.filter(share=OuterRef("pk")).order_by("-number")
    given = Subquery(last.values("content__sections__risk__risk_level")[:1])
    shares = Share.objects.live().filter(open_to(user, of="referral"), agency=user.agency_id).annotate(risk_given=given)
    return (shares.filter(state=state) if state else shares).select_related("referral")


def drafts_of(user: User) -> QuerySet[Referral]:
    """A person's drafts, last changed first."""
    return Referral.objects.written_by(user).drafts().order_by("-changed_at", "pk")


def sent_by(user: User) -> QuerySet[Referral]:
    """What a person submitted, also what was withdrawn, with the agencies' answers and how much of what they were told is unread."""
    answers = (
        Share.objects.filter(state__in=ANSWERED, is_notice=False).select_related("agency").order_by("answered_at", "pk")
    )
    unread = Feedback.objects.unread_by(user).filter(referral=OuterRef("pk")).values("referral").annotate(n=Count("pk"))
    sent = Referral.objects.written_by(user).submitted().annotate(unread=Coalesce(Subquery(unread.values("n")), 0))
    return sent.prefetch_related(Prefetch("shares", answers, to_attr="answers"))


def newly_answered(referrals: QuerySet[Referral], *, at: datetime) -> QuerySet[Referral]:
    """Those of them that an agency answered in the last seven days."""
    recent = Share.objects.filter(state__in=ANSWERED, is_notice=False, answered_at__gte=at - ANSWERS_STAY_NEW)
    return referrals.filter(pk__in=recent.values("referral"))

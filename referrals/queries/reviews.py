"""Supervisors' reviews: what waits for whom."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.enums import Permission
from accounts.models import User
from referrals.enums import SENT
from referrals.models import Amendment, Referral, Review, open_to
from referrals.models.review import reviewers
from referrals.queries.marks import has_no

REVIEWS_ORDER = ("due_at", "pk")


def reviews_to_do(user: User) -> QuerySet[Review]:
    """What waits for this supervisor's review: the PPNs of the own team, not the own ones.

    For supervisors of the hub also those of an author without a team, of a team in which nobody else reviews, and those that
    became late: they are the next level.
    """
    if not user.may(Permission.REVIEW_REFERRAL):
        return Review.objects.none()
    theirs = Q(team=user.team_id) if user.team_id else Q(pk=None)
    if user.may(Permission.SEE_HUB_REFERRALS):
        colleagues = reviewers().filter(team=OuterRef("team")).exclude(pk=OuterRef("author"))
        theirs = theirs | Q(team=None) | Q(became_late_at__isnull=False) | Q(~Exists(colleagues))
    waiting = Review.objects.waiting().filter(theirs, referral__agency=user.agency_id, referral__state__in=SENT)
    waiting = waiting.exclude(author=user).filter(open_to(user, of="referral"))
    return waiting.select_related("referral", "author", "team")


def amendments_since_return(review: Review) -> list[Amendment]:
    """What was changed of the referral since this review was returned, the newest first: what an answer may be joined to."""
    since = review.referral.amendments.filter(amended_at__gte=review.reviewed_at).defer("before")
    return list(since.order_by("-number"))


def returned_to(user: User) -> QuerySet[Review]:
    """What was returned to its author and waits for the answer."""
    own = Review.objects.returned().filter(author=user, referral__agency=user.agency_id, referral__state__in=SENT)
    return own.filter(open_to(user, of="referral")).select_related("referral", "reviewed_by")


def reviews_of(referral: Referral) -> list[Review]:
    """Every round of a referral, the latest first."""
    if has_no("reviews", referral):
        return []
    return list(
        referral.reviews.select_related("reviewed_by", "amendment").defer("amendment__before").order_by("-number")
    )

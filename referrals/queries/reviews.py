"""Supervisors' reviews: what waits for whom."""

from django.db.models import Q, QuerySet

from accounts.enums import Permission
from accounts.models import User
from referrals.models import Referral, Review

REVIEWS_ORDER = ("due_at", "pk")


def reviews_to_do(user: User) -> QuerySet[Review]:
    """The PPNs of the own team, not the own ones, that wait for review; for hub supervisors those without a team too."""
    if not user.may(Permission.REVIEW_REFERRAL):
        return Review.objects.none()
    theirs = Q(team=user.team_id) if user.team_id else Q(pk=None)
    if user.may(Permission.SEE_HUB_REFERRALS):
        theirs |= Q(team=None)
    waiting = Review.objects.waiting().filter(theirs, referral__agency=user.agency_id).exclude(author=user)
    return waiting.select_related("referral", "author", "team")


def returned_to(user: User) -> QuerySet[Review]:
    """What was returned to its author and waits for the answer."""
    own = Review.objects.returned().filter(author=user, referral__agency=user.agency_id)
    return own.select_related("referral", "reviewed_by")


def reviews_of(referral: Referral) -> list[Review]:
    """Every round of a referral, the latest first."""
    return list(referral.reviews.select_related("reviewed_by").order_by("-number"))

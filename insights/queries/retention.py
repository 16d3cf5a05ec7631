"""What pages of retention show: the queue, what a review goes by, what stands in the way, holds and certificates."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from common.clock import london_day
from grading.enums import RoundState
from grading.models import RoundItem
from referrals import queries as referrals
from referrals.enums import PersonRole, RetentionState, RiskLevel
from referrals.models import (
    DisposalCertificate,
    LegalHold,
    Referral,
    Restriction,
    RetentionReview,
    Voiding,
)
from referrals.models.retention import RetentionReviewQuerySet

HOLDS_ORDER = ("-placed_at", "pk")
CERTIFICATES_ORDER = ("-disposed_at", "-pk")


def review_queue(user: User, *, on: date, terms: dict[str, Any]) -> RetentionReviewQuerySet:
    """Reviews of the own hub that match, with whether a hold stands; the one that is due first comes first."""
    found = RetentionReview.objects.visible_to(user).with_is_held(on=on).select_related("referral")
    state = terms.get("state")
    found = found.filter(state=state) if state else found.awaiting()
    if terms.get("group"):
        found = found.filter(group=terms["group"])
    if terms.get("held"):
        found = found.held(terms["held"] == "yes", on=on)
    if terms.get("care"):
        found = found.filter(has_child_under_ten=True)
    if terms.get("due_by"):
        found = found.filter(due_on__lte=terms["due_by"])
    return found


def restricted_reviews(user: User) -> int:
    """How many reviews of the own hub wait whose referral is restricted, so that nobody reviews them until that is lifted."""
    standing = Restriction.objects.standing().filter(referral=OuterRef("referral"))
    waiting = RetentionReview.objects.filter(Exists(standing), agency=user.agency_id).awaiting()
    return waiting.exclude(referral__conflicts__person=user).count()


def obstacles_of_grading(referral: Referral) -> list[str]:
    """Why figures are not ready for a referral to go; empty where they are."""
    unpublished = RoundItem.objects.filter(referral=referral, removal=None).exclude(round__state=RoundState.PUBLISHED)
    return ["It is in a grading round that is not published yet."] if unpublished.exists() else []


def obstacles_to(review: RetentionReview, *, at: datetime) -> list[str]:
    """All that stands in the way of disposing of it today, each as a sentence."""
    return [*referrals.in_the_way(review, at=at), *obstacles_of_grading(review.referral)]


@dataclass(frozen=True)
class ReviewFacts:
    """What a records manager goes by: about the referral, and not a word of it."""

    types: list[str]
    risk: str
    people: list[tuple[str, int]]
    youngest: int | None
    decisions: list[str]
    agencies: int
    flags: list[str]
    linked: int
    why_void: str


def facts_of(referral: Referral) -> ReviewFacts:
    people = list(referral.people.all())
    roles = Counter(person.role for person in people)
    sent = london_day(referral.submitted_at or referral.created_at)
    ages = [age for person in people if (age := person.age_on(sent)) is not None]
    void = Voiding.objects.filter(referral=referral).first()
    links = referral.links.standing().count() + referral.links_from_others.standing().count()
    return ReviewFacts(
        types=referral.types_in_words,
        risk=str(RiskLevel(referral.risk_level).label) if referral.risk_level else "Not given",
        people=[(str(role.label), roles[role]) for role in PersonRole if roles[role]],
        youngest=min(ages, default=None),
        decisions=[str(one) for one in referral.decisions.order_by("number")],
        agencies=referral.shares.values("agency").distinct().count(),
        flags=sorted({str(flag.get_kind_display()) for flag in referral.flags.all()}),
        linked=links,
        why_void=str(void.get_reason_display()) if void else "",
    )


def holds_of(referral: Referral) -> QuerySet[LegalHold]:
    return LegalHold.objects.filter(referral=referral).select_related("placed_by", "lifted_by").order_by(*HOLDS_ORDER)


def holds_seen_by(user: User, *, on: date, is_standing: bool) -> QuerySet[LegalHold]:
    found = LegalHold.objects.visible_to(user).select_related("referral", "placed_by", "lifted_by")
    return (
        found.standing(on=on)
        if is_standing
        else found.exclude(Q(lifted_at=None) & (Q(ends_on=None) | Q(ends_on__gte=on)))
    )


def earlier_reviews(review: RetentionReview) -> QuerySet[RetentionReview]:
    retained = RetentionReview.objects.filter(referral=review.referral_id, state=RetentionState.RETAINED)
    return retained.exclude(pk=review.pk).select_related("decided_by").order_by("-decided_at", "-pk")


def certificates_seen_by(user: User) -> QuerySet[DisposalCertificate]:
    """Those of the own hub. A certificate says nothing of what was restricted either."""
    return DisposalCertificate.objects.filter(agency=user.agency_id).select_related("proposed_by", "approved_by")


def counts_in_words(counts: dict[str, int]) -> list[tuple[str, int]]:
    """ "referrals.ShareAnswer" as "Share answer", for a certificate; what a later version no longer has keeps its name."""
    return [(_kind_in_words(label), count) for label, count in sorted(counts.items())]


# Where the name of the table says too little.
KINDS_IN_WORDS = {
    "accounts.IdempotentRequest": "Answer kept for a program that asks again",
    "audit.Change": "Change in its history",
    "mail.Message": "Note that a mail was sent",
    "referrals.Cpi": "Words of a CPI form",
    "referrals.Ppn": "Words of a PPN",
    "referrals.ReferralAccess": "Right of an agency to see it",
    "referrals.ReferralWords": "Words for searching",
    "referrals.PersonKeys": "Words for finding a person",
}


def _kind_in_words(label: str) -> str:
    if label in KINDS_IN_WORDS:
        return KINDS_IN_WORDS[label]
    try:
        name = str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        name = label
    return f"{name[:1].upper()}{name[1:]}"

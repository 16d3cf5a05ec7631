"""What there is about a referral, asked together with it, so that its page asks no further for what is not there."""

from django.db.models import Exists, OuterRef, QuerySet

from referrals.models import Referral

# By the names that a referral has for them, or that its shares have.
OF_REFERRAL = (
    "amendments",
    "assignments",
    "attachments",
    "challenges",
    "clarifications",
    "closings",
    "consultations",
    "copies",
    "encompass_notices",
    "feedback",
    "flags",
    "links",
    "links_from_others",
    "meeting_items",
    "reviews",
    "risk_changes",
    "shares",
    "strategy_discussions",
)


def with_marks(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """Each with `has_amendments`, `has_assignments` and so on: whether there is one, for whomever it may be."""
    found = {}
    for name in OF_REFERRAL:
        relation = Referral._meta.get_field(name)
        about = {relation.field.name: OuterRef("pk")}  # type: ignore[union-attr]
        found[f"has_{name}"] = Exists(relation.related_model._default_manager.filter(**about))  # type: ignore[union-attr]
    return referrals.annotate(**found)


def has_no(name: str, referral: Referral) -> bool:
    """Whether it is known that there is none; False too of a referral that came without marks."""
    return not getattr(referral, f"has_{name}", True)

"""The level of risk that counts, and how it came to be."""

from django.db.models import Exists, OuterRef, QuerySet

from referrals.enums import RISK_OF_COLOUR, SET_BY_OTHERS, FormKind, PoliceRag, RiskLevel
from referrals.models import Referral, RiskChange


def level_by_colour(referral: Referral) -> RiskLevel | None:
    """What the writer's colour counts as; None without a colour."""
    colour = referral.ppn.police_rag if referral.kind == FormKind.PPN else None
    return RISK_OF_COLOUR[PoliceRag(colour)] if colour is not None else None


def counts_as_high(referral: Referral) -> bool:
    """Whether a PPN is high by its level or by its colour."""
    return RiskLevel.HIGH in (referral.risk_level, level_by_colour(referral))


def with_risk_mark(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """Each with `has_risk_changes`, so that the page of one whose level was never set asks no more."""
    return referrals.annotate(has_risk_changes=Exists(RiskChange.objects.filter(referral=OuterRef("pk"))))


def risk_changes_of(referral: Referral) -> list[RiskChange]:
    """Each time the level was set to another, the latest first."""
    if not getattr(referral, "has_risk_changes", True):
        return []
    return list(referral.risk_changes.select_related("changed_by").order_by("-changed_at", "-pk"))


def is_level_set_by_others(referral: Referral) -> bool:
    """Whether a supervisor or the hub set the level, so that its writer may not lower it by an amendment."""
    return referral.risk_changes.filter(set_in__in=SET_BY_OTHERS).exists()

"""The level of risk that counts, and how it came to be."""

from referrals.enums import RISK_OF_COLOUR, SET_BY_OTHERS, FormKind, PoliceRag, RiskLevel
from referrals.models import Referral, RiskChange
from referrals.queries.marks import has_no


def level_by_colour(referral: Referral) -> RiskLevel | None:
    """What the writer's colour counts as; None without a colour."""
    colour = referral.ppn.police_rag if referral.kind == FormKind.PPN else None
    return RISK_OF_COLOUR[PoliceRag(colour)] if colour is not None else None


def counts_as_high(referral: Referral) -> bool:
    """Whether a PPN is high by its level or by its colour."""
    return RiskLevel.HIGH in (referral.risk_level, level_by_colour(referral))


def risk_changes_of(referral: Referral) -> list[RiskChange]:
    """Each time the level was set to another, the latest first."""
    if has_no("risk_changes", referral):
        return []
    return list(referral.risk_changes.select_related("changed_by").order_by("-changed_at", "-pk"))


def is_level_set_by_others(referral: Referral) -> bool:
    """Whether a supervisor or the hub set the level, so that its writer may not lower it by an amendment."""
    return referral.risk_changes.filter(set_in__in=SET_BY_OTHERS).exists()

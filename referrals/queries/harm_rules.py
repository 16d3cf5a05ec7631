"""By which rules a hub speaks of cumulative harm on a day, and all versions of them."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch

from accounts.models import User
from referrals.enums import FIRST_CUMULATIVE_RULES, CumulativeRule, CumulativeRules, RiskLevel
from referrals.models import HarmRule, HarmRules

RULE_ORDER = ("highest_risk", "months", "count")


def rules_in_force(hub_id: uuid.UUID | None, *, on: date) -> CumulativeRules:
    """The version of this hub that counts on that day; where it set none, the one that the service comes with. One query."""
    version = HarmRules.objects.filter(hub=hub_id).in_force(on=on).values("pk")[:1]
    rules = list(HarmRule.objects.filter(version__in=version).select_related("version").order_by(*RULE_ORDER))
    if not rules:
        return FIRST_CUMULATIVE_RULES
    return CumulativeRules(as_rules(rules), rules[0].version.valid_from)


def as_rules(rules: list[HarmRule]) -> tuple[CumulativeRule, ...]:
    """The rows of a version, in their order, as the pure functions take them."""
    return tuple(CumulativeRule(one.count, one.months, RiskLevel(one.highest_risk)) for one in rules)


@dataclass(frozen=True)
class Version:
    """One version as a page shows it."""

    day: date
    rules: tuple[CumulativeRule, ...]
    reason: str
    added_by: User
    added_at: datetime


def harm_rules_of(hub_id: uuid.UUID | None) -> list[Version]:
    """Every version of this hub, the newest first. Two queries."""
    ordered = Prefetch("rules", HarmRule.objects.order_by(*RULE_ORDER), to_attr="ordered")
    versions = HarmRules.objects.filter(hub=hub_id).select_related("added_by").prefetch_related(ordered)
    return [
        Version(one.valid_from, as_rules(one.ordered), one.reason, one.added_by, one.added_at)  # type: ignore[attr-defined]
        for one in versions.order_by("-valid_from")
    ]

"""The rules by which a hub speaks of cumulative harm: one row for each version, from the day on which it counts, with its rules."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Agency, User
from referrals.enums import MOST_COUNTED, MOST_MONTHS, RiskLevel


class HarmRulesQuerySet(models.QuerySet["HarmRules"]):
    def in_force(self, *, on: date) -> Self:
        """Those that have begun, the one that counts first."""
        return self.filter(valid_from__lte=on).order_by("-valid_from")


class HarmRules(models.Model):
    """One version. It is never changed: patterns say by which one they are seen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hub = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    valid_from = models.DateField()
    reason = models.CharField(max_length=500, help_text="Why the hub sets them so")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = HarmRulesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "harm rules"
        constraints = [
            models.UniqueConstraint(
                fields=["hub", "valid_from"],
                name="harm_rules_one_version_from_a_day",
                violation_error_message="There are rules from that day already.",
            ),
            models.CheckConstraint(
                name="harm_rules_say_why",
                condition=~Q(reason=""),
                violation_error_message="Say why the rules are set so.",
            ),
        ]

    def __str__(self) -> str:
        return f"Rules from {self.valid_from}"


class HarmRule(models.Model):
    """So many referrals of one person in so many months, none above this risk."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(HarmRules, on_delete=models.PROTECT, related_name="rules", db_index=False)
    count = models.PositiveSmallIntegerField()
    months = models.PositiveSmallIntegerField()
    highest_risk = models.PositiveSmallIntegerField(choices=RiskLevel)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "months", "highest_risk"],
                name="harm_rule_one_for_risk_and_months",
                violation_error_message="One rule for the same risk and months is enough.",
            ),
            models.CheckConstraint(
                name="harm_rule_counts_what_can_be_a_pattern",
                condition=Q(count__gte=2, count__lte=MOST_COUNTED, months__gte=1, months__lte=MOST_MONTHS),
                violation_error_message=f"A pattern is of 2 to {MOST_COUNTED} referrals in 1 to {MOST_MONTHS} months.",
            ),
            models.CheckConstraint(name="harm_rule_has_a_risk", condition=Q(highest_risk__in=RiskLevel.values)),
        ]

    def __str__(self) -> str:
        return f"{self.count} in {self.months} months"

"""The level of risk that counts was set to another than it was: by whom, where, and why."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from referrals.enums import RiskLevel, RiskSetIn
from referrals.models.referral import Referral


class RiskChange(models.Model):
    """One change of a referral's risk level by another rule or person than its writer's answer. Kept for good."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="risk_changes")
    set_in = models.CharField(max_length=8, choices=RiskSetIn)
    old_level = models.PositiveSmallIntegerField(choices=RiskLevel)
    new_level = models.PositiveSmallIntegerField(choices=RiskLevel)
    reason = models.TextField(help_text="For the hub and the supervisor")
    may_be_told = models.TextField(help_text="To who wrote it")
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="risk_change_leads_to_another_level", condition=~Q(old_level=F("new_level"))),
            models.CheckConstraint(
                name="risk_change_says_why_and_what_may_be_told", condition=~Q(reason="") & ~Q(may_be_told="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral}: {self.get_old_level_display()} to {self.get_new_level_display()}"

    @property
    def is_raised(self) -> bool:
        return self.new_level > self.old_level

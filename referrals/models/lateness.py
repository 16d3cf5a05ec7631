"""That a referral's decision, or its sharing, became late: written down once, by the clock."""

import uuid

from django.db import models

from referrals.enums import Lateness
from referrals.models.referral import Referral


class LateDecision(models.Model):
    """A decision, or the sharing that it needs, became late or very late: kept for later figures, whatever becomes of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="late_decisions")
    lateness = models.CharField(max_length=10, choices=Lateness)
    due_at = models.DateTimeField(help_text="The deadline that passed")
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "lateness"], name="late_decision_is_noted_once"),
            models.CheckConstraint(
                name="late_decision_is_noted_after_it_was_due", condition=models.Q(noted_at__gt=models.F("due_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral}: {self.get_lateness_display()}"

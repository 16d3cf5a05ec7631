"""The threshold decision: kept for ever; a new one supersedes, never overwrites."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import User
from referrals.enums import Level, Pathway
from referrals.models.referral import Referral


class ThresholdDecision(models.Model):
    """Level and pathway, how they were reached, by whom and when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    level = models.PositiveSmallIntegerField(choices=Level)
    pathway = models.CharField(max_length=24, choices=Pathway)
    rationale = models.TextField()
    what_would_change_this = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="threshold_decision_numbered_once"),
            models.UniqueConstraint(
                fields=["referral"], condition=Q(is_current=True), name="threshold_decision_one_is_current"
            ),
            models.CheckConstraint(
                name="threshold_decision_to_do_nothing_says_what_would_change_it",
                condition=~Q(pathway=Pathway.NO_FURTHER_ACTION) | ~Q(what_would_change_this=""),
                violation_error_message="Say what would change a decision to take no further action.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}, {self.get_pathway_display()}"

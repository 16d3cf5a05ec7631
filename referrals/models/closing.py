"""How the hub's work on a referral ended: each closing with its reopening, or the withdrawal of what should not have been sent."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from referrals.enums import VoidReason
from referrals.models.referral import Referral


class Closing(models.Model):
    """One closing, what was left open with it and why, and, once it is reopened, by whom and why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="closings")
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    left_open_because = models.TextField(blank=True)
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    reopened_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(reopened_at=None), name="closing_one_stands_for_a_referral"
            ),
            models.CheckConstraint(
                name="closing_reopened_says_who_when_and_why",
                condition=(Q(reopened_at__gte=F("closed_at"), reopened_by__isnull=False) & ~Q(reopened_because=""))
                | Q(reopened_at=None, reopened_by=None, reopened_because=""),
            ),
        ]
        indexes = [
            models.Index(fields=["reopened_at"], name="closing_reopened", condition=Q(reopened_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"Closing of {self.referral}"


class Voiding(models.Model):
    """Why a referral was withdrawn; once, and not taken back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="voiding")
    reason = models.CharField(max_length=12, choices=VoidReason)
    words = models.TextField()
    kept = models.ForeignKey(
        Referral,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="The referral that stands, of which this is the duplicate",
    )
    voided_at = models.DateTimeField()
    voided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="voiding_says_why_in_words", condition=~Q(words="")),
            models.CheckConstraint(
                name="voiding_of_a_duplicate_names_the_other",
                condition=Q(reason=VoidReason.DUPLICATE, kept__isnull=False)
                | (~Q(reason=VoidReason.DUPLICATE) & Q(kept=None)),
            ),
            models.CheckConstraint(
                name="voiding_keeps_another_than_itself", condition=Q(kept=None) | ~Q(kept=F("referral"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral}: {self.get_reason_display()}"

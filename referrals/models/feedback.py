"""What the person who wrote a referral is told of it, and that they read it."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from referrals.enums import FeedbackKind
from referrals.models.answer import ShareAnswer
from referrals.models.decision import ThresholdDecision
from referrals.models.referral import Referral


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def unread_by(self, user: User) -> Self:
        """What this person was told and has not acknowledged, of referrals that are theirs still."""
        return self.filter(recipient=user, acknowledged_at=None, referral__agency=user.agency_id)


class Feedback(models.Model):
    """One thing that the writer is told: a decision, an answer, something to learn, or thanks."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="feedback")
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=FeedbackKind)
    words = models.TextField(blank=True)
    decision = models.OneToOneField(ThresholdDecision, null=True, blank=True, on_delete=models.PROTECT)
    answer = models.OneToOneField(ShareAnswer, null=True, blank=True, on_delete=models.PROTECT)
    told_at = models.DateTimeField()
    told_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "feedback"
        constraints = [
            models.CheckConstraint(
                name="feedback_acknowledged_by_its_recipient",
                condition=Q(
                    acknowledged_at__isnull=False, acknowledged_by__isnull=False, acknowledged_by=F("recipient")
                )
                | Q(acknowledged_at=None, acknowledged_by=None),
            ),
            models.CheckConstraint(
                name="feedback_is_about_what_it_says",
                condition=Q(kind=FeedbackKind.DECISION, decision__isnull=False, answer=None)
                | Q(kind=FeedbackKind.ANSWER, decision=None, answer__isnull=False)
                | (Q(kind__in=[FeedbackKind.LEARNING, FeedbackKind.THANKS], decision=None, answer=None) & ~Q(words="")),
            ),
        ]
        indexes = [models.Index(fields=["recipient"], name="feedback_unread", condition=Q(acknowledged_at=None))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.referral}"

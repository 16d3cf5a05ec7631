"""A share: one agency's access to one referral, why, and what the agency answered."""

import uuid
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Agency, User
from referrals.enums import ANSWERED, LawfulBasis, Missing, RejectionReason, ShareState
from referrals.models.referral import Referral


class ShareQuerySet(models.QuerySet["Share"]):
    def live(self) -> Self:
        return self.exclude(state=ShareState.ENDED)

    def waiting(self) -> Self:
        return self.filter(state=ShareState.WAITING)

    def late(self, *, at: datetime) -> Self:
        """Those whose answer was due and has not come."""
        return self.waiting().filter(answer_due_at__lt=at)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Share(models.Model):
    """The record of a disclosure, and the receiving agency's answer to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="shares")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="shares")
    state = models.CharField(max_length=12, choices=ShareState, default=ShareState.WAITING)
    lawful_basis = models.CharField(max_length=24, choices=LawfulBasis)
    reason = models.TextField()
    shared_at = models.DateTimeField()
    shared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answer_due_at = models.DateTimeField()
    first_opened_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rejection_reason = models.CharField(max_length=26, choices=RejectionReason, blank=True)
    answer = models.TextField(blank=True, help_text="The agency's words to the hub and the referrer")
    missing = ArrayField(models.CharField(max_length=16, choices=Missing), default=list, db_default=[], blank=True)
    late_told_at = models.DateTimeField(null=True, blank=True, help_text="When the agency was told that it is late")
    silence_told_at = models.DateTimeField(
        null=True, blank=True, help_text="When hub and referrer were told that no answer came"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    end_reason = models.TextField(blank=True)

    objects = ShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "agency"],
                condition=~Q(state=ShareState.ENDED),
                name="share_once_with_an_agency_at_a_time",
                violation_error_message="This referral is shared with that agency already.",
            ),
            models.CheckConstraint(
                name="share_answered_says_who_and_when",
                condition=Q(state__in=ANSWERED, answered_at__isnull=False, answered_by__isnull=False)
                | Q(state=ShareState.WAITING, answered_at=None, answered_by=None)
                | Q(state=ShareState.ENDED, answered_at=None, answered_by=None)
                | Q(state=ShareState.ENDED, answered_at__isnull=False, answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="share_rejected_gives_a_reason",
                condition=~Q(state=ShareState.REJECTED) | (~Q(rejection_reason="") & ~Q(answer="")),
                violation_error_message="Say why, from the list and in words.",
            ),
            models.CheckConstraint(
                name="share_ended_says_who_when_and_why",
                condition=(
                    Q(state=ShareState.ENDED, ended_at__isnull=False, ended_by__isnull=False) & ~Q(end_reason="")
                )
                | (~Q(state=ShareState.ENDED) & Q(ended_at=None, ended_by=None, end_reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state", "-shared_at"], name="share_by_agency"),
            models.Index(fields=["answer_due_at", "id"], name="share_waiting", condition=Q(state=ShareState.WAITING)),
        ]

    def __str__(self) -> str:
        return f"{self.referral} to {self.agency}"

    def is_late(self, *, at: datetime) -> bool:
        return self.state == ShareState.WAITING and self.answer_due_at < at

"""Who has a referral at the hub: a row for each time it was given to somebody; the earlier ones are kept."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from referrals.models.referral import Referral


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def current(self) -> Self:
        return self.filter(ended_at=None)


class Assignment(models.Model):
    """That a decision-maker has a referral, from when until when. Kept in step with `Referral.assigned_to`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When somebody else got it, or it was given back")
    ended_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"],
                condition=Q(ended_at=None),
                name="assignment_one_is_current",
                violation_error_message="Somebody has this referral already.",
            ),
            models.CheckConstraint(
                name="assignment_ended_says_who_and_when",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(
                name="assignment_ends_no_sooner_than_it_begins",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("assigned_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral}: {self.person}"

"""That somebody who walked in without an account is the person of an account: confirmed by hand, and undone with a reason."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from partners.models.bookings import Booking, Delegate

LONGEST_REASON = 300


class WalkInJoinQuerySet(models.QuerySet["WalkInJoin"]):
    def standing(self) -> Self:
        return self.filter(undone_at=None)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class WalkInJoin(models.Model):
    """One walk-in, as whom they were entered and whose account it is. The database lets a booking change its person by this alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="joins", db_index=False)
    delegate = models.ForeignKey(Delegate, on_delete=models.PROTECT, related_name="+", help_text="As they were entered")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", help_text="Whose account it is")
    joined_at = models.DateTimeField()
    joined_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    undone_reason = models.CharField(max_length=LONGEST_REASON, blank=True)

    objects = WalkInJoinQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["booking"], name="walk_in_joined_once_at_a_time", condition=Q(undone_at=None)
            ),
            models.CheckConstraint(
                name="walk_in_join_undone_says_who_when_and_why",
                condition=Q(undone_at=None, undone_by=None, undone_reason="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_reason="")),
                violation_error_message="Say why it is undone.",
            ),
        ]
        indexes = [models.Index(fields=["booking", "joined_at"], name="walk_in_join_by_booking")]

    def __str__(self) -> str:
        return f"Join {self.pk}"

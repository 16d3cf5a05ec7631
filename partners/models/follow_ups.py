"""What became of a session three months later: whether it was used, how, and what changed; told on to others where the person agrees."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Agency, User
from partners.enums import Used
from partners.models.bookings import Booking

LONGEST = 1000


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def to_tell(self, agency: Agency | None) -> Self:
        """Stories of sessions of that force that their people agreed to have told, and that no trainer has set aside."""
        told = Q(booking__session__host=agency, may_tell=True, taken_back_at=None, set_aside_at=None)
        return self.filter(told) if agency else self.none()

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class FollowUp(models.Model):
    """What one person answered, once. Whose it is, nobody reads but they; what they agreed to is told without name and agency."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="follow_up")
    used = models.CharField(max_length=7, choices=Used)
    how = models.CharField(max_length=LONGEST, blank=True, help_text="How it was used")
    changed = models.CharField(max_length=LONGEST, blank=True, help_text="What changed by it")
    may_tell = models.BooleanField(help_text="Agrees that it is told without name and agency")
    answered_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True, help_text="When the person took the agreement back")
    set_aside_at = models.DateTimeField(null=True, blank=True, help_text="When a trainer set the story aside")
    set_aside_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="follow_up_that_was_used_says_how", condition=~Q(used=Used.YES) | ~Q(how="")),
            models.CheckConstraint(
                name="follow_up_is_told_where_it_was_used", condition=Q(may_tell=False) | Q(used=Used.YES)
            ),
            models.CheckConstraint(
                name="follow_up_taken_back_was_agreed_to", condition=Q(taken_back_at=None) | Q(may_tell=True)
            ),
            models.CheckConstraint(
                name="follow_up_set_aside_says_who_and_when",
                condition=Q(set_aside_at=None, set_aside_by=None)
                | Q(set_aside_at__isnull=False, set_aside_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["-answered_at", "-id"], name="follow_up_to_tell", condition=Q(may_tell=True)),
        ]

    def __str__(self) -> str:
        return f"Follow-up {self.pk}"

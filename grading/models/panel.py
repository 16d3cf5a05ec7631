"""Who grades a PPN no longer, and why."""

import uuid

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from grading.enums import DepartureKind
from grading.models.rounds import RoundItem


class Departure(models.Model):
    """That somebody who was assigned a PPN did not grade it: replaced by the supervisor, or because they know whom it is about.

    Kept for good. They are not given the same PPN again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(RoundItem, on_delete=models.PROTECT, related_name="departures")
    grader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=DepartureKind)
    reason = models.TextField()
    left_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "grader"], name="departure_once_from_an_item"),
            models.CheckConstraint(
                name="departure_says_why", condition=~Q(reason=""), violation_error_message="Say why."
            ),
            models.CheckConstraint(
                name="departure_for_a_conflict_is_declared_by_the_grader",
                condition=~Q(kind=DepartureKind.CONFLICT) | Q(recorded_by=F("grader")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.grader_id}"

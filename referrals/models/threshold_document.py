"""The threshold document of an area: one row for each version, from the day on which it counts."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import Area, User


class ThresholdDocumentQuerySet(models.QuerySet["ThresholdDocument"]):
    def in_force(self, *, on: date) -> Self:
        """Those that have begun, first the one that counts: that of an area before one for all, the newest first."""
        begun = self.filter(valid_from__lte=on)
        return begun.order_by(F("area").asc(nulls_last=True), "-valid_from")


class ThresholdDocument(models.Model):
    """One version. It is never changed: decisions say which one they were made by."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area = models.ForeignKey(
        Area,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The local authority; none for all that have no document of their own",
    )
    title = models.CharField(max_length=120)
    valid_from = models.DateField()
    link = models.URLField(blank=True)
    kept_at = models.CharField(max_length=200, blank=True, help_text="Where it is filed, where there is no link")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = ThresholdDocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "valid_from"],
                nulls_distinct=False,
                name="threshold_document_one_from_a_day",
                violation_error_message="There is a document for this area from that day already.",
            ),
            models.CheckConstraint(
                name="threshold_document_can_be_found",
                condition=~Q(title="") & (~Q(link="") | ~Q(kept_at="")),
                violation_error_message="Give the link, or say where it is filed.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

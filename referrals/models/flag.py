"""A warning that the hub put on a referral, or on somebody named in it."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from referrals.enums import FlagKind
from referrals.models.people import Person
from referrals.models.referral import Referral


class FlagQuerySet(models.QuerySet["Flag"]):
    def standing(self) -> Self:
        """Those that nobody cleared."""
        return self.filter(cleared_at=None)


class Flag(models.Model):
    """What somebody has to know before they act. Clearing it says why and keeps the row. For the hub alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="flags")
    person = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="flags",
        help_text="Of the referral; without one it is about the referral",
    )
    kind = models.CharField(max_length=18, choices=FlagKind)
    words = models.TextField()
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    clear_reason = models.TextField(blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="flag_says_why", condition=~Q(words="")),
            models.UniqueConstraint(
                fields=["referral", "person", "kind"],
                condition=Q(cleared_at=None),
                nulls_distinct=False,
                name="flag_stands_once_for_a_kind",
                violation_error_message="This flag stands already.",
            ),
            models.CheckConstraint(
                name="flag_cleared_says_who_when_and_why",
                condition=(
                    Q(cleared_at__isnull=False, cleared_at__gte=F("raised_at"), cleared_by__isnull=False)
                    & ~Q(clear_reason="")
                )
                | Q(cleared_at=None, cleared_by=None, clear_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

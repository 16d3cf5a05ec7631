"""That two referrals belong together, and how."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from accounts.models import User
from referrals.enums import LinkKind
from referrals.models.referral import Referral


class ReferralLinkQuerySet(models.QuerySet["ReferralLink"]):
    def standing(self) -> Self:
        """Those that nobody removed."""
        return self.filter(removed_at=None)

    def of_pair(self, one: Referral, other: Referral) -> Self:
        """Between these two, whichever of them it was made on."""
        return self.filter(Q(referral=one, other=other) | Q(referral=other, other=one))


class ReferralLink(models.Model):
    """Made by somebody of the hub on one of the two, shown on both. Removing it says why and keeps the row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="links_from_others")
    kind = models.CharField(max_length=18, choices=LinkKind)
    words = models.TextField(help_text="Why they belong together")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    removal_reason = models.TextField(blank=True)

    objects = ReferralLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="referral_link_leads_to_another", condition=~Q(referral=F("other"))),
            models.CheckConstraint(name="referral_link_says_why", condition=~Q(words="")),
            models.UniqueConstraint(
                Least("referral", "other"),
                Greatest("referral", "other"),
                "kind",
                condition=Q(removed_at=None),
                name="referral_link_once_a_pair_and_kind",
                violation_error_message="These two are linked in this way already.",
            ),
            models.CheckConstraint(
                name="referral_link_removed_says_who_when_and_why",
                condition=(
                    Q(removed_at__isnull=False, removed_at__gte=F("made_at"), removed_by__isnull=False)
                    & ~Q(removal_reason="")
                )
                | Q(removed_at=None, removed_by=None, removal_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral}: {self.get_kind_display()} {self.other}"

"""A share: one agency's access to one referral, why, and what the agency answered."""

import uuid
from datetime import datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Agency, User
from referrals.enums import ANSWERED, OPEN_AT_HUB, LawfulBasis, Missing, RejectionReason, RiskLevel, ShareState
from referrals.models.referral import Referral


class ShareQuerySet(models.QuerySet["Share"]):
    def live(self) -> Self:
        return self.exclude(state=ShareState.ENDED)

    def waiting(self) -> Self:
        return self.filter(state=ShareState.WAITING)

    def awaited(self) -> Self:
        """Those whose answer somebody waits for: a notice to a school is acknowledged and not answered."""
        return self.waiting().filter(is_notice=False)

    def late(self, *, at: datetime) -> Self:
        """Those whose answer was due and has not come."""
        return self.awaited().filter(answer_due_at__lt=at)

    def to_supply(self) -> Self:
        """Those whose agency waits for what it said was missing."""
        return self.filter(state=ShareState.FURTHER_WORK, referral__state__in=OPEN_AT_HUB)

    def to_look_at_again(self) -> Self:
        """Those that were rejected, and that nobody of the hub has looked at since."""
        return self.filter(state=ShareState.REJECTED, settled_at=None, referral__state__in=OPEN_AT_HUB)

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
    is_notice = models.BooleanField(
        default=False, db_default=False, help_text="A notice to a school, which says that it has it"
    )
    supply_due_at = models.DateTimeField(
        null=True, blank=True, help_text="By when the agency is sent what it said was missing"
    )
    supply_told_at = models.DateTimeField(
        null=True, blank=True, help_text="When hub and referrer were told that it is late"
    )
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When the hub looked again at what was rejected")
    settled_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    handed_to = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="Who of the agency was given the printed pack"
    )
    handed_at = models.DateTimeField(null=True, blank=True)
    handed_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
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
                name="share_looked_at_again_says_who_and_when",
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
            models.CheckConstraint(
                name="share_handed_over_says_who_when_and_to_whom",
                condition=(Q(handed_at__isnull=False, handed_by__isnull=False) & ~Q(handed_to=""))
                | Q(handed_at=None, handed_by=None, handed_to=""),
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
            # An agency's list in its own order, whatever the state: without it all that it was ever given would be sorted.
            models.Index(
                fields=["agency", "-shared_at", "id"], name="share_newest_first", condition=~Q(state=ShareState.ENDED)
            ),
            models.Index(fields=["answer_due_at", "id"], name="share_waiting", condition=Q(state=ShareState.WAITING)),
            models.Index(
                fields=["answered_at", "referral"],
                name="share_answered",
                condition=Q(state__in=ANSWERED, is_notice=False),
            ),
            models.Index(
                fields=["answered_at", "id"], name="share_to_supply", condition=Q(state=ShareState.FURTHER_WORK)
            ),
            models.Index(
                fields=["answered_at", "id"],
                name="share_to_look_at_again",
                condition=Q(state=ShareState.REJECTED, settled_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral} to {self.agency}"

    def is_late(self, *, at: datetime) -> bool:
        return self.state == ShareState.WAITING and not self.is_notice and self.answer_due_at < at

    @property
    def risk_given_in_words(self) -> str:
        """The risk level as the agency was given it, where a list found it out (`risk_given`) and the agency was."""
        level: int | None = getattr(self, "risk_given", None)
        return str(RiskLevel(level).label) if level else ""

    @property
    def missing_in_words(self) -> list[str]:
        return [str(Missing(code).label) for code in self.missing]

    @property
    def state_in_words(self) -> str:
        """Its state as it is read: a school has a notice, or has not said so."""
        if self.is_notice and self.state == ShareState.ACCEPTED:
            return "The school has the notice"
        if self.is_notice and self.state == ShareState.WAITING:
            return "The school has not said that it has the notice"
        return self.get_state_display()

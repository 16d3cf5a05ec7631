"""A strategy discussion: who was invited, who came, what each shared, what was decided, and who does what by when."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Agency, User
from referrals.enums import Presence, StrategyOutcome
from referrals.models.referral import Referral


class StrategyDiscussion(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="strategy_discussions")
    held_at = models.DateTimeField()
    outcome = models.CharField(max_length=20, choices=StrategyOutcome)
    reasons = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="strategy_discussion_was_held_before_it_is_recorded",
                condition=Q(held_at__lte=models.F("recorded_at")),
            ),
            models.CheckConstraint(name="strategy_discussion_gives_its_reasons", condition=~Q(reasons="")),
        ]

    def __str__(self) -> str:
        return f"Strategy discussion on {self.referral}"


class StrategyAttendance(models.Model):
    """An agency that was invited."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    discussion = models.ForeignKey(StrategyDiscussion, on_delete=models.CASCADE, related_name="attendances")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    presence = models.CharField(max_length=8, choices=Presence)
    shared = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["discussion", "agency"], name="strategy_attendance_once_an_agency")
        ]

    def __str__(self) -> str:
        return f"{self.agency}: {self.get_presence_display()}"


class StrategyActionQuerySet(models.QuerySet["StrategyAction"]):
    def open(self) -> Self:
        return self.filter(done_at=None)

    def late(self, *, on: date) -> Self:
        return self.open().filter(due_on__lt=on)


class StrategyAction(models.Model):
    """What one agency does by a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    discussion = models.ForeignKey(StrategyDiscussion, on_delete=models.PROTECT, related_name="actions")
    what = models.TextField()
    owner = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    due_on = models.DateField()
    late_told_at = models.DateTimeField(null=True, blank=True, help_text="When its owner was told that it is late")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = StrategyActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="strategy_action_says_what", condition=~Q(what="")),
            models.CheckConstraint(
                name="strategy_action_done_says_who_and_when",
                condition=Q(done_at__isnull=False, done_by__isnull=False) | Q(done_at=None, done_by=None),
            ),
        ]
        indexes = [models.Index(fields=["due_on", "id"], name="strategy_action_open", condition=Q(done_at=None))]

    def __str__(self) -> str:
        return f"{self.owner} by {self.due_on}"

    @property
    def referral(self) -> Referral:
        """What it is about."""
        return self.discussion.referral

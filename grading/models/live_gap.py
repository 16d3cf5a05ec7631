"""A live gap: a reviewer found that somebody may be at risk now, because nothing was shared. It is a task, not a finding."""

import uuid
from datetime import date, datetime
from typing import Self

from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThanOrEqual
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from common.clock import london_day
from grading.models.dip_sample import IncidentReview, SampledIncident

SHORTEST_OUTCOME = 20


class LiveGapQuerySet(models.QuerySet["LiveGap"]):
    def visible_to(self, user: User) -> Self:
        """All of the own force for those who run its dip samples; their own for those who review."""
        if user.agency_id is None:
            return self.none()
        own = self.filter(force=user.agency_id)
        if user.may(Permission.RUN_DIP_SAMPLES):
            return own
        return own.filter(raised_by=user) if user.may(Permission.REVIEW_INCIDENTS) else self.none()

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def closed(self) -> Self:
        return self.filter(closed_at__isnull=False)

    def overdue(self, *, at: datetime) -> Self:
        return self.open().filter(due_at__lte=at)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class LiveGap(models.Model):
    """Raised with a review, closed by a supervisor with what was done.

    A database trigger keeps what was raised, and what was closed, as it was: correcting the review takes nothing back. What the
    correction says stands beside it, see `LiveGapCorrection`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    sampled = models.ForeignKey(SampledIncident, on_delete=models.PROTECT, related_name="live_gaps")
    review = models.ForeignKey(IncidentReview, on_delete=models.PROTECT, related_name="live_gaps")
    what = models.TextField(help_text="What is wrong: why the reviewer thinks what they think, as they wrote it then")
    done_at_once = models.TextField(help_text="What the reviewer did before anybody else was told")
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(help_text="The end of the day on which it was raised, in London")
    outcome = models.TextField(
        blank=True, validators=[MinLengthValidator(SHORTEST_OUTCOME)], help_text="What was done for who may be at risk"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = LiveGapQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review"], condition=Q(closed_at=None), name="live_gap_one_open_per_review"
            ),
            models.CheckConstraint(
                name="live_gap_says_what_is_wrong_and_what_was_done", condition=~Q(what="") & ~Q(done_at_once="")
            ),
            models.CheckConstraint(name="live_gap_is_due_after_it_was_raised", condition=Q(due_at__gt=F("raised_at"))),
            models.CheckConstraint(
                name="live_gap_closed_says_who_when_and_what_was_done",
                condition=Q(closed_at=None, closed_by=None, outcome="")
                | (
                    Q(closed_at__gte=F("raised_at"), closed_by__isnull=False)
                    & Q(GreaterThanOrEqual(Length(Trim("outcome")), SHORTEST_OUTCOME))
                ),
                violation_error_message=f"Say what was done in at least {SHORTEST_OUTCOME} characters.",
            ),
        ]
        indexes = [
            models.Index(fields=["force", "due_at"], condition=Q(closed_at=None), name="live_gap_open_by_due"),
        ]

    def __str__(self) -> str:
        return "Live gap"

    def get_absolute_url(self) -> str:
        return reverse("grading:live_gap", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def due_on(self) -> date:
        """The day at whose end it is due."""
        return london_day(self.raised_at)

    def is_overdue(self, at: datetime) -> bool:
        """Whether its day ended before it was closed, or before now."""
        return (self.closed_at or at) >= self.due_at


class LiveGapCorrectionQuerySet(models.QuerySet["LiveGapCorrection"]):
    def in_order(self) -> Self:
        return self.order_by("number")


class LiveGapCorrection(models.Model):
    """Other words that the reviewer wrote while the gap was open; a database trigger keeps them as they were."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gap = models.ForeignKey(LiveGap, on_delete=models.PROTECT, related_name="corrections")
    number = models.PositiveSmallIntegerField(help_text="1 came first")
    what = models.TextField(help_text="What is wrong, as the reviewer wrote it then")
    done_at_once = models.TextField(blank=True, help_text="What the reviewer did; empty: nobody is at risk after all")
    corrected_at = models.DateTimeField()
    corrected_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = LiveGapCorrectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gap", "number"], name="live_gap_correction_numbered_once"),
            models.CheckConstraint(name="live_gap_correction_says_what_is_wrong", condition=~Q(what="")),
            models.CheckConstraint(name="live_gap_correction_numbers_begin_at_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"Correction {self.number}"


class LiveGapReading(models.Model):
    """Somebody read what a first reviewer raised while the second review was to come: they no longer are an independent reader."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gap = models.ForeignKey(LiveGap, on_delete=models.PROTECT, related_name="readings")
    reader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gap", "reader"], name="live_gap_reading_one_per_reader")]

    def __str__(self) -> str:
        return "Reading of a live gap"

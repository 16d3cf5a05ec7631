"""Follow-up work and the sign of life of workers."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models


class JobQuerySet(models.QuerySet["Job"]):
    def unfinished(self) -> Self:
        return self.filter(finished_at=None)

    def given_up(self) -> Self:
        """Tried as often as anything is tried, and still not done: somebody has to look."""
        return self.filter(given_up_at__isnull=False)

    def to_nudge(self, *, at: datetime) -> Self:
        """Claimable, and not nudged only a moment ago."""
        return self.claimable(at=at).filter(models.Q(nudge_after=None) | models.Q(nudge_after__lte=at))

    def claimable(self, *, at: datetime) -> Self:
        """Unfinished, due, and held by no living worker."""
        return (
            self.unfinished().filter(due_at__lte=at).filter(models.Q(lease_until=None) | models.Q(lease_until__lt=at))
        )


class Job(models.Model):
    """One thing that must happen after a commit: written with what caused it, done exactly once.

    The broker only carries a nudge. A worker claims the row for a while (the lease); whoever finishes it must still hold the
    lease, so a worker that was thought dead cannot finish it a second time.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.CharField(max_length=120)
    arguments = models.JSONField(default=dict, help_text="Ids only")
    queue = models.CharField(max_length=20, default="default")
    requested_by_id = models.UUIDField(
        null=True, blank=True, help_text="The person who asked; people live on a higher floor"
    )
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=80, blank=True)
    steps_done = models.PositiveIntegerField(default=0)
    steps_total = models.PositiveIntegerField(default=0)
    nudges = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="How often the sweeper sent it again")
    nudge_after = models.DateTimeField(null=True, blank=True, help_text="When the sweeper may send it again")
    given_up_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was tried as often as anything is tried, and still not done"
    )
    cancelled_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody no longer wanted it; its worker stops at its next step"
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True, help_text="The kind of error; never its contents")

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="job_unfinished_by_due", condition=models.Q(finished_at=None)),
            models.Index(fields=["-given_up_at"], name="job_given_up", condition=models.Q(given_up_at__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="job_lease_says_who_and_until",
                condition=models.Q(lease_token=None, lease_until=None)
                | models.Q(lease_token__isnull=False, lease_until__isnull=False),
            ),
            models.CheckConstraint(
                name="job_given_up_is_finished_and_says_why",
                condition=models.Q(given_up_at=None) | (models.Q(finished_at__isnull=False) & ~models.Q(error="")),
            ),
            models.CheckConstraint(
                name="job_cancelled_is_finished_without_error",
                condition=models.Q(cancelled_at=None) | models.Q(finished_at__isnull=False, error="", given_up_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def has_failed(self) -> bool:
        return self.is_finished and bool(self.error)

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    def is_abandoned(self, *, at: datetime) -> bool:
        """Whether the worker that had it stopped without a word; another one takes it over."""
        return not self.is_finished and self.lease_until is not None and self.lease_until < at

    @property
    def percent(self) -> int:
        return 100 if self.is_finished else (100 * self.steps_done // self.steps_total if self.steps_total else 0)


class Heartbeat(models.Model):
    """When a worker was last seen to run what the clock started: proves worker, beat, broker and database together."""

    name = models.CharField(primary_key=True, max_length=40)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"

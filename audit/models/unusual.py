"""Access that a rule lists for the information governance officer, and how far the log was looked through."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q

from audit.enums import UnusualMove, UnusualRule, UnusualState, unusual_moves_from


class UnusualQuerySet(models.QuerySet["Unusual"]):
    def new(self) -> Self:
        return self.filter(state=UnusualState.NEW)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",))


class Unusual(models.Model):
    """That one rule found something about one person on one London day, and for some rules about one record.

    `counts` holds the numbers from which it was found, and what they are measured against; never names nor contents.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule = models.CharField(max_length=20, choices=UnusualRule)
    actor_id = models.CharField(max_length=40)
    actor_agency_id = models.CharField(max_length=40, blank=True)
    day = models.DateField()
    object_label = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    counts = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=UnusualState, default=UnusualState.NEW)
    noted_by_id = models.CharField(max_length=40, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    objects = UnusualQuerySet.as_manager()

    class Meta:
        verbose_name = "case of unusual access"
        verbose_name_plural = "cases of unusual access"
        constraints = [
            models.UniqueConstraint(
                fields=["actor_id", "day", "rule", "object_id"], name="unusual_once_for_person_day_rule_and_record"
            ),
            models.CheckConstraint(
                name="unusual_noted_says_who_when_and_what",
                condition=Q(state=UnusualState.NEW, noted_by_id="", noted_at=None, note="")
                | (~Q(state=UnusualState.NEW) & Q(noted_at__isnull=False) & ~Q(noted_by_id="") & ~Q(note="")),
            ),
            models.CheckConstraint(
                name="unusual_not_noted_by_whom_it_is_about",
                condition=~Q(noted_by_id=F("actor_id")),
                violation_error_message="Nobody notes what came of a case about themselves.",
            ),
        ]
        indexes = [models.Index(fields=["state", "-found_at", "-id"], name="unusual_of_state_newest_first")]

    def __str__(self) -> str:
        return f"{self.get_rule_display()}, {self.day}"

    @property
    def moves(self) -> list[UnusualMove]:
        return unusual_moves_from(self.state)


class Watch(models.Model):
    """How far one watcher has read the log: the id of the last entry it looked at."""

    name = models.CharField(max_length=20, primary_key=True)
    last_entry_id = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "watches"

    def __str__(self) -> str:
        return self.name

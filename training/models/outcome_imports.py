"""Outcomes that were logged from one file: who did it, when, how many rows, and which records. The file itself is not kept, nor its name."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Agency, User
from training.models.records import TrainingRecord

# Each row is looked at by a person, and each becomes a record that two others sign.
MOST_ROWS = 500
MOST_BYTES = 2_000_000


class OutcomeImport(models.Model):
    """One file of outcomes: its digest, and what became of its rows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    taken = models.PositiveIntegerField()
    already_there = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="outcome_import_counts_in_equal_counts_out",
                condition=Q(rows=F("taken") + F("already_there") + F("refused")),
            ),
            models.CheckConstraint(name="outcome_import_took_something", condition=Q(taken__gte=1)),
            models.CheckConstraint(name="outcome_import_has_a_digest", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")),
        ]
        indexes = [models.Index(fields=["agency", "-at", "-id"], name="outcome_import_newest_first")]

    def __str__(self) -> str:
        return f"Outcomes {self.sha256[:12]}"

    def get_absolute_url(self) -> str:
        return reverse("training:outcome_import", args=[self.pk])


class OutcomeRow(models.Model):
    """Which record came of which row. By its digest the same row is known again, whatever became of the record since."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    taken_from = models.ForeignKey(OutcomeImport, on_delete=models.PROTECT, related_name="outcomes")
    number = models.PositiveIntegerField(help_text="As a spreadsheet counts rows: the heading is in the first")
    record = models.OneToOneField(TrainingRecord, on_delete=models.PROTECT, related_name="outcome_row")
    digest = models.CharField(max_length=64, unique=True, help_text="Of whose agency, who, what and when")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["taken_from", "number"], name="outcome_row_once_in_its_file")]

    def __str__(self) -> str:
        return f"Row {self.number}"

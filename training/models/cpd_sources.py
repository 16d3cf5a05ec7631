"""Where entries of the CPD log come from when nobody types them one by one: an event for many people, or a spreadsheet."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Agency, User
from training.enums import CpdKind

# A file is looked at row by row by a person before it is taken.
MOST_ROWS = 2_000
MOST_BYTES = 5_000_000


class CpdEvent(models.Model):
    """Something that many people did together, entered once by a trainer; each of them has an entry of their own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    done_on = models.DateField()
    kind = models.CharField(max_length=12, choices=CpdKind)
    topic = models.CharField(max_length=120)
    hours = models.DecimalField(max_digits=4, decimal_places=2)
    trainer = models.CharField(max_length=120, blank=True)
    learned = models.TextField(help_text="What was taught")
    logged_at = models.DateTimeField()
    logged_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.UUIDField(unique=True, help_text="Of the form or the session: the same again is the same event")

    class Meta:
        verbose_name = "CPD event"
        indexes = [models.Index(fields=["agency", "-done_on", "-id"], name="cpd_event_newest_first")]

    def __str__(self) -> str:
        return self.topic

    def get_absolute_url(self) -> str:
        return reverse("training:cpd_event", args=[self.pk])


class CpdImport(models.Model):
    """One spreadsheet of somebody's CPD that was taken over: what was in it, what became of its rows, and whether it was undone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    taken = models.PositiveIntegerField()
    already_there = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    undone_because = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = "CPD import"
        constraints = [
            models.CheckConstraint(
                name="cpd_import_counts_in_equal_counts_out",
                condition=Q(rows=F("taken") + F("already_there") + F("refused")),
            ),
            models.CheckConstraint(name="cpd_import_took_something", condition=Q(taken__gte=1)),
            models.CheckConstraint(
                name="cpd_import_undone_says_who_when_and_why",
                condition=Q(undone_at=None, undone_by=None, undone_because="")
                | (Q(undone_at__isnull=False, undone_by__isnull=False) & ~Q(undone_because="")),
            ),
        ]
        indexes = [models.Index(fields=["person", "-at", "-id"], name="cpd_import_newest_first")]

    def __str__(self) -> str:
        return self.file_name


class CpdExpectation(models.Model):
    """How many hours of CPD an agency expects of each person in a calendar year, from a day on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    hours = models.DecimalField(max_digits=5, decimal_places=2)
    valid_from = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = "CPD expectation"
        constraints = [
            models.UniqueConstraint(fields=["agency", "valid_from"], name="cpd_expectation_one_from_a_day"),
            models.CheckConstraint(name="cpd_expectation_is_of_a_year", condition=Q(hours__gte=0, hours__lte=500)),
        ]

    def __str__(self) -> str:
        return f"{self.hours} hours from {self.valid_from:%d/%m/%Y}"

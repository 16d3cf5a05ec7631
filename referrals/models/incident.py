"""Incidents from the force's record system: what dip samples are drawn from and what a PPN came out of."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, Area, Team, User
from referrals.enums import ImportChannel, IncidentKind, Vulnerability


def known_number(text: str) -> str:
    """An occurrence number as incidents are known by it, however it was typed: in capitals and without spaces."""
    return "".join(text.upper().split())


def force_importing(user: User) -> Agency | None:
    """The police force whose incidents this person imports and may look up; None for everybody else."""
    agency = user.agency
    return agency if agency is not None and agency.is_police and user.may(Permission.IMPORT_INCIDENTS) else None


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user: User) -> Self:
        """The incidents of the own force, for those who import them."""
        force = force_importing(user)
        return self.none() if force is None else self.filter(force=force)

    def reported_between(self, start: date, end: date) -> Self:
        """Reported on or after `start` and before the day `end`, by the local calendar."""
        return self.filter(reported_on__gte=start, reported_on__lt=end)

    def involving_vulnerability(self) -> Self:
        """Incidents in which somebody's vulnerability was recorded, from which dip samples are drawn."""
        return self.filter(Q(child_linked=True) | Q(adult_needs=True) | Q(domestic_abuse=True))


class Incident(models.Model):
    """One incident as the records system knows it; imported, never written by hand."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, help_text="Occurrence number of the records system")
    kind = models.CharField(max_length=20, choices=IncidentKind)
    reported_at = models.DateTimeField()
    reported_on = models.DateField(help_text="The local day of reported_at")
    district = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    child_linked = models.BooleanField(default=False)
    adult_needs = models.BooleanField(default=False)
    domestic_abuse = models.BooleanField(default=False)
    summary = models.TextField(blank=True)
    imported_at = models.DateTimeField()

    objects = IncidentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["force", "number"], name="incident_known_once_by_its_number"),
            models.CheckConstraint(
                name="incident_reported_before_imported", condition=Q(reported_at__lte=F("imported_at"))
            ),
        ]
        indexes = [
            models.Index(fields=["reported_on", "id"], name="incident_by_day"),
            models.Index(fields=["force", "-reported_at", "-id"], name="incident_newest_first"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def vulnerability_in_words(self) -> list[str]:
        """Whose vulnerability was noted."""
        return [str(one.label) for one in Vulnerability if getattr(self, one.value)]


class IncidentImportQuerySet(models.QuerySet["IncidentImport"]):
    def visible_to(self, user: User) -> Self:
        """The imports into the own force, for those who import."""
        force = force_importing(user)
        return self.none() if force is None else self.filter(force=force)


class IncidentImport(models.Model):
    """One file of incidents, or one call of the API: what was in it, what was taken, what was refused."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=4, choices=ImportChannel, default=ImportChannel.FILE)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    objects = IncidentImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="incident_import_counts_in_equal_counts_out",
                condition=Q(rows=F("added") + F("changed") + F("unchanged") + F("refused")),
            )
        ]
        indexes = [models.Index(fields=["force", "-at", "-id"], name="incident_import_newest_first")]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("referrals:incident_import", args=[self.pk])


class IncidentImportRow(models.Model):
    """A row that was refused, and why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident_import = models.ForeignKey(IncidentImport, on_delete=models.CASCADE, related_name="refusals")
    number = models.PositiveIntegerField()
    column = models.CharField(max_length=40)
    message = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident_import", "number", "column"], name="incident_import_row_refused_once_a_column"
            )
        ]

    def __str__(self) -> str:
        return f"row {self.number}: {self.message}"

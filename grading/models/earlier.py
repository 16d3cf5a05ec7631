"""Reviews that a force kept in spreadsheets before it drew its samples here. Nothing shows how they were chosen, so they are no dip sample."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.enums import Permission
from accounts.models import Agency, Area, Team, User
from common.clock import Period
from grading.enums import Needed, ReviewStatus
from grading.models.findings import concern_types, status_of
from referrals.enums import IncidentKind
from referrals.models import Incident, Referral

# A file is looked at row by row by a person before it is taken.
MOST_ROWS = 5_000
MOST_BYTES = 5_000_000


class EarlierImportQuerySet(models.QuerySet["EarlierImport"]):
    def visible_to(self, user: User) -> Self:
        """Spreadsheets of the own force, for those who run or review its dip samples."""
        if user.agency_id is None or not user.may(Permission.RUN_DIP_SAMPLES, Permission.REVIEW_INCIDENTS):
            return self.none()
        return self.filter(force=user.agency_id)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class EarlierImport(models.Model):
    """One spreadsheet of earlier reviews that was taken over: what was in it, and what became of its rows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    taken = models.PositiveIntegerField()
    already_there = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()

    objects = EarlierImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="earlier_import_counts_in_equal_counts_out",
                condition=Q(rows=F("taken") + F("already_there") + F("refused")),
            ),
            models.CheckConstraint(name="earlier_import_took_something", condition=Q(taken__gte=1)),
        ]

    def __str__(self) -> str:
        return self.file_name


class EarlierReviewQuerySet(models.QuerySet["EarlierReview"]):
    def visible_to(self, user: User) -> Self:
        """Rows of the own force, for those who run or review its dip samples; readers of reports see their figures only."""
        if user.agency_id is None or not user.may(Permission.RUN_DIP_SAMPLES, Permission.REVIEW_INCIDENTS):
            return self.none()
        return self.filter(force=user.agency_id)


class EarlierReview(models.Model):
    """What a spreadsheet says of one incident, as it says it. A database trigger keeps it as it was taken over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    taken_from = models.ForeignKey(EarlierImport, on_delete=models.PROTECT, related_name="reviews")
    row_number = models.PositiveIntegerField(help_text="As the spreadsheet shows it; its heading is row 1")
    period_start = models.DateField()
    period_end = models.DateField(help_text="Last day of the period")
    incident_number = models.CharField(max_length=20)
    incident = models.ForeignKey(
        Incident,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The incident of that number, where it was imported here",
    )
    forms_found = models.ManyToManyField(
        Referral, blank=True, related_name="+", help_text="PPNs submitted here that belong to the incident"
    )
    kind = models.CharField(max_length=20, choices=IncidentKind, blank=True, default="")
    district = models.ForeignKey(
        Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    required = models.CharField(max_length=7, choices=Needed)
    required_types = concern_types()
    found_types = concern_types()
    in_time = models.BooleanField(null=True, blank=True, help_text="null when no form was found, or it does not say")
    good_enough = models.BooleanField(
        null=True, blank=True, help_text="null when no form was found, or it does not say"
    )
    why = models.TextField(blank=True, default="")

    objects = EarlierReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["force", "incident_number", "period_start", "period_end"],
                name="earlier_review_once_an_incident_and_period",
            ),
            models.CheckConstraint(
                name="earlier_review_period_is_of_months_within_a_year",
                condition=Q(
                    period_start__lt=F("period_end"), period_start__year=F("period_end__year"), period_start__day=1
                ),
            ),
            models.CheckConstraint(
                name="earlier_review_needed_says_for_what",
                condition=(Q(required=Needed.YES) & ~Q(required_types=[]))
                | (~Q(required=Needed.YES) & Q(required_types=[])),
            ),
            models.CheckConstraint(
                name="earlier_review_judges_only_forms_found",
                condition=Q(in_time=None, good_enough=None) | ~Q(found_types=[]),
            ),
        ]
        indexes = [
            models.Index(fields=["force", "-period_start", "incident_number", "id"], name="earlier_review_newest_first")
        ]

    def __str__(self) -> str:
        return self.incident_number

    @property
    def period(self) -> Period:
        return Period(self.period_start, self.period_end)

    @property
    def status(self) -> ReviewStatus:
        return status_of(self.required, self.required_types, self.found_types)

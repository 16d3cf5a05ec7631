"""Reports: documents made once and never changed; a later one of the same sample, round or year supersedes it by being newer."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.fields.files import FieldFile
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from common.clock import Period
from grading.enums import ReportFile, ReportKind
from grading.models.dip_sample import DipSample
from grading.models.rounds import GradingRound
from grading.models.schedule import ReportSlot
from jobs.models import Job


@dataclass(frozen=True)
class KeptFile:
    """A file of a report and what its bytes must come to."""

    file: FieldFile
    sha256: str


@dataclass(frozen=True)
class ReportYear:
    """A calendar year of one force, of which an annual report is."""

    force_id: uuid.UUID
    year: int

    @property
    def period(self) -> Period:
        """From January to December."""
        return Period(date(self.year, 1, 1), date(self.year, 12, 31))

    def __str__(self) -> str:
        return str(self.year)


# Who runs what a report of this kind is of, and so sees all of them. Who has reports made and plans them has those of a year made.
TO_RUN = {
    ReportKind.DIP_SAMPLE: Permission.RUN_DIP_SAMPLES,
    ReportKind.ROUND: Permission.RUN_GRADING,
    ReportKind.ANNUAL: Permission.RUN_DIP_SAMPLES,
}
# An annual report says only what is published.
SINCE_PUBLICATION = (
    Q(dip_sample__published_at__lte=F("requested_at"))
    | Q(round__published_at__lte=F("requested_at"))
    | Q(kind=ReportKind.ANNUAL)
)


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: User) -> Self:
        """Reports of the own force: all for those who run what they are of, those made since publication for who reads reports."""
        if user.agency_id is None:
            return self.none()
        runs = [kind for kind, permission in TO_RUN.items() if user.may(permission)]
        seen = Q(kind__in=runs)
        if user.may(Permission.SEE_REPORTS):
            seen |= SINCE_PUBLICATION
        elif not runs:
            return self.none()
        own = Q(dip_sample__force=user.agency_id) | Q(round__force=user.agency_id) | Q(force=user.agency_id)
        return self.filter(own).filter(seen)

    def of_year(self, year: int, *, force_id: uuid.UUID | None) -> Self:
        """Annual reports of that year of a force."""
        return self.filter(kind=ReportKind.ANNUAL, force=force_id, year=year)

    def made(self) -> Self:
        return self.filter(made_at__isnull=False)

    def being_made(self) -> Self:
        """Asked for, and its job neither finished nor given up."""
        return self.filter(made_at=None, job__finished_at=None)

    def not_failed(self) -> Self:
        """Made, still being made, or no longer wanted."""
        return self.filter(Q(made_at__isnull=False) | Q(job__finished_at=None) | Q(cancelled_at__isnull=False))

    def since_publication(self) -> Self:
        """Asked for when the figures were published: what was made before may say what a correction has changed since."""
        return self.filter(SINCE_PUBLICATION)

    def newest_first(self) -> Self:
        return self.order_by("-requested_at", "-pk")

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Report(models.Model):
    """One report: asked for, then made, unless somebody cancels it. Once it is made, the database refuses every change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=ReportKind, default=ReportKind.DIP_SAMPLE)
    dip_sample = models.ForeignKey(DipSample, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    round = models.ForeignKey(GradingRound, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    force = models.ForeignKey(
        Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Of an annual report"
    )
    year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of an annual report: a calendar year")
    is_scheduled = models.BooleanField(default=False)
    slot = models.OneToOneField(
        ReportSlot, null=True, blank=True, on_delete=models.PROTECT, related_name="report", help_text="Of its schedule"
    )
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Nobody: the clock"
    )
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(max_length=200, blank=True, help_text="In the private file store")
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(null=True, blank=True, help_text="Bytes")
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    tables = models.FileField(
        max_length=200, blank=True, default="", db_default="", help_text="The spreadsheet; reports of before had none"
    )
    tables_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    tables_size = models.PositiveIntegerField(null=True, blank=True, help_text="Bytes")
    figures = models.JSONField(null=True, blank=True, help_text="Every figure in it")

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "dip_sample"],
                condition=Q(is_scheduled=True, slot=None),
                name="report_scheduled_once_a_sample",
            ),
            models.UniqueConstraint(
                fields=["round"], condition=Q(is_scheduled=True), name="report_scheduled_once_a_round"
            ),
            models.CheckConstraint(
                name="report_is_of_what_its_kind_says",
                condition=Q(kind=ReportKind.DIP_SAMPLE, dip_sample__isnull=False, round=None, force=None, year=None)
                | Q(kind=ReportKind.ROUND, dip_sample=None, round__isnull=False, slot=None, force=None, year=None)
                | Q(kind=ReportKind.ANNUAL, dip_sample=None, round=None, force__isnull=False, year__isnull=False),
            ),
            models.CheckConstraint(
                name="report_of_a_year_is_planned_or_asked_for",
                condition=~Q(kind=ReportKind.ANNUAL) | Q(is_scheduled=False) | Q(slot__isnull=False),
            ),
            models.CheckConstraint(name="report_of_a_slot_is_scheduled", condition=Q(slot=None) | Q(is_scheduled=True)),
            models.CheckConstraint(
                name="report_scheduled_or_asked_for_by_somebody",
                condition=Q(is_scheduled=True) | Q(requested_by__isnull=False),
            ),
            models.CheckConstraint(
                name="report_cancelled_says_who_and_when_and_is_not_made",
                condition=Q(cancelled_at=None, cancelled_by=None)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False, made_at=None),
            ),
            models.CheckConstraint(
                name="report_made_has_file_and_figures",
                condition=Q(made_at=None, file="", sha256="", size=None, pages=None, figures__isnull=True)
                | (
                    Q(made_at__isnull=False, size__isnull=False, pages__isnull=False, figures__isnull=False)
                    & ~Q(file="")
                    & ~Q(sha256="")
                ),
            ),
            models.CheckConstraint(
                name="report_tables_are_whole_and_made_with_it",
                condition=Q(tables="", tables_sha256="", tables_size=None)
                | (Q(made_at__isnull=False, tables_size__isnull=False) & ~Q(tables="") & ~Q(tables_sha256="")),
            ),
        ]
        indexes = [models.Index(fields=["-requested_at", "-id"], name="report_newest_first")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("grading:report", args=[self.pk])

    @property
    def subject(self) -> DipSample | GradingRound | ReportYear:
        """What it is of: each has a force and a period."""
        if self.kind == ReportKind.ANNUAL:
            assert self.force_id is not None  # noqa: S101 -- the database has both
            assert self.year is not None  # noqa: S101 -- the same
            return ReportYear(self.force_id, self.year)
        of = self.round if self.kind == ReportKind.ROUND else self.dip_sample
        assert of is not None  # noqa: S101 -- the database has it (report_is_of_what_its_kind_says)
        return of

    @property
    def headline(self) -> dict[str, Any] | None:
        """The share that leads, with its counts: compliance, or what was graded 3 or 4. None where it is not shown."""
        figures = self.figures or {}
        if self.kind == ReportKind.ROUND:
            return (figures.get("results") or {}).get("good")
        if self.kind == ReportKind.ANNUAL:
            return (figures.get("samples") or {}).get("compliance")
        return (figures.get("all") or {}).get("compliance")

    @property
    def is_made(self) -> bool:
        return self.made_at is not None

    def kept(self, which: ReportFile) -> KeptFile:
        """One of its files; its name is empty where there is none."""
        if which == ReportFile.XLSX:
            return KeptFile(self.tables, self.tables_sha256)
        return KeptFile(self.file, self.sha256)

    @property
    def file_names(self) -> set[str]:
        """Where the file store has its files."""
        return {str(file.name) for file in (self.file, self.tables) if file}

    @property
    def is_since_publication(self) -> bool:
        of = self.subject
        if isinstance(of, ReportYear):
            return True
        return of.published_at is not None and of.published_at <= self.requested_at

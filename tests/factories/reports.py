"""Reports as they stand in the database: asked for, made, or given up; and schedules of them."""

import hashlib
import uuid
from datetime import UTC, datetime, time, timedelta
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from grading.enums import ReportKind, Rhythm, RoundState, SampleState
from grading.models import Report, ReportSchedule
from grading.queries.annual import content_of_year
from grading.queries.reports import content_of
from grading.queries.round_report import content_of_round
from jobs.models import Job
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.dip_samples import REVIEWED, DipSampleFactory
from tests.factories.grading import GradingRoundFactory

SPREADSHEET = b"PK fictitious"


class JobFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Job

    task = "grading.tasks.reports.make_report"
    created_at = due_at = REVIEWED


class ReportFactory(factory.django.DjangoModelFactory):
    """Asked for; `made=True`: with its figures and a small file in the store; `failed=True`: given up."""

    class Meta:
        model = Report

    dip_sample = factory.SubFactory(DipSampleFactory, state=SampleState.PUBLISHED)
    requested_at = factory.LazyAttribute(
        lambda report: (report.dip_sample.published_at or REVIEWED) + timedelta(minutes=1)
    )
    requested_by = factory.LazyAttribute(lambda report: report.dip_sample.drawn_by)
    job = factory.SubFactory(JobFactory)

    @classmethod
    def _create(cls, model_class: type[Report], *args: Any, **kwargs: Any) -> Report:
        made, failed = kwargs.pop("made", False), kwargs.pop("failed", False)
        job = kwargs["job"]
        if made or failed:
            job.finished_at, job.error = kwargs["requested_at"] + timedelta(minutes=1), "MemoryError" if failed else ""
            job.save()
        if made:
            content = b"%PDF-1.7 fictitious"
            name = default_storage.save(f"reports/{uuid.uuid4()}/{uuid.uuid4()}.pdf", ContentFile(content))
            kwargs = {
                "made_at": job.finished_at,
                "file": name,
                "sha256": hashlib.sha256(content).hexdigest(),
                "size": len(content),
                "pages": 1,
                "tables": default_storage.save(name.replace(".pdf", ".xlsx"), ContentFile(SPREADSHEET)),
                "tables_sha256": hashlib.sha256(SPREADSHEET).hexdigest(),
                "tables_size": len(SPREADSHEET),
                "figures": cls.content(kwargs),
            } | kwargs
        created: Report = super()._create(model_class, *args, **kwargs)
        return created

    @classmethod
    def content(cls, kwargs: dict[str, Any]) -> dict[str, Any]:
        return content_of(kwargs["dip_sample"])


class RoundReportFactory(ReportFactory):
    """Of a published round."""

    kind = ReportKind.ROUND
    dip_sample = None
    round = factory.SubFactory(GradingRoundFactory, state=RoundState.PUBLISHED)
    requested_at = factory.LazyAttribute(lambda report: report.round.published_at + timedelta(minutes=1))
    requested_by = factory.LazyAttribute(lambda report: report.round.opened_by)

    @classmethod
    def content(cls, kwargs: dict[str, Any]) -> dict[str, Any]:
        return content_of_round(kwargs["round"])


class AnnualReportFactory(ReportFactory):
    """Of a year of a force."""

    kind = ReportKind.ANNUAL
    dip_sample = None
    force = factory.SubFactory(AgencyFactory, kind="POLICE")
    year = 2025
    requested_at = REVIEWED
    requested_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..force"), roles=["MASH_SUPERVISOR"])

    @classmethod
    def content(cls, kwargs: dict[str, Any]) -> dict[str, Any]:
        return content_of_year(kwargs["force"], kwargs["year"], on=kwargs["requested_at"].date())


class ReportScheduleFactory(factory.django.DjangoModelFactory):
    """Runs on the first of each month at 08:00; `readers=[…]` are told."""

    class Meta:
        model = ReportSchedule
        skip_postgeneration_save = True

    force = factory.SubFactory(AgencyFactory, kind="POLICE")
    rhythm = Rhythm.MONTHLY
    day = 1
    time = time(8, 0)
    next_due_at = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    planned_at = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
    planned_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..force"))

    @factory.post_generation
    def readers(self, create: bool, extracted: Any, **_: Any) -> None:
        if create and extracted:
            self.readers.set(extracted)

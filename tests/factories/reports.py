"""Reports as they stand in the database: asked for, made, or given up."""

import hashlib
import uuid
from datetime import timedelta
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from grading.enums import SampleState
from grading.models import Report
from grading.queries.reports import content_of
from jobs.models import Job
from tests.factories.dip_samples import REVIEWED, DipSampleFactory


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
            kwargs |= {
                "made_at": job.finished_at,
                "file": name,
                "sha256": hashlib.sha256(content).hexdigest(),
                "size": len(content),
                "pages": 1,
                "figures": content_of(kwargs["dip_sample"]),
            }
        created: Report = super()._create(model_class, *args, **kwargs)
        return created

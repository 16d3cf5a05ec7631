"""A report that is no longer wanted: its worker stops, no file is left, and it can be asked for again."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import Entry
from common.errors import DomainError
from grading.models import DipSample, Report
from grading.queries.reports import content_of
from grading.services import reports as services
from grading.services.reports import CannotCancelReport
from grading.tasks import reports as tasks
from grading.tasks.reports import FOLDER
from jobs import services as jobs
from jobs.models import Job
from tests.factories.dip_samples import reviewed_sample
from tests.factories.reports import ReportFactory
from tests.people import NOW
from tests.races import at_once


@pytest.fixture
def sample(cast) -> DipSample:
    return reviewed_sample(["COMPLIANT"] * 6, force=cast.police, by=cast.sam, district=cast.district, state="PUBLISHED")


@pytest.fixture
def report(sample, cast) -> Report:
    return services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW)


def files_of(report: Report) -> list[str]:
    folder = f"{FOLDER}/{report.pk}"
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


def test_a_cancelled_report_says_who_and_when_and_its_job_is_over(report, cast):
    services.cancel_report(report_id=report.pk, by=cast.sam, at=NOW)

    report.refresh_from_db()
    assert (report.cancelled_by, report.cancelled_at, report.is_made) == (cast.sam, NOW, False)
    assert (report.job.is_cancelled, report.job.is_finished, report.job.has_failed) == (True, True, False)
    assert Entry.objects.order_by("-pk").first().what == "grading.report_cancelled"


def test_a_worker_that_starts_late_makes_nothing(report, cast):
    services.cancel_report(report_id=report.pk, by=cast.sam, at=NOW)

    jobs.run(job_id=report.job_id, at=timezone.now())

    report.refresh_from_db()
    assert not report.is_made
    assert report.job.attempts == 0


@pytest.mark.parametrize("moment", ["content_of", "pdf_of", "xlsx_of", "_finish"])
def test_a_worker_stops_at_its_next_step_and_leaves_no_file(report, cast, monkeypatch, moment):
    """Cancelled while the worker works out figures, draws pages, or is about to write down that it is done."""
    whole = getattr(tasks, moment)
    steps = []

    def cancelled_meanwhile(*arguments: object, **options: object) -> object:
        services.cancel_report(report_id=report.pk, by=cast.sam, at=NOW)
        return whole(*arguments, **options)

    monkeypatch.setattr(tasks, moment, cancelled_meanwhile)
    jobs.run(job_id=report.job_id, at=timezone.now(), tell=lambda stage, done, total: steps.append(done))

    report.refresh_from_db()
    assert (report.is_made, report.cancelled_by) == (False, cast.sam)
    assert files_of(report) == []
    assert steps == list(range({"content_of": 1, "pdf_of": 2, "xlsx_of": 3, "_finish": 4}[moment]))
    assert not Job.objects.filter(task="grading.tasks.reports.email_readers_about_report").exists()


def test_a_cancelled_report_can_be_asked_for_again(report, sample, cast):
    services.cancel_report(report_id=report.pk, by=cast.sam, at=NOW)

    again = services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW)
    jobs.run(job_id=again.job_id, at=timezone.now())

    again.refresh_from_db()
    assert again.pk != report.pk
    assert again.figures == content_of(sample)


def test_the_clock_does_not_make_what_somebody_has_cancelled(report, cast):
    services.cancel_report(report_id=report.pk, by=cast.sam, at=NOW)

    assert services.request_due_reports(at=NOW) == []


def test_the_night_shift_removes_what_a_killed_worker_left_of_a_cancelled_report(report, cast):
    left = default_storage.save(f"{FOLDER}/{report.pk}/left.pdf", ContentFile(b"left"))
    services.cancel_report(report_id=report.pk, by=cast.sam, at=NOW)

    services.remove_orphaned_files()

    assert not default_storage.exists(left)


def test_a_made_report_is_not_cancelled(report, cast):
    jobs.run(job_id=report.job_id, at=timezone.now())

    with pytest.raises(CannotCancelReport, match="not being made any more"):
        services.cancel_report(report_id=report.pk, by=cast.sam, at=NOW)


@pytest.mark.parametrize("person", ["leda", "ana", "rae", "out"])
def test_only_the_asker_or_a_supervisor_cancels(sample, cast, person):
    report = ReportFactory(dip_sample=sample, requested_by=cast.sam)
    somebody = getattr(cast, person)

    with pytest.raises(CannotCancelReport, match="Only who asked"):
        services.cancel_report(report_id=report.pk, by=somebody, at=NOW)

    asked_by_them = ReportFactory(dip_sample=sample, requested_by=somebody)
    assert services.cancel_report(report_id=asked_by_them.pk, by=somebody, at=NOW).cancelled_by == somebody


def test_a_cancelling_that_cannot_be_recorded_is_undone(report, cast, monkeypatch):
    def refuse(**_details: object) -> None:
        raise RuntimeError("no log")

    monkeypatch.setattr(services.audit, "record", refuse)
    with pytest.raises(RuntimeError):
        services.cancel_report(report_id=report.pk, by=cast.sam, at=NOW)

    report.refresh_from_db()
    assert (report.cancelled_at, report.job.is_finished) == (None, False)


@pytest.mark.django_db(transaction=True)
def test_of_cancelling_and_finishing_at_once_exactly_one_comes_through(sample, cast, monkeypatch):
    report = services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW)

    def finish() -> None:
        jobs.run(job_id=report.job_id, at=timezone.now())

    at_once(
        finish,
        lambda: services.cancel_report(report_id=report.pk, by=cast.sam, at=timezone.now()),
        refusal=DomainError,
    )

    report.refresh_from_db()
    assert report.is_made != report.job.is_cancelled
    assert report.job.is_cancelled == (report.cancelled_at is not None)
    assert len(files_of(report)) == 2 * report.is_made


def test_the_database_refuses_a_made_report_that_is_cancelled(sample, cast):
    with pytest.raises(IntegrityError, match="is_not_made"), transaction.atomic():
        ReportFactory(dip_sample=sample, made=True, cancelled_at=NOW, cancelled_by=cast.sam)
    with pytest.raises(IntegrityError, match="says_who_and_when"), transaction.atomic():
        ReportFactory(dip_sample=sample, cancelled_at=NOW)


# --- by the page


def test_the_page_offers_it_while_it_is_made_and_then_says_who_cancelled_it(client, cast, report):
    client.signed_in(cast.leda)
    assert "Cancel this report" not in client.get(report.get_absolute_url()).content.decode()
    client.signed_in(cast.sam)
    assert "Cancel this report" in client.get(report.get_absolute_url()).content.decode()

    page = client.post(f"{report.get_absolute_url()}cancel/", follow=True).content.decode()

    assert "It was cancelled." in page
    assert "Sam Fictitious cancelled it on" in page
    assert "Cancel this report" not in page
    assert "Make it again" in page
    assert "hx-trigger" not in page
    assert ">Cancelled<" in client.get("/grading/reports/").content.decode()

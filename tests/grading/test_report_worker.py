"""A report is made exactly once, however its worker ends: real Celery workers, killed with SIGKILL in the middle."""

import hashlib
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from audit.models import Entry
from devtools.service import Service
from grading.enums import ReportFile
from grading.models import Report
from grading.services import reports as services
from grading.tasks.reports import FOLDER
from jobs import services as jobs
from jobs.models import Job
from tests.conftest import database_url
from tests.factories.dip_samples import FORTY, reviewed_sample
from tests.factories.grading import GradingRoundFactory, RoundItemFactory

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

PATIENCE = 60


@contextmanager
def locked(statement: str, *values: object) -> Iterator[psycopg.Connection]:
    """Hold a lock as somebody else; whoever needs it waits, which is how these tests stop a worker where they want it."""
    with psycopg.connect(database_url()) as other:
        other.execute(statement, values)
        yield other
        other.rollback()


def wait_until(is_so: Callable[[], bool], service: Service) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            pytest.fail(f"waited in vain\n{service.last_lines()}")
        time.sleep(0.05)


def someone_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def files_of(report: Report) -> list[str]:
    folder = f"{FOLDER}/{report.pk}"
    return default_storage.listdir(folder)[1] if default_storage.exists(folder) else []


def kill_worker(service: Service) -> None:
    """The worker and its pool, at once and without a word."""
    service.children.pop().kill()


def wait_until_made(report: Report, service: Service) -> None:
    wait_until(lambda: Report.objects.made().filter(pk=report.pk).exists(), service)
    wait_until(lambda: len(files_of(report)) == 2, service)
    report.refresh_from_db()


def wait_until_begun(report: Report, service: Service) -> None:
    wait_until(lambda: Job.objects.filter(pk=report.job_id, attempts__gt=0).exists(), service)


def run_two_clocks(service: Service) -> None:
    """As after a while without a clock: beat keeps the time of the last run, and finds that the next one is due."""
    interval = IntervalSchedule.objects.create(every=300, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.create(
        name="request-due-reports",
        task="grading.request_due_reports",
        interval=interval,
        last_run_at=timezone.now() - timedelta(hours=1),
    )
    service.start_beat()
    service.start_beat()
    service.start_worker()
    wait_until(lambda: Report.objects.made().exists(), service)
    wait_until(lambda: not Job.objects.unfinished().exists(), service)


def replace_dead_worker(service: Service) -> None:
    """As a minute later: the leases of the dead worker have run out, another one is there, and the sweeper finds the jobs."""
    Job.objects.unfinished().filter(lease_token__isnull=False).update(lease_until=timezone.now())
    service.start_worker()
    jobs.sweep(at=timezone.now() + timedelta(seconds=10))


# Where the first worker stands when it is killed: the lock that holds it there, and how many files it leaves.
MIDDLES = {
    "while it works out the figures": ("LOCK TABLE grading_incidentreview IN ACCESS EXCLUSIVE MODE", 0),
    "after the file, before the row": ("LOCK TABLE grading_report IN EXCLUSIVE MODE", 2),
    "after the row, before the commit": ("LOCK TABLE audit_entry IN EXCLUSIVE MODE", 2),
}


@pytest.mark.parametrize("middle", MIDDLES)
def test_a_report_is_made_exactly_once_when_its_worker_is_killed(cast, service, middle):
    statement, left_behind = MIDDLES[middle]
    sample = reviewed_sample(FORTY, force=cast.police, by=cast.sam, district=cast.district, state="PUBLISHED")
    report = services.request_report(sample_id=sample.pk, by=cast.sam, at=timezone.now())
    with locked(statement):
        service.start_worker()
        wait_until(someone_waits_for_a_lock, service)
        kill_worker(service)
        wait_until(lambda: len(files_of(report)) == left_behind, service)
    report.refresh_from_db()
    assert not report.is_made
    assert report.job.lease_until is not None, "the lease of the dead worker stands until it runs out"

    # The page says that it waits; a minute later the sweeper finds the job. The test does not wait for the minute.
    Job.objects.filter(pk=report.job_id).update(lease_until=timezone.now())
    service.start_worker()
    assert jobs.sweep(at=timezone.now() + timedelta(seconds=10)) == 1
    wait_until(lambda: Report.objects.made().filter(pk=report.pk).exists(), service)
    wait_until(lambda: len(files_of(report)) == 2, service)

    report.refresh_from_db()
    with report.file.open("rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == report.sha256
    assert report.figures["all"]["compliance"]["percent"] == "88.0"
    assert Entry.objects.filter(what="grading.report_made").count() == 1
    assert Job.objects.filter(task="grading.tasks.reports.email_readers_about_report").count() == 1
    assert report.job.attempts == 2


def test_a_worker_killed_at_ten_random_moments_leaves_one_report_each_time(cast, service):
    """From the claim of the job to well after its end, as shares of what one takes undisturbed; the seed gives the same shares."""
    sample = reviewed_sample(FORTY, force=cast.police, by=cast.sam, district=cast.district, state="PUBLISHED")
    service.start_worker()
    undisturbed = services.request_report(sample_id=sample.pk, by=cast.sam, at=timezone.now())
    wait_until_begun(undisturbed, service)
    begun = time.monotonic()
    wait_until_made(undisturbed, service)
    usual = time.monotonic() - begun
    moments = random.Random(20261127)

    for number in range(1, 11):
        report = services.request_report(sample_id=sample.pk, by=cast.sam, at=timezone.now())
        wait_until_begun(report, service)
        lives_on = moments.uniform(0, 1.5) * usual
        time.sleep(lives_on)  # waits for nothing: this is the random moment
        kill_worker(service)
        replace_dead_worker(service)
        wait_until_made(report, service)

        assert report.job.attempts <= 2
        assert report.figures == undisturbed.figures
        for which in ReportFile:
            kept = report.kept(which)
            with kept.file.open("rb") as file:
                assert hashlib.sha256(file.read()).hexdigest() == kept.sha256
        assert Report.objects.made().count() == Report.objects.count() == number + 1
        assert Entry.objects.filter(what="grading.report_made").count() == number + 1
        assert Job.objects.filter(task="grading.tasks.reports.email_readers_about_report").count() == number + 1
    assert undisturbed.figures["all"]["compliance"]["percent"] == "88.0"


def test_two_workers_make_two_reports_that_say_the_same(cast, service):
    sample = reviewed_sample(FORTY, force=cast.police, by=cast.sam, district=cast.district, state="PUBLISHED")
    service.start_worker()

    made = []
    for _ in range(2):
        report = services.request_report(sample_id=sample.pk, by=cast.sam, at=timezone.now())
        wait_until(lambda pk=report.pk: Report.objects.made().filter(pk=pk).exists(), service)
        report.refresh_from_db()
        made.append(report)

    assert made[0].figures == made[1].figures
    assert made[0].sha256 == made[1].sha256


def test_the_clock_has_the_report_of_a_published_sample_made_once_though_two_clocks_run(cast, service):
    sample = reviewed_sample(FORTY, force=cast.police, by=cast.sam, district=cast.district, state="PUBLISHED")
    dates = {"period_start": "2026-05-01", "period_end": "2026-06-30"}
    unpublished = reviewed_sample(FORTY[:1], force=cast.police, by=cast.sam, district=cast.district, **dates)

    run_two_clocks(service)

    report = Report.objects.get()
    assert (report.dip_sample, report.is_scheduled, report.requested_by) == (sample, True, None)
    assert report.figures["all"]["compliance"]["percent"] == "88.0"
    assert not unpublished.reports.exists()
    assert Job.objects.filter(task="grading.tasks.reports.email_readers_about_report", error="").count() == 1


def test_the_clock_has_the_report_of_a_published_round_made_once_though_two_clocks_run(cast, service):
    published = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="PUBLISHED")
    for position, grade in enumerate((1, 2, 3, 3, 4), start=1):
        RoundItemFactory(round=published, position=position, agreed=grade)
    open_still = GradingRoundFactory(
        force=cast.police, state="MODERATING", starts_on="2026-04-01", ends_on="2026-06-30"
    )

    run_two_clocks(service)

    report = Report.objects.get()
    assert (report.round, report.is_scheduled, report.requested_by) == (published, True, None)
    assert (report.figures["results"]["mean"]["value"], report.figures["results"]["good"]["percent"]) == (
        "2.60",
        "60.0",
    )
    assert not open_still.reports.exists()
    assert len(files_of(report)) == 2
    assert Job.objects.filter(task="grading.tasks.reports.email_readers_about_report", error="").count() == 1

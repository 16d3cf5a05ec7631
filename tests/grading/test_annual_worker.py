"""An annual report is made exactly once, however its worker ends: real Celery workers, killed with SIGKILL in the middle."""

import hashlib
from datetime import date, datetime, time

import pytest
from django.utils import timezone

from audit.models import Entry
from common.clock import LONDON
from grading.enums import ReportFile
from grading.models import Report, ReportSlot
from grading.services import reports as services
from jobs.models import Job
from tests.factories.dip_samples import reviewed_sample
from tests.factories.reports import ReportScheduleFactory
from tests.grading.test_report_worker import (
    MIDDLES,
    files_of,
    kill_worker,
    locked,
    replace_dead_worker,
    run_two_clocks,
    someone_waits_for_a_lock,
    wait_until,
    wait_until_made,
)

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def year(cast) -> int:
    """The last year that is over: twelve of fifteen in its last two months."""
    last = timezone.now().astimezone(LONDON).year - 1
    reviewed_sample(
        ["COMPLIANT"] * 12 + ["MISSING"] * 3, force=cast.police, by=cast.sam, district=cast.district, state="PUBLISHED",
        period_start=date(last, 11, 1), period_end=date(last, 12, 31),
    )  # fmt: skip
    return last


@pytest.mark.parametrize("middle", MIDDLES)
def test_it_is_made_exactly_once_when_its_worker_is_killed(cast, service, year, middle):
    statement, left_behind = MIDDLES[middle]
    report = services.request_annual_report(year=year, by=cast.sam, at=timezone.now())
    with locked(statement):
        service.start_worker()
        wait_until(someone_waits_for_a_lock, service)
        kill_worker(service)
        wait_until(lambda: len(files_of(report)) == left_behind, service)

    replace_dead_worker(service)
    wait_until_made(report, service)

    for which in ReportFile:
        kept = report.kept(which)
        with kept.file.open("rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == kept.sha256
    assert report.figures["samples"]["compliance"]["percent"] == "80.0"
    assert Entry.objects.filter(what="grading.report_made").count() == 1
    assert Job.objects.filter(task="grading.tasks.reports.email_readers_about_report").count() == 1
    assert Report.objects.made().count() == Report.objects.count() == 1


def test_the_clock_has_that_of_a_schedule_made_once_though_two_clocks_run(cast, service, year):
    """Due as this year began, when no clock ran."""
    schedule = ReportScheduleFactory(
        force=cast.police, planned_by=cast.sam, readers=[cast.leda], kind="ANNUAL", rhythm="YEARLY", month=1,
        time=time(0, 0),
        next_due_at=datetime(year + 1, 1, 1, tzinfo=LONDON),
    )  # fmt: skip
    # That of the sample's own publication is there already.
    services.request_due_reports(at=timezone.now())

    run_two_clocks(service)

    report = Report.objects.get(kind="ANNUAL")
    assert (report.year, report.slot.schedule, report.slot.due_on) == (year, schedule, date(year + 1, 1, 1))
    wait_until_made(report, service)
    assert report.figures["samples"]["compliance"]["percent"] == "80.0"
    assert ReportSlot.objects.count() == 1

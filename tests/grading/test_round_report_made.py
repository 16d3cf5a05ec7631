"""The report of a grading round: who has it made, that the clock makes it once, that it never changes, and who reads it."""

import threading
from datetime import date, timedelta

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.db.models.deletion import ProtectedError
from django.utils import timezone

from audit.models import Entry
from grading.enums import ReportFile, ReportKind
from grading.models import GradingRound, Report
from grading.queries.reports import readers_of
from grading.queries.round_report import content_of_round
from grading.services import reports as services
from grading.services import schedules
from grading.services.reports import CannotHandOut, CannotMakeReport
from jobs import services as jobs
from jobs.models import Job
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.dip_samples import DipSampleFactory
from tests.factories.grading import (
    GradingRoundFactory,
)
from tests.factories.reports import ReportFactory, ReportScheduleFactory, RoundReportFactory
from tests.grading.round_reports import graded, make
from tests.people import NOW


@pytest.fixture
def round(cast) -> GradingRound:
    return graded(cast)


# --- asking


def test_who_runs_the_round_has_its_report_made_and_it_is_recorded(cast, round):
    report = services.request_round_report(round_id=round.pk, by=cast.sam, at=NOW)

    assert (report.kind, report.round, report.dip_sample) == ("ROUND", round, None)
    entry = Entry.objects.get(what="grading.report_requested")
    assert (entry.actor_id, entry.details["round"]) == (str(cast.sam.pk), str(round.pk))
    assert make(report).figures == content_of_round(round)
    assert services.hand_out(report_id=report.pk, by=cast.leda, at=NOW).startswith(b"%PDF")
    assert services.hand_out(report_id=report.pk, by=cast.leda, at=NOW, which=ReportFile.XLSX).startswith(b"PK")


@pytest.mark.parametrize("person", ["leda", "ana", "tess", "gail", "pam", "rae", "out"])
def test_nobody_else_does(cast, round, person):
    with pytest.raises(CannotMakeReport, match="Only who runs the grading rounds"):
        services.request_round_report(round_id=round.pk, by=getattr(cast, person), at=NOW)
    assert not Report.objects.exists()


def test_nor_who_runs_rounds_of_another_force(cast):
    elsewhere = GradingRoundFactory(state="PUBLISHED")

    with pytest.raises(CannotMakeReport, match="of this force"):
        services.request_round_report(round_id=elsewhere.pk, by=cast.sam, at=NOW)


def test_a_round_that_is_not_published_has_no_report(cast):
    early = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="MODERATING")

    with pytest.raises(CannotMakeReport, match="once the round is published"):
        services.request_round_report(round_id=early.pk, by=cast.sam, at=NOW)


def test_asking_again_while_it_is_made_gives_the_same_one(cast, round):
    first, second = (services.request_round_report(round_id=round.pk, by=cast.sam, at=NOW) for _ in range(2))

    assert first == second
    assert Report.objects.count() == Job.objects.count() == 1


def test_it_can_be_cancelled_and_asked_for_again(cast, round):
    report = services.request_round_report(round_id=round.pk, by=cast.sam, at=NOW)

    services.cancel_report(report_id=report.pk, by=cast.sam, at=NOW)

    assert not make(report).is_made
    assert Entry.objects.get(what="grading.report_cancelled").details["round"] == str(round.pk)
    assert services.request_round_report(round_id=round.pk, by=cast.sam, at=NOW) != report


# --- the clock


def test_the_clock_has_one_made_of_each_published_round_and_only_once(cast, round):
    GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="MODERATING", starts_on=date(2026, 4, 1))

    (report,) = services.request_due_reports(at=NOW)

    assert (report.round, report.is_scheduled, report.requested_by) == (round, True, None)
    assert services.request_due_reports(at=NOW) == []
    make(report)
    assert services.request_due_reports(at=NOW + timedelta(days=1)) == []


def test_one_that_a_person_asked_for_is_enough_unless_it_failed_or_came_to_nothing(cast, round):
    asked = RoundReportFactory(round=round)
    assert services.request_due_reports(at=NOW) == []

    Job.objects.filter(pk=asked.job_id).update(finished_at=NOW, error="MemoryError")
    assert [report.round for report in services.request_due_reports(at=NOW)] == [round]


def test_one_that_failed_on_schedule_is_not_tried_for_ever(round):
    RoundReportFactory(round=round, is_scheduled=True, requested_by=None, failed=True)

    assert services.request_due_reports(at=NOW) == []


def test_a_round_and_a_sample_each_get_their_own(cast, round):
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam, state="PUBLISHED")

    assert [report.subject for report in services.request_due_reports(at=NOW)] == [sample, round]


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_ask_for_one_report(cast):
    graded(cast, [3] * 5)
    start, asked = threading.Barrier(4), []

    def clock() -> None:
        start.wait()
        asked.extend(services.request_due_reports(at=NOW))
        connection.close()

    clocks = [threading.Thread(target=clock) for _ in range(4)]
    for one in clocks:
        one.start()
    for one in clocks:
        one.join()

    assert Report.objects.count() == len(asked) == 1


def test_no_schedule_is_planned_for_rounds(cast):
    with pytest.raises(schedules.CannotPlan, match="when it is published"):
        schedules.plan_reports(
            kind=ReportKind.ROUND, rhythm="MONTHLY", day=1, time="08:00", readers=[cast.leda], by=cast.sam, at=NOW
        )


# --- what the database keeps


def test_the_database_takes_one_scheduled_report_of_a_round(round):
    RoundReportFactory(round=round, is_scheduled=True, requested_by=None)

    with pytest.raises(IntegrityError, match="report_scheduled_once_a_round"), transaction.atomic():
        RoundReportFactory(round=round, is_scheduled=True, requested_by=None)


@pytest.mark.parametrize("wrong", ["kind", "both", "neither", "slot"])
def test_a_report_is_of_a_sample_or_of_a_round_as_its_kind_says(cast, round, wrong):
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam, state="PUBLISHED")
    schedule = ReportScheduleFactory(force=cast.police, planned_by=cast.sam, readers=[cast.leda])
    slot = schedule.slots.create(due_on=NOW.date(), due_at=NOW, filled_at=NOW)
    fields = {
        "kind": {"round": round, "kind": "DIP_SAMPLE"},
        "both": {"round": round, "dip_sample": sample},
        "neither": {"round": None, "requested_at": NOW, "requested_by": cast.sam},
        "slot": {"round": round, "is_scheduled": True, "slot": slot},
    }[wrong]

    with pytest.raises(IntegrityError, match="report_is_of_what_its_kind_says"), transaction.atomic():
        RoundReportFactory(**fields)
    with pytest.raises(IntegrityError, match="report_is_of_what_its_kind_says"), transaction.atomic():
        ReportFactory(dip_sample=sample, kind="ROUND")


def test_what_was_made_is_never_changed_and_keeps_its_round(cast, round):
    report = make(services.request_round_report(round_id=round.pk, by=cast.sam, at=NOW))

    with pytest.raises(Error, match="never changed"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(figures={})
    with pytest.raises(Error, match="never changed"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(round=GradingRoundFactory(state="PUBLISHED"))
    with pytest.raises((ProtectedError, Error)), transaction.atomic():
        round.delete()


# --- who reads it, and who is told


@pytest.mark.parametrize(
    ("person", "may"),
    [("sam", True), ("leda", True), ("ana", True)]
    + [(name, False) for name in ("gail", "pam", "tess", "rae", "mina", "olu", "pat", "out", "ada")],
)
def test_who_reads_reports_of_the_force_reads_it_and_no_grader_does_for_having_graded(cast, round, person, may):
    report = RoundReportFactory(round=round, made=True)
    reader = getattr(cast, person)

    assert Report.objects.visible_to(reader).filter(pk=report.pk).exists() == may
    if not may:
        with pytest.raises(CannotHandOut, match="Only who may read"):
            services.hand_out(report_id=report.pk, by=reader, at=NOW)


def test_readers_of_another_force_do_not(cast, round):
    RoundReportFactory(round=round, made=True)
    leader = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["SENIOR_LEADER"])

    assert not Report.objects.visible_to(leader).exists()


def test_readers_get_a_link_and_nothing_else(cast, round, mailoutbox):
    report = make(services.request_round_report(round_id=round.pk, by=cast.sam, at=NOW))
    job = Job.objects.get(task="grading.tasks.reports.email_readers_about_report")

    jobs.run(job_id=job.pk, at=timezone.now())

    assert sorted(mail.to[0] for mail in mailoutbox) == ["ana@example.org", "leda@example.org", "sam@example.org"]
    assert [mail.to for mail in mailoutbox] == [[reader] for reader in readers_of(report, on=timezone.localdate())]
    mail = mailoutbox[0]
    assert mail.subject == "A report is ready: July to September 2026"
    assert "Grades of a round" in mail.body
    assert report.get_absolute_url() in mail.body
    assert "70" not in mail.body.replace(str(report.pk), "")
    assert mail.attachments == []

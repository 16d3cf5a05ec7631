"""Planned reports: when they are due on the clock in London, one report for each slot, and who is told."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from audit.models import Entry
from common.clock import LONDON
from grading.enums import Rhythm, ScheduleState
from grading.models import DipSample, Report, ReportSchedule, ReportSlot
from grading.notifications import email_readers_about_report
from grading.queries.reports import readers_of
from grading.schedules import request_due_reports
from grading.services import schedules as services
from grading.services.schedules import CannotPlan
from jobs.models import Job
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.dip_samples import DipSampleFactory
from tests.factories.reports import ReportFactory, ReportScheduleFactory
from tests.people import NOW
from tests.races import at_once

DUE = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def sample(cast):
    return DipSampleFactory(force=cast.police, drawn_by=cast.sam, state="PUBLISHED")


@pytest.fixture
def schedule(cast) -> ReportSchedule:
    """Due on 1 December 2026 at 08:00; Leda is told."""
    return ReportScheduleFactory(force=cast.police, planned_by=cast.sam, readers=[cast.leda])


def plan(cast, **answers) -> ReportSchedule:
    usual = {"rhythm": Rhythm.MONTHLY, "day": 5, "time": time(8, 30), "readers": [cast.leda], "by": cast.sam}
    return services.plan_reports(**(usual | {"at": NOW} | answers))


def in_london(moments) -> list[str]:
    return [f"{moment.astimezone(LONDON):%d %b %Y %H:%M %Z}" for moment in moments]


# --- when it is due


@pytest.mark.parametrize(
    ("rhythm", "runs"),
    [
        (Rhythm.MONTHLY, ["05 Dec 2026 08:30 GMT", "05 Jan 2027 08:30 GMT", "05 Feb 2027 08:30 GMT"]),
        (Rhythm.TWO_MONTHLY, ["05 Jan 2027 08:30 GMT", "05 Mar 2027 08:30 GMT", "05 May 2027 08:30 BST"]),
        (Rhythm.QUARTERLY, ["05 Jan 2027 08:30 GMT", "05 Apr 2027 08:30 BST", "05 Jul 2027 08:30 BST"]),
    ],
)
def test_the_next_three_runs_are_on_that_day_at_that_time_of_the_london_clock(cast, rhythm, runs):
    assert in_london(plan(cast, rhythm=rhythm).next_runs) == runs


# Clocks go forward on Sunday 29 March 2026 at 01:00 GMT: from 01:00 to 02:00 the London clock shows nothing.
# In 2027 that is Sunday 28 March. They go back on Sunday 25 October 2026 at 02:00 BST: from 01:00 to 02:00 it shows everything twice.
@pytest.mark.parametrize(
    ("day", "at", "first", "utc"),
    [
        (27, time(0, 30), datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 27, 0, 30, tzinfo=UTC)),
        (28, time(8, 0), datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 28, 8, 0, tzinfo=UTC)),
        (28, time(8, 0), datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 4, 28, 7, 0, tzinfo=UTC)),
        (28, time(0, 30), datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 28, 0, 30, tzinfo=UTC)),
        (28, time(1, 30), datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (28, time(2, 30), datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        (25, time(0, 30), datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 24, 23, 30, tzinfo=UTC)),
        (25, time(1, 30), datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (25, time(2, 30), datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 25, 2, 30, tzinfo=UTC)),
    ],
)
def test_a_time_on_the_london_clock_is_another_in_utc_in_summer(day, at, first, utc):
    assert ReportSchedule(rhythm=Rhythm.MONTHLY, day=day, time=at).due_after(first) == utc


def test_the_hour_that_comes_twice_in_october_gives_one_run():
    schedule = ReportSchedule(rhythm=Rhythm.MONTHLY, day=25, time=time(1, 30))
    first = schedule.due_after(datetime(2026, 10, 1, tzinfo=UTC))

    assert in_london([first, schedule.due_after(first)]) == ["25 Oct 2026 01:30 BST", "25 Nov 2026 01:30 GMT"]


def test_two_years_of_runs_have_one_a_month_at_the_same_time_of_the_london_clock():
    schedule = ReportSchedule(rhythm=Rhythm.MONTHLY, day=25, time=time(1, 30))
    moment, runs = datetime(2026, 1, 1, tzinfo=UTC), []
    for _ in range(24):
        moment = schedule.due_after(moment)
        runs.append(moment.astimezone(LONDON))

    assert [(run.year, run.month) for run in runs] == [(year, month) for year in (2026, 2027) for month in range(1, 13)]
    assert {(run.day, run.time()) for run in runs} == {(25, time(1, 30))}


# --- one report a slot


def test_the_report_of_a_slot_is_asked_for_when_it_is_due_and_not_before(sample, schedule):
    assert services.request_slots(at=DUE - timedelta(seconds=1)) == []

    (report,) = services.request_slots(at=DUE)

    assert (report.dip_sample, report.is_scheduled, report.requested_by) == (sample, True, None)
    assert report.slot.due_on == date(2026, 12, 1)
    schedule.refresh_from_db()
    assert schedule.next_due_at == datetime(2027, 1, 1, 8, 0, tzinfo=UTC)
    assert services.request_slots(at=DUE + timedelta(minutes=5)) == []


def test_it_is_of_the_newest_sample_that_is_published_though_that_has_one(cast, schedule):
    for month, state in ((1, "PUBLISHED"), (3, "PUBLISHED"), (5, "REVIEWED")):
        days = {"period_start": date(2026, month, 1), "period_end": date(2026, month + 1, 28)}
        DipSampleFactory(force=cast.police, drawn_by=cast.sam, state=state, **days)
    DipSampleFactory(state="PUBLISHED")
    newest = DipSample.objects.get(period_start=date(2026, 3, 1))
    ReportFactory(dip_sample=newest, is_scheduled=True, requested_by=None, made=True)

    (report,) = services.request_slots(at=DUE)

    assert report.dip_sample == newest


def test_a_slot_without_a_published_sample_is_over_with_nothing_to_report(cast, schedule):
    assert services.request_slots(at=DUE) == []

    assert list(ReportSlot.objects.values_list("schedule", "due_on")) == [(schedule.pk, date(2026, 12, 1))]
    assert not Report.objects.exists()
    schedule.refresh_from_db()
    assert schedule.next_due_at > DUE


def test_a_clock_that_was_away_makes_up_for_each_slot_once(sample, schedule):
    late = datetime(2027, 2, 3, tzinfo=UTC)

    assert [report.slot.due_on.month for report in services.request_slots(at=late)] == [12, 1, 2]
    assert services.request_slots(at=late) == []


def test_what_is_done_for_a_slot_stands_or_falls_together(sample, schedule, monkeypatch):
    """The clock dies after the slot was written and before its report is: the next one finds the slot due still."""

    def die(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(services, "request_for_slot", die)
        with pytest.raises(RuntimeError):
            services.request_slots(at=DUE)
    assert not ReportSlot.objects.exists()

    assert len(services.request_slots(at=DUE)) == 1


@pytest.mark.django_db(transaction=True)
def test_four_clocks_at_once_ask_for_one_report_a_slot(sample, schedule):
    asked = at_once(*[lambda: services.request_slots(at=DUE)] * 4)

    assert Report.objects.count() == ReportSlot.objects.count() == sum(map(len, asked)) == 1


def test_the_database_takes_a_slot_once(schedule):
    ReportSlot.objects.create(schedule=schedule, due_on=DUE.date(), due_at=DUE, filled_at=DUE)

    later = DUE + timedelta(hours=1)
    with pytest.raises(IntegrityError, match="report_slot_once_a_day"), transaction.atomic():
        ReportSlot.objects.create(schedule=schedule, due_on=DUE.date(), due_at=later, filled_at=later)


def test_the_database_takes_one_report_of_a_slot_and_only_from_the_clock(cast, sample, schedule):
    slot = ReportSlot.objects.create(schedule=schedule, due_on=DUE.date(), due_at=DUE, filled_at=DUE)
    ReportFactory(dip_sample=sample, is_scheduled=True, requested_by=None, slot=slot)

    with pytest.raises(IntegrityError, match="slot_id"), transaction.atomic():
        ReportFactory(dip_sample=sample, is_scheduled=True, requested_by=None, slot=slot)
    other = ReportSlot.objects.create(schedule=schedule, due_on=date(2027, 1, 1), due_at=DUE, filled_at=DUE)
    with pytest.raises(IntegrityError, match="report_of_a_slot_is_scheduled"), transaction.atomic():
        ReportFactory(dip_sample=sample, is_scheduled=False, requested_by=cast.sam, slot=other)


def test_a_schedule_just_after_publication_does_not_stand_for_the_report_of_the_sample(cast, schedule, monkeypatch):
    """Published at 07:58, a schedule at 08:00, and only then the look of every five minutes: all who may read are told."""
    published = DUE - timedelta(minutes=2)
    moments = {"reviewed_at": published - timedelta(days=1), "published_at": published}
    new = DipSampleFactory(force=cast.police, drawn_by=cast.sam, state="PUBLISHED", **moments)

    monkeypatch.setattr(timezone, "now", lambda: DUE)
    request_due_reports()
    request_due_reports()

    planned, of_publication = Report.objects.order_by("slot")
    assert [(report.dip_sample, report.is_scheduled) for report in (planned, of_publication)] == [(new, True)] * 2
    assert (planned.slot.schedule, of_publication.slot) == (schedule, None)
    assert readers_of(planned, on=DUE.date()) == ["leda@example.org"]
    assert readers_of(of_publication, on=DUE.date()) == ["ana@example.org", "leda@example.org", "sam@example.org"]


# --- planning and changing


def test_a_plan_is_kept_recorded_and_known_to_the_clock(cast):
    schedule = plan(cast, rhythm=Rhythm.QUARTERLY)

    assert (schedule.force, schedule.state, list(schedule.readers.all())) == (cast.police, "RUNNING", [cast.leda])
    entry = Entry.objects.get()
    assert (entry.what, entry.actor_id, entry.object_id) == (
        "grading.schedule_planned",
        str(cast.sam.pk),
        str(schedule.pk),
    )
    task = PeriodicTask.objects.get()
    crontab = task.crontab
    assert (task.task, task.enabled, str(crontab.timezone)) == ("grading.request_due_reports", True, "Europe/London")
    assert (crontab.minute, crontab.hour, crontab.day_of_month, crontab.month_of_year) == ("30", "8", "5", "1,4,7,10")


def test_a_paused_schedule_makes_nothing_and_makes_up_for_nothing(cast, sample, schedule):
    services.pause_schedule(schedule_id=schedule.pk, by=cast.sam, at=NOW)
    assert services.request_slots(at=DUE) == []
    assert not PeriodicTask.objects.get().enabled

    resumed = services.resume_schedule(schedule_id=schedule.pk, by=cast.sam, at=DUE + timedelta(days=1))

    assert services.request_slots(at=DUE + timedelta(days=1)) == []
    assert resumed.next_due_at == datetime(2027, 1, 1, 8, 0, tzinfo=UTC)
    assert PeriodicTask.objects.get().enabled


def test_a_change_on_the_day_of_a_report_makes_no_second_one_that_day(cast, sample, schedule):
    services.request_slots(at=DUE)
    answers = {"rhythm": Rhythm.MONTHLY, "day": 1, "time": time(18, 0), "readers": [cast.ana]}

    changed = services.change_schedule(schedule_id=schedule.pk, by=cast.sam, at=DUE + timedelta(hours=1), **answers)

    assert changed.next_due_at == datetime(2027, 1, 1, 18, 0, tzinfo=UTC)
    assert list(changed.readers.all()) == [cast.ana]


def test_an_ended_schedule_says_who_and_when_and_makes_nothing_any_more(cast, sample, schedule):
    ended = services.end_schedule(schedule_id=schedule.pk, by=cast.sam, at=NOW)

    assert (ended.state, ended.ended_by, ended.ended_at) == (ScheduleState.ENDED, cast.sam, NOW)
    assert services.request_slots(at=DUE) == []
    assert not PeriodicTask.objects.exists()
    assert Entry.objects.get().what == "grading.schedule_ended"


@pytest.mark.parametrize("move", ["pause", "resume", "end"])
def test_nothing_moves_a_schedule_that_has_ended(cast, schedule, move):
    services.end_schedule(schedule_id=schedule.pk, by=cast.sam, at=NOW)

    with pytest.raises(CannotPlan, match="This schedule is ended"):
        getattr(services, f"{move}_schedule")(schedule_id=schedule.pk, by=cast.sam, at=NOW)


@pytest.mark.parametrize("person", ["leda", "ana", "rae", "mina", "out"])
def test_only_who_runs_dip_samples_plans_reports(cast, schedule, person):
    somebody = getattr(cast, person)

    with pytest.raises(CannotPlan, match="Only a MASH supervisor"):
        plan(cast, by=somebody)
    for move in (services.pause_schedule, services.end_schedule):
        with pytest.raises(CannotPlan, match="Only a MASH supervisor"):
            move(schedule_id=schedule.pk, by=somebody, at=NOW)


def test_a_supervisor_of_another_force_moves_no_schedule_of_this_one(cast, schedule):
    stranger = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["MASH_SUPERVISOR"])

    with pytest.raises(CannotPlan, match="of this force"):
        services.end_schedule(schedule_id=schedule.pk, by=stranger, at=NOW)


def test_only_people_who_may_read_reports_of_the_force_are_put_on_its_list(cast):
    stranger = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["SENIOR_LEADER"])

    for reader in (cast.olu, cast.pam, stranger):
        with pytest.raises(CannotPlan, match="may not read"):
            plan(cast, readers=[cast.leda, reader])
    with pytest.raises(CannotPlan, match="at least one person"):
        plan(cast, readers=[])


def test_a_plan_that_cannot_be_recorded_is_not_made(cast, monkeypatch):
    def refuse(**_details: object) -> None:
        raise RuntimeError("no log")

    monkeypatch.setattr(services.audit, "record", refuse)

    with pytest.raises(RuntimeError):
        plan(cast)
    assert not ReportSchedule.objects.exists()
    assert not PeriodicTask.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "constraint"),
    [
        ({"day": 29}, "on_a_day_of_every_month"),
        ({"day": 0}, "on_a_day_of_every_month"),
        ({"next_due_at": None}, "due_while_it_runs"),
        ({"state": "PAUSED"}, "due_while_it_runs"),
        ({"state": "ENDED", "next_due_at": None}, "ended_says_who_and_when"),
    ],
)
def test_the_database_refuses_a_schedule_that_cannot_be(schedule, wrong, constraint):
    with pytest.raises(IntegrityError, match=f"report_schedule_{constraint}"), transaction.atomic():
        ReportSchedule.objects.filter(pk=schedule.pk).update(**wrong)


# --- who is told


def test_only_the_people_of_the_list_are_told_and_only_while_they_may_read(cast, sample, schedule):
    schedule.readers.set([cast.leda, cast.ana])
    (report,) = services.request_slots(at=DUE)
    assert readers_of(report, on=DUE.date()) == ["ana@example.org", "leda@example.org"]

    cast.ana.role_grants.update(ends_on=date(2026, 11, 30))

    assert readers_of(report, on=DUE.date()) == ["leda@example.org"]


def test_the_mail_of_a_slot_goes_to_its_list_with_a_link_only(cast, sample, schedule, mailoutbox):
    (report,) = services.request_slots(at=DUE)
    assert Job.objects.count() == 1

    email_readers_about_report(report_id=str(report.pk))

    (mail,) = mailoutbox
    assert mail.to == ["leda@example.org"]
    assert report.get_absolute_url() in mail.body
    assert mail.attachments == []

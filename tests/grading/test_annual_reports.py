"""Annual reports: asked for on the page and by schedule, made once, read by who reads reports of the force."""

from datetime import UTC, date, datetime, time

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from audit.models import Entry
from common.clock import LONDON
from grading.documents.annual_report import html_of
from grading.enums import ReportFile, ReportKind, Rhythm
from grading.models import Report, ReportSchedule, ReportSlot
from grading.queries.annual import content_of_year
from grading.queries.reports import readers_of
from grading.services import reports as services
from grading.services import schedules
from grading.services.reports import CannotHandOut, CannotMakeReport
from grading.services.schedules import CannotPlan
from grading.tasks import reports as tasks
from jobs import services as jobs
from jobs.models import Job
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.dip_samples import DipSampleFactory, reviewed_sample
from tests.factories.grading import GradingRoundFactory
from tests.factories.reports import AnnualReportFactory, ReportScheduleFactory
from tests.grading.round_reports import make
from tests.people import NOW
from tests.races import at_once
from tests.reading import text_of

LIST = "/grading/reports/"
DUE = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
ONCE_A_YEAR = {"kind": ReportKind.ANNUAL, "rhythm": Rhythm.YEARLY, "month": 3, "day": 1, "time": time(8, 0)}


@pytest.fixture
def sample(cast):
    """Twelve of fifteen, in November and December 2025."""
    return reviewed_sample(
        ["COMPLIANT"] * 12 + ["MISSING"] * 3,
        force=cast.police, by=cast.sam, district=cast.district, state="PUBLISHED",
        period_start=date(2025, 11, 1), period_end=date(2025, 12, 31),
    )  # fmt: skip


@pytest.fixture
def schedule(cast) -> ReportSchedule:
    """Of each year on 1 March of the next, first in 2027; Leda is told."""
    return ReportScheduleFactory(
        force=cast.police, planned_by=cast.sam, readers=[cast.leda], next_due_at=DUE, **ONCE_A_YEAR
    )


def plan(cast, **answers) -> ReportSchedule:
    return schedules.plan_reports(**(ONCE_A_YEAR | {"readers": [cast.leda], "by": cast.sam, "at": NOW} | answers))


# --- asking


def test_who_has_reports_made_has_that_of_a_year_made_and_it_is_recorded(cast, sample):
    report = services.request_annual_report(year=2025, by=cast.sam, at=NOW)

    assert (report.kind, report.force, report.year, report.is_scheduled) == ("ANNUAL", cast.police, 2025, False)
    entry = Entry.objects.get(what="grading.report_requested")
    assert (entry.actor_id, entry.details["year"]) == (str(cast.sam.pk), 2025)
    assert make(report).figures == content_of_year(cast.police, 2025, on=NOW.date())
    assert report.headline["percent"] == "80.0"
    assert services.hand_out(report_id=report.pk, by=cast.leda, at=NOW).startswith(b"%PDF")
    assert services.hand_out(report_id=report.pk, by=cast.leda, at=NOW, which=ReportFile.XLSX).startswith(b"PK")


@pytest.mark.parametrize("person", ["leda", "ana", "tess", "gail", "pam", "rae", "out", "ada"])
def test_nobody_else_does(cast, sample, person):
    with pytest.raises(CannotMakeReport, match="Only who runs dip samples"):
        services.request_annual_report(year=2025, by=getattr(cast, person), at=NOW)
    assert not Report.objects.exists()


@pytest.mark.parametrize("year", [2026, 2027, 2024, 1999])
def test_a_year_that_is_not_over_or_from_before_all_figures_has_no_report(cast, sample, year):
    with pytest.raises(CannotMakeReport, match="a year that is over"):
        services.request_annual_report(year=year, by=cast.sam, at=NOW)


def test_the_year_is_over_at_midnight_in_london(cast):
    new_year = datetime(2027, 1, 1, tzinfo=UTC)

    assert services.request_annual_report(year=2026, by=cast.sam, at=new_year).year == 2026


def test_asking_again_while_it_is_made_gives_the_same_one_and_each_force_and_year_its_own(cast):
    GradingRoundFactory(force=cast.police, state="PUBLISHED", starts_on=date(2024, 1, 1), ends_on=date(2024, 3, 31))
    other = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["MASH_SUPERVISOR"])
    first, second = (services.request_annual_report(year=2025, by=cast.sam, at=NOW) for _ in range(2))

    assert first == second
    assert services.request_annual_report(year=2024, by=cast.sam, at=NOW) != first
    assert services.request_annual_report(year=2025, by=other, at=NOW) != first
    assert Report.objects.count() == Job.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_four_who_ask_at_once_get_one_report(cast):
    asked = at_once(*[lambda: services.request_annual_report(year=2025, by=cast.sam, at=NOW)] * 4)

    assert len(set(asked)) == Report.objects.count() == 1


def test_the_clock_makes_none_by_itself(cast, sample):
    assert [report.kind for report in services.request_due_reports(at=NOW)] == ["DIP_SAMPLE"]


# --- cancelling


@pytest.mark.parametrize("moment", ["content_of_year", "pdf_of", "xlsx_of", "_finish"])
def test_a_worker_stops_at_its_next_step_and_leaves_no_file(cast, monkeypatch, moment):
    report = services.request_annual_report(year=2025, by=cast.sam, at=NOW)
    whole = getattr(tasks, moment)

    def cancelled_meanwhile(*arguments: object, **options: object) -> object:
        services.cancel_report(report_id=report.pk, by=cast.sam, at=NOW)
        return whole(*arguments, **options)

    monkeypatch.setattr(tasks, moment, cancelled_meanwhile)
    jobs.run(job_id=report.job_id, at=timezone.now())

    report.refresh_from_db()
    assert (report.is_made, report.cancelled_by, report.file.name) == (False, cast.sam, "")
    assert Entry.objects.get(what="grading.report_cancelled").details["year"] == 2025
    assert services.request_annual_report(year=2025, by=cast.sam, at=NOW) != report


# --- by schedule


def in_london(moments) -> list[str]:
    return [f"{moment.astimezone(LONDON):%d %b %Y %H:%M %Z}" for moment in moments]


@pytest.mark.parametrize(
    ("month", "runs"),
    [
        (3, ["01 Mar 2027 08:00 GMT", "01 Mar 2028 08:00 GMT", "01 Mar 2029 08:00 GMT"]),
        (4, ["01 Apr 2027 08:00 BST", "01 Apr 2028 08:00 BST", "01 Apr 2029 08:00 BST"]),
        (12, ["01 Dec 2026 08:00 GMT", "01 Dec 2027 08:00 GMT", "01 Dec 2028 08:00 GMT"]),
    ],
)
def test_it_is_due_once_a_year_on_that_day_of_the_london_clock(cast, month, runs):
    assert in_london(plan(cast, month=month).next_runs) == runs


def test_in_the_night_in_which_the_clocks_change_it_is_due_once(cast):
    """28 March 2027 has no 01:30 in London, 28 March 2032 neither; the years between have one."""
    planned = plan(cast, day=28, time=time(1, 30))

    assert in_london(planned.next_runs) == ["28 Mar 2027 02:30 BST", "28 Mar 2028 01:30 BST", "28 Mar 2029 01:30 BST"]


def test_a_slot_has_the_report_of_the_year_before_made_though_nothing_was_published(schedule):
    (report,) = schedules.request_slots(at=DUE)

    assert (report.kind, report.year, report.force, report.requested_by) == ("ANNUAL", 2026, schedule.force, None)
    assert (report.slot.year, report.slot.due_on) == (2026, date(2027, 3, 1))
    assert schedules.request_slots(at=DUE) == []
    jobs.run(job_id=report.job_id, at=DUE)
    report.refresh_from_db()
    assert report.figures["findings"][0].startswith("No dip sample of 2026 is published")
    assert readers_of(report, on=DUE.date()) == ["leda@example.org"]


def test_years_without_a_clock_are_made_up_for_once_each(schedule):
    late = datetime(2029, 5, 1, tzinfo=UTC)

    assert [report.year for report in schedules.request_slots(at=late)] == [2026, 2027, 2028]
    assert schedules.request_slots(at=late) == []


@pytest.mark.django_db(transaction=True)
def test_four_clocks_at_once_ask_for_one_report_of_the_year(schedule):
    asked = at_once(*[lambda: schedules.request_slots(at=DUE)] * 4)

    assert Report.objects.count() == ReportSlot.objects.count() == sum(map(len, asked)) == 1


def test_a_schedule_that_is_moved_within_the_year_makes_no_second_report_of_it(cast, schedule):
    schedules.request_slots(at=DUE)
    answers = {"rhythm": Rhythm.YEARLY, "month": 6, "day": 1, "time": time(8, 0), "readers": [cast.leda]}

    moved = schedules.change_schedule(schedule_id=schedule.pk, by=cast.sam, at=DUE, **answers)

    assert in_london(moved.next_runs[:1]) == ["01 Jun 2028 08:00 BST"]


def test_the_database_takes_one_slot_of_a_schedule_and_year(schedule):
    schedules.request_slots(at=DUE)

    with pytest.raises(IntegrityError, match="report_slot_once_a_year"), transaction.atomic():
        ReportSlot.objects.create(schedule=schedule, due_on=date(2027, 6, 1), due_at=DUE, filled_at=DUE, year=2026)


def test_a_plan_is_recorded_and_known_to_the_clock_in_its_month(cast):
    plan(cast, month=4)

    entry = Entry.objects.get()
    assert (entry.what, entry.details["kind"], entry.details["month"]) == ("grading.schedule_planned", "ANNUAL", 4)
    crontab = PeriodicTask.objects.get().crontab
    assert (crontab.day_of_month, crontab.month_of_year, str(crontab.timezone)) == ("1", "4", "Europe/London")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"month": None}, "Choose the month"),
        ({"month": 13}, "Choose the month"),
        ({"rhythm": Rhythm.MONTHLY, "month": None}, "once a year"),
        ({"kind": ReportKind.DIP_SAMPLE}, "once a year"),
        ({"kind": ReportKind.DIP_SAMPLE, "rhythm": Rhythm.MONTHLY}, "Choose the month"),
    ],
)
def test_what_is_planned_once_a_year_is_the_annual_report_in_a_month(cast, wrong, said):
    with pytest.raises(CannotPlan, match=said):
        plan(cast, **wrong)


@pytest.mark.parametrize(
    "wrong", [{"month": None}, {"month": 0}, {"month": 13}, {"rhythm": "MONTHLY"}, {"kind": "DIP_SAMPLE"}]
)
def test_the_database_refuses_another_plan(schedule, wrong):
    with pytest.raises(IntegrityError, match="once_a_year_in_its_month"), transaction.atomic():
        ReportSchedule.objects.filter(pk=schedule.pk).update(**wrong)


# --- what the database keeps


@pytest.mark.parametrize(
    "wrong", [{"force": None}, {"year": None}, {"kind": "ROUND"}, {"kind": "DIP_SAMPLE"}, {"dip_sample": "one"}]
)
def test_a_report_is_of_a_year_of_a_force_as_its_kind_says(cast, wrong):
    if "dip_sample" in wrong:
        wrong = {"dip_sample": DipSampleFactory(force=cast.police, drawn_by=cast.sam, state="PUBLISHED")}

    with pytest.raises(IntegrityError, match="report_is_of_what_its_kind_says"), transaction.atomic():
        AnnualReportFactory(**({"force": cast.police, "requested_by": cast.sam} | wrong))


def test_the_clock_has_no_annual_report_without_a_slot(cast):
    with pytest.raises(IntegrityError, match="report_of_a_year_is_planned_or_asked_for"), transaction.atomic():
        AnnualReportFactory(force=cast.police, is_scheduled=True, requested_by=None)


def test_what_was_made_is_never_changed(cast):
    report = make(services.request_annual_report(year=2025, by=cast.sam, at=NOW))

    for change in ({"figures": {}}, {"year": 2024}, {"force": cast.council}):
        with pytest.raises(Error, match="never changed"), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**change)


def test_the_rules_are_checked_for_the_rows_that_are_there(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE NOT convalidated "
            "AND conrelid IN ('grading_report'::regclass, 'grading_reportschedule'::regclass)"
        )
        assert cursor.fetchall() == []


# --- who reads it


@pytest.mark.parametrize(
    ("person", "may"),
    [("sam", True), ("leda", True), ("ana", True)]
    + [(name, False) for name in ("gail", "pam", "tess", "rae", "mina", "olu", "pat", "out", "ada")],
)
def test_who_reads_reports_of_the_force_reads_it(cast, person, may):
    report = AnnualReportFactory(force=cast.police, requested_by=cast.sam, made=True)
    reader = getattr(cast, person)

    assert Report.objects.visible_to(reader).filter(pk=report.pk).exists() == may
    if not may:
        with pytest.raises(CannotHandOut, match="Only who may read"):
            services.hand_out(report_id=report.pk, by=reader, at=NOW)


def test_readers_of_another_force_do_not(cast):
    AnnualReportFactory(force=cast.police, requested_by=cast.sam, made=True)
    leader = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["SENIOR_LEADER"])

    assert not Report.objects.visible_to(leader).exists()


def test_readers_get_a_link_and_nothing_else(cast, sample, mailoutbox):
    report = make(services.request_annual_report(year=2025, by=cast.sam, at=NOW))
    job = Job.objects.get(task="grading.tasks.reports.email_readers_about_report")

    jobs.run(job_id=job.pk, at=timezone.now())

    assert sorted(mail.to[0] for mail in mailoutbox) == ["ana@example.org", "leda@example.org", "sam@example.org"]
    mail = mailoutbox[0]
    assert (mail.subject, mail.attachments) == ("A report is ready: 2025", [])
    assert "Annual report, 2025" in mail.body
    assert report.get_absolute_url() in mail.body
    assert "80.0" not in mail.body
    assert "12 of" not in mail.body


# --- pages


def test_an_annual_report_by_the_pages_from_the_button_to_the_file(client, cast, sample):
    client.signed_in(cast.sam)
    assert "Make an annual report" in text_of(client.get(LIST))

    response = client.post(reverse("grading:annual_report"), {"year": "2025"})

    report = Report.objects.get()
    assert response["Location"] == report.get_absolute_url()
    waiting = text_of(client.get(report.get_absolute_url()))
    assert "Annual report of 2025" in waiting
    assert "Cancel this report" in waiting
    make(report)
    page = text_of(client.get(report.get_absolute_url()))
    for said in ("80.0%", "12 of the 15 incidents", "Dip sample of November to December 2025", report.sha256):
        assert said in page
    answer = client.get(reverse("grading:report_download", args=[report.pk]))
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"] == 'attachment; filename="annual-report-2025.pdf"'
    tables = client.get(reverse("grading:report_tables", args=[report.pk]))
    assert tables["Content-Disposition"] == 'attachment; filename="annual-report-2025.xlsx"'
    listed = text_of(client.get(LIST))
    assert "Annual report" in listed
    assert "80.0% 12 of 15" in listed


def test_the_page_says_what_the_file_says(client, cast, sample):
    report = AnnualReportFactory(force=cast.police, requested_by=cast.sam, made=True)

    page = client.signed_in(cast.leda).get(report.get_absolute_url()).content.decode()

    body = html_of(report.figures).split("<body>")[1].split("</p>", 1)[1].split("</body>")[0].strip()
    assert body in page


@pytest.mark.parametrize(
    ("year", "said"), [("", "Choose the year to report on"), ("2026", "Choose a year of the list"), ("x", "Choose a year of the list")]
)  # fmt: skip
def test_a_year_that_cannot_be_reported_answers_422_beside_its_field(client, cast, year, said):
    response = client.signed_in(cast.sam).post(reverse("grading:annual_report"), {"year": year})

    assert response.status_code == 422
    assert response.context["annual_form"].errors == {"year": [said]}
    assert f'href="#id_year">{said}' in response.content.decode()
    assert not Report.objects.exists()


def test_readers_are_offered_nothing_to_make(client, cast):
    assert "Make an annual report" not in text_of(client.signed_in(cast.leda).get(LIST))


def test_one_that_failed_can_be_made_again_from_its_page(client, cast):
    report = AnnualReportFactory(force=cast.police, requested_by=cast.sam, failed=True)

    page = client.signed_in(cast.sam).get(report.get_absolute_url()).content.decode()

    assert f'action="{reverse("grading:annual_report")}"' in page
    assert '<input type="hidden" name="year" value="2025">' in page


def test_a_supervisor_plans_it_by_the_pages_and_moves_it(client, cast):
    client.signed_in(cast.sam)
    address = "/grading/reports/schedules/"
    answers = {"rhythm": "YEARLY", "month": "3", "day": "1", "time": "08:00", "readers": [str(cast.leda.pk)]}

    without = client.post(f"{address}new/", answers | {"month": ""})
    assert (without.status_code, without.context["form"].errors) == (
        422, {"month": ["Choose the month of the annual report"]}
    )  # fmt: skip
    assert client.post(f"{address}new/", answers)["Location"] == address

    schedule = ReportSchedule.objects.get()
    page = text_of(client.get(address))
    assert "Once a year, in March, on day 1 at 08:00" in page
    assert page.count("1 March") == 3
    change = client.get(f"{address}{schedule.pk}/change/").content.decode()
    assert "Every month" not in change, "a schedule keeps its kind"
    client.post(f"{address}{schedule.pk}/change/", answers | {"month": "4"})
    assert "Once a year, in April" in text_of(client.get(address))


def test_a_month_that_is_not_asked_for_is_left_alone(client, cast):
    answers = {"rhythm": "MONTHLY", "month": "3", "day": "1", "time": "08:00", "readers": [str(cast.leda.pk)]}

    client.signed_in(cast.sam).post("/grading/reports/schedules/new/", answers)

    schedule = ReportSchedule.objects.get()
    assert (schedule.kind, schedule.month) == ("DIP_SAMPLE", None)
    change = client.get(f"/grading/reports/schedules/{schedule.pk}/change/").content.decode()
    assert "Once a year" not in change


# --- what it costs


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_reports(client, cast, count, django_assert_num_queries):
    for _ in range(count):
        AnnualReportFactory(force=cast.police, requested_by=cast.sam, made=True)
    client.signed_in(cast.leda)

    with django_assert_num_queries(4):
        client.get(LIST)


def test_the_page_of_a_report_works_nothing_out_again(client, cast, django_assert_num_queries):
    report = AnnualReportFactory(force=cast.police, requested_by=cast.sam, made=True)
    client.signed_in(cast.leda)

    with django_assert_num_queries(4):
        client.get(report.get_absolute_url())

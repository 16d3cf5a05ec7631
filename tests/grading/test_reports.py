"""A report from being asked for to being handed out: what it says, that it never changes, and that it is made once."""

import hashlib
import threading
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from audit.models import Entry
from grading.documents.dip_sample_report import html_of, pdf_of
from grading.models import DipSample, Report
from grading.queries.reports import chart_of, content_of, readers_of
from grading.services import reports as services
from grading.services.reports import CannotHandOut, CannotMakeReport
from grading.tasks.reports import FOLDER
from jobs import services as jobs
from jobs.models import Job
from tests.factories.accounts import AgencyFactory, AreaFactory
from tests.factories.dip_samples import FORTY, DipSampleFactory, IncidentReviewFactory, reviewed_sample
from tests.factories.reports import ReportFactory
from tests.people import NOW
from tests.reading import pages_of
from tests.tampering import walls_down

KINDS = ["DOMESTIC", "CHILD_CONCERN", "ADULT_CONCERN", "MISSING"]


@pytest.fixture
def sample(cast) -> DipSample:
    """The forty incidents of the worked example, published."""
    return reviewed_sample(
        FORTY, force=cast.police, by=cast.sam, district=cast.district, kinds=KINDS, state="PUBLISHED"
    )


def make(report: Report) -> Report:
    """What a worker does with it."""
    jobs.run(job_id=report.job_id, at=timezone.now())
    report.refresh_from_db()
    return report


# --- the document


def test_the_pdf_says_the_figures_with_intervals_method_seed_and_digest(sample):
    words = " ".join(pages_of(pdf_of(content_of(sample)).content))

    for said in (
        "88.0%",
        "22 of the 25 incidents that needed a form have every form they needed. 95% interval 70.0% to 95.8%",
        "Form sent though none was needed 3 of 13 23.1% 8.2% to 50.3%",
        "Forms found, of forms needed 24 of 27 88.9% 71.9% to 96.1%",
        "2 incidents stayed unclear",
        "With this sample 40 incidents of 2026 have been looked at, of 200 that must be; 160 are still to come.",
        "40 from 400 incidents",
        "a fixed seed",
        "sha256-pick-1",
        "0123456789abcdef" * 4,
        "Domestic incident",
        "Figure Count Share 95% interval",
    ):
        assert said in words


def test_each_page_is_marked_at_top_and_bottom_and_numbered(sample):
    pages = pages_of(pdf_of(content_of(sample)).content)

    assert len(pages) >= 2
    for number, words in enumerate(pages, start=1):
        assert words.count("OFFICIAL-SENSITIVE") == 2
        assert f"Page {number} of {len(pages)}" in words


def test_the_same_sample_gives_the_same_bytes_again(sample):
    first, second = pdf_of(content_of(sample)), pdf_of(content_of(sample))

    assert pages_of(first.content) == pages_of(second.content)
    assert first.content == second.content


def test_the_chart_stands_above_the_table_behind_it(sample):
    content = content_of(sample)
    html, chart = html_of(content), chart_of(content)

    assert chart.title == "Compliance 88.0%: 22 of the 25 incidents that needed a form have it"
    assert html.count("<svg") == 1
    assert html.index("<svg") < html.index("Compliance, by kind of incident")
    assert [label.label for label in chart.labels] == ["All", *[line["name"] for line in content["groups"][0]["lines"]]]
    assert len(chart.bars) == len(chart.whiskers) == len(chart.labels)


def test_no_small_number_is_in_a_report(cast):
    sample = reviewed_sample(
        ["COMPLIANT"] * 4 + ["OVER_SUBMITTED"] * 3, force=cast.police, by=cast.sam, district=cast.district
    )

    content = content_of(sample)

    assert content["all"]["compliance"] is None
    assert content["all"]["over_submission"] is None
    assert [group["lines"] for group in content["groups"]] == [[], [], []]
    assert chart_of(content) is None
    words = " ".join(pages_of(pdf_of(content).content))
    assert "Compliance is not shown: fewer than 5 incidents needed a form." in words
    assert "4 of 4" not in words


HOSTILE = (
    '<img src="{url}/x"><script src="{url}/x"></script></style><link rel=stylesheet href="{url}/x">'
    '<svg><image href="file:///etc/hostname"/></svg>url({url}/x) {{{{ settings.SECRET_KEY }}}}'
)


def test_hostile_words_reach_nothing_and_are_printed_as_words(cast, settings):
    """Every free text that enters a report: names of force, district and team, the rule, the seed."""
    words = HOSTILE.format(url="http://127.0.0.1:1")
    force = AgencyFactory(name=words[:120], kind="POLICE")
    sample = reviewed_sample(
        ["COMPLIANT"] * 6,
        force=force,
        by=cast.sam,
        district=AreaFactory(name=words[:80]),
        rule={"words": words},
        seed="<b>seed</b>",
    )

    html = html_of(content_of(sample))

    for mark in ("<img", "<script", "<link", "<image", "<b>"):
        assert mark not in html
    assert html.count("</style>") == 1
    printed = " ".join(pages_of(pdf_of(content_of(sample)).content))
    assert "<script" in printed
    assert settings.SECRET_KEY not in printed


# --- asking for one


def test_who_runs_dip_samples_asks_for_a_report_and_a_worker_makes_it(sample, cast):
    report = services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW)
    assert (report.is_made, report.job.queue) == (False, "reports")

    make(report)

    with report.file.open("rb") as file:
        content = file.read()
    assert content.startswith(b"%PDF")
    assert (report.sha256, report.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert report.pages == len(pages_of(content))
    assert report.figures == content_of(sample)
    assert report.job.is_finished
    assert list(Entry.objects.order_by("pk").values_list("what", flat=True)) == [
        "grading.report_requested",
        "grading.report_made",
    ]


def test_a_second_report_has_the_same_figures_and_the_first_stays(sample, cast):
    first = make(services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW))
    second = make(services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW + timedelta(days=1)))

    assert first.pk != second.pk
    assert first.figures == second.figures
    assert first.sha256 == second.sha256
    assert first.file.name != second.file.name


def test_asking_again_while_one_is_being_made_gives_that_one(sample, cast):
    first = services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW)

    assert services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW) == first
    assert Job.objects.count() == 1


@pytest.mark.parametrize("state", ["DRAWN", "IN_REVIEW"])
def test_no_report_before_the_last_review(cast, state):
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam, state=state)

    with pytest.raises(CannotMakeReport, match="once every incident"):
        services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW)


@pytest.mark.parametrize("person", ["leda", "ana", "rae", "gail", "out"])
def test_only_who_runs_dip_samples_of_the_force_asks_for_a_report(sample, cast, person):
    with pytest.raises(CannotMakeReport, match="Only who runs"):
        services.request_report(sample_id=sample.pk, by=getattr(cast, person), at=NOW)

    assert not Report.objects.exists()


def test_a_supervisor_of_another_force_asks_for_none(sample, cast):
    with walls_down(DipSample):
        DipSample.objects.filter(pk=sample.pk).update(force=AgencyFactory(kind="POLICE"))

    with pytest.raises(CannotMakeReport, match="Only who runs"):
        services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW)


# --- on schedule


def test_the_clock_has_a_report_made_of_each_published_sample_once(sample, cast):
    first = services.request_due_reports(at=NOW)
    assert [(report.dip_sample, report.is_scheduled, report.requested_by) for report in first] == [(sample, True, None)]

    assert services.request_due_reports(at=NOW) == []
    make(first[0])
    assert services.request_due_reports(at=NOW + timedelta(days=1)) == []


def test_the_clock_leaves_samples_alone_that_have_a_report_since_publication(sample, cast):
    ReportFactory(dip_sample=sample, made=True)

    assert services.request_due_reports(at=NOW) == []


def test_a_report_from_before_publication_does_not_count(sample, cast):
    ReportFactory(dip_sample=sample, made=True, requested_at=sample.published_at - timedelta(hours=1))

    assert len(services.request_due_reports(at=NOW)) == 1


def test_the_clock_waits_for_publication(cast):
    """Until then a review may be corrected, and readers may not see the figures."""
    reviewed_sample(["COMPLIANT"] * 6, force=cast.police, by=cast.sam, district=cast.district, state="REVIEWED")

    assert services.request_due_reports(at=NOW) == []


def test_a_report_that_failed_on_schedule_is_not_tried_for_ever(sample):
    ReportFactory(dip_sample=sample, is_scheduled=True, requested_by=None, failed=True)

    assert services.request_due_reports(at=NOW) == []


def test_the_database_takes_one_scheduled_report_of_a_sample(sample):
    ReportFactory(dip_sample=sample, is_scheduled=True, requested_by=None)

    with pytest.raises(IntegrityError, match="report_scheduled_once_a_sample"), transaction.atomic():
        ReportFactory(dip_sample=sample, is_scheduled=True, requested_by=None)


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_ask_for_one_report(cast):
    reviewed_sample(["COMPLIANT"] * 6, force=cast.police, by=cast.sam, district=cast.district, state="PUBLISHED")
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


# --- a report never changes


def test_the_database_refuses_to_change_a_made_report(sample, cast):
    report = make(services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW))

    with pytest.raises(Error, match="never changed"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(sha256="0" * 64)


def test_a_made_report_keeps_its_figures_when_a_review_changes(cast):
    sample = reviewed_sample(["COMPLIANT"] * 6, force=cast.police, by=cast.sam, district=cast.district)
    report = make(services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW))

    review = sample.incidents.first().reviews.get()
    review.found_types, review.done, review.in_time = [], False, None
    review.save()

    report.refresh_from_db()
    assert report.figures["all"]["compliance"]["successes"] == 6
    assert content_of(sample)["all"]["compliance"]["successes"] == 5


# --- attempts that are cut short


def test_the_job_of_a_made_report_does_nothing_when_it_is_nudged_again(sample, cast):
    report = make(services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW))
    before = report.made_at

    make(report)

    assert report.made_at == before
    assert Entry.objects.filter(what="grading.report_made").count() == 1


def test_what_an_attempt_left_behind_is_removed_by_the_next(sample, cast):
    report = services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW)
    orphan = default_storage.save(f"{FOLDER}/{report.pk}/cut-short.pdf", ContentFile(b"%PDF-1.7 half"))

    make(report)

    assert not default_storage.exists(orphan)
    left = {f"{FOLDER}/{report.pk}/{name}" for name in default_storage.listdir(f"{FOLDER}/{report.pk}")[1]}
    assert left == {report.file.name, report.tables.name}


def test_a_worker_that_lost_its_lease_keeps_nothing(sample, cast, monkeypatch):
    report = services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW)

    def overtaken(content):
        pdf = pdf_of(content)
        Job.objects.filter(pk=report.job_id).update(lease_token=None, lease_until=None, due_at=NOW)
        return pdf

    # Another worker takes the job over while this one draws: the lease is gone when it wants to finish.
    monkeypatch.setattr("grading.tasks.reports.pdf_of", overtaken)
    make(report)

    assert not report.is_made
    assert not report.job.is_finished
    assert not default_storage.exists(f"{FOLDER}/{report.pk}") or (
        default_storage.listdir(f"{FOLDER}/{report.pk}")[1] == []
    )


def test_the_night_shift_removes_what_no_report_names_and_nothing_else(sample, cast):
    made = make(services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW))
    in_hand = services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW)
    failed = ReportFactory(dip_sample=sample, failed=True)
    unknown = "00000000-0000-4000-8000-000000000000"

    def leave(folder: str) -> str:
        return default_storage.save(f"{FOLDER}/{folder}/left.pdf", ContentFile(b"left"))

    left = {name: leave(str(name)) for name in (made.pk, in_hand.pk, failed.pk, unknown)}

    assert services.remove_orphaned_files() >= 3

    assert {name for name, file in left.items() if default_storage.exists(file)} == {in_hand.pk}
    assert default_storage.exists(made.file.name)
    assert services.remove_orphaned_files() == 0


# --- handing out


def test_handing_out_gives_the_bytes_and_is_recorded(sample, cast):
    report = make(services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW))

    content = services.hand_out(report_id=report.pk, by=cast.leda, at=NOW)

    assert hashlib.sha256(content).hexdigest() == report.sha256
    entry = Entry.objects.get(what="grading.report_downloaded")
    assert (entry.verb, entry.actor_id, entry.object_id) == ("DOWNLOADED", str(cast.leda.pk), str(report.pk))


@pytest.mark.parametrize("person", ["out", "pat", "rae", "olu", "ada"])
def test_a_report_is_handed_out_to_nobody_who_may_not_read_it(sample, cast, person):
    report = ReportFactory(dip_sample=sample, made=True)

    with pytest.raises(CannotHandOut, match="Only who may read"):
        services.hand_out(report_id=report.pk, by=getattr(cast, person), at=NOW)
    assert not Entry.objects.exists()


def test_a_report_from_before_publication_is_handed_out_to_who_runs_the_sample_only(sample, cast):
    early = ReportFactory(dip_sample=sample, made=True, requested_at=sample.published_at - timedelta(minutes=1))

    with pytest.raises(CannotHandOut, match="Only who may read"):
        services.hand_out(report_id=early.pk, by=cast.leda, at=NOW)
    assert services.hand_out(report_id=early.pk, by=cast.sam, at=NOW)


def test_a_file_that_is_not_what_was_made_is_not_handed_out(sample, cast):
    report = ReportFactory(dip_sample=sample, made=True)
    default_storage.delete(report.file.name)
    with pytest.raises(CannotHandOut, match="not in the file store"):
        services.hand_out(report_id=report.pk, by=cast.sam, at=NOW)

    default_storage.save(report.file.name, ContentFile(b"%PDF-1.7 forged"))
    with pytest.raises(CannotHandOut, match="not the one that was made"):
        services.hand_out(report_id=report.pk, by=cast.sam, at=NOW)
    assert not Entry.objects.filter(what="grading.report_downloaded").exists()


# --- who is told


def mail_of(report: Report, outbox) -> list[str]:
    job = Job.objects.get(task="grading.tasks.reports.email_readers_about_report", arguments__report_id=str(report.pk))
    outbox.clear()
    jobs.run(job_id=job.pk, at=timezone.now())
    return sorted(mail.to[0] for mail in outbox)


def test_readers_get_a_link_and_nothing_else(sample, cast, mailoutbox):
    report = make(services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW))

    assert mail_of(report, mailoutbox) == ["ana@example.org", "leda@example.org", "sam@example.org"]
    mail = mailoutbox[0]
    assert mail.subject == "A report is ready: July to August 2026"
    assert report.get_absolute_url() in mail.body
    assert "88" not in mail.body.replace(str(report.pk), "")
    assert mail.attachments == []


def test_before_publication_only_who_runs_the_sample_is_told(cast, mailoutbox):
    sample = reviewed_sample(["COMPLIANT"] * 6, force=cast.police, by=cast.sam, district=cast.district)
    report = make(services.request_report(sample_id=sample.pk, by=cast.sam, at=NOW))

    assert mail_of(report, mailoutbox) == ["sam@example.org"]


def test_nobody_who_has_left_is_told(sample, cast):
    report = ReportFactory(dip_sample=sample)
    cast.leda.is_active = False
    cast.leda.save()
    cast.ana.role_grants.update(ends_on=date(2021, 1, 1))

    assert readers_of(report, on=NOW.date()) == ["sam@example.org"]


def test_agreement_of_two_reviews_is_in_the_report(sample, cast):
    for sampled in sample.incidents.order_by("position")[:6]:
        IncidentReviewFactory(sampled=sampled, reviewer_number=2, reviewed_by=cast.mina)

    words = " ".join(pages_of(pdf_of(content_of(sample)).content))

    assert (
        "6 incidents were reviewed twice, independently. Both reviews came to the same for 6 of them: 100.0%" in words
    )
    assert "too few to say how well reviewers agree" in words

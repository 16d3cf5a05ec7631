"""The pages of reports: asking, waiting, reading, downloading."""

from datetime import date, timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from grading.models import Report
from jobs import services as jobs
from jobs.models import Job
from tests.factories.dip_samples import FORTY, DipSampleFactory, reviewed_sample
from tests.factories.reports import ReportFactory
from tests.people import Cast
from tests.reading import text_of

LIST = "/grading/reports/"


@pytest.fixture
def sample(cast: Cast):
    """The forty incidents of the worked example, published."""
    return reviewed_sample(
        FORTY,
        force=cast.police,
        by=cast.sam,
        district=cast.district,
        kinds=["DOMESTIC", "CHILD_CONCERN"],
        state="PUBLISHED",
    )


def test_a_report_by_the_pages_from_the_button_to_the_file(client, cast, sample):
    client.signed_in(cast.sam)

    response = client.post(LIST, {"sample": str(sample.pk)})
    report = Report.objects.get()
    assert response["Location"] == report.get_absolute_url()
    waiting = client.get(report.get_absolute_url())
    assert "Waiting to start" in text_of(waiting)
    assert f'<a class="govuk-link" href="{report.get_absolute_url()}">Check again</a>' in waiting.content.decode()

    jobs.run(job_id=report.job_id, at=timezone.now())

    report.refresh_from_db()
    page = client.get(report.get_absolute_url())
    for said in ("88.0%", "22 of the 25 incidents", "70.0% to 95.8%", "3 of 13", "a fixed seed", report.sha256):
        assert said in text_of(page)
    assert page.content.decode().count("<svg") == 1
    answer = client.get(reverse("grading:report_download", args=[report.pk]))
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="dip-sample-2026-07-to-2026-08.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store, private"
    entry = Entry.objects.get(what="grading.report_downloaded")
    assert (entry.verb, entry.actor_id) == ("DOWNLOADED", str(cast.sam.pk))


def test_the_page_says_what_the_file_says(client, cast, sample):
    """Every cell of every table of the document is on the page: both are drawn from the same content."""
    report = ReportFactory(dip_sample=sample, made=True)
    client.signed_in(cast.leda)

    page = text_of(client.get(report.get_absolute_url()))

    for group in report.figures["groups"]:
        for line in group["lines"]:
            for said in (line["name"], f"{line['compliance']['percent']}%", f"{line['compliance']['low']}% to"):
                assert said in page
    for finding in report.figures["findings"]:
        assert finding in page


def test_asking_twice_leads_to_the_same_report(client, cast, sample):
    client.signed_in(cast.sam)

    first, second = (client.post(LIST, {"sample": str(sample.pk)})["Location"] for _ in range(2))

    assert first == second


def test_asking_without_a_sample_answers_422_and_says_what_to_do(client, cast, sample):
    response = client.signed_in(cast.sam).post(LIST, {})

    assert response.status_code == 422
    assert "Choose the dip sample to report on" in text_of(response)


def test_a_sample_that_is_not_all_reviewed_cannot_be_chosen(client, cast, sample):
    early = DipSampleFactory(
        force=cast.police,
        drawn_by=cast.sam,
        state="IN_REVIEW",
        period_start=date(2026, 9, 1),
        period_end=date(2026, 10, 31),
    )
    client.signed_in(cast.sam)

    assert str(early.pk) not in client.get(LIST).content.decode()
    assert client.post(LIST, {"sample": str(early.pk)}).status_code == 422


def test_readers_are_offered_no_button(client, cast, sample):
    page = client.signed_in(cast.leda).get(LIST).content.decode()

    assert "Make a report" not in page


def test_the_progress_page_shows_the_step_and_asks_again_by_itself(client, cast, sample):
    report = ReportFactory(dip_sample=sample)
    Job.objects.filter(pk=report.job_id).update(stage="Drawing the pages", steps_done=1, steps_total=3)
    client.signed_in(cast.sam)

    page = client.get(report.get_absolute_url()).content.decode()

    assert "Drawing the pages: 1 of 3" in page
    assert f'hx-get="{report.get_absolute_url()}" hx-trigger="every 2s"' in page
    assert "/static/build/htmx.min.js" in page


def test_a_page_that_waits_turns_to_the_report_when_it_is_made(client, cast, sample):
    report = ReportFactory(dip_sample=sample, made=True)

    response = client.signed_in(cast.sam).get(report.get_absolute_url(), headers={"HX-Request": "true"})

    assert (response.status_code, response["HX-Refresh"]) == (200, "true")


def test_the_page_says_when_the_worker_has_stopped(client, cast, sample):
    report = ReportFactory(dip_sample=sample)
    Job.objects.filter(pk=report.job_id).update(
        lease_token=report.job_id, lease_until=timezone.now() - timedelta(seconds=1)
    )

    page = text_of(client.signed_in(cast.sam).get(report.get_absolute_url()))

    assert "The worker that was making it has stopped. Another one takes it over by itself." in page


def test_a_report_that_failed_says_so_stops_asking_and_can_be_made_again(client, cast, sample):
    report = ReportFactory(dip_sample=sample, failed=True)
    client.signed_in(cast.sam)

    page = client.get(report.get_absolute_url()).content.decode()

    assert "It could not be made: MemoryError" in page
    assert "hx-trigger" not in page
    assert "Make it again" in page
    assert "Make it again" not in client.signed_in(cast.leda).get(report.get_absolute_url()).content.decode()


def test_a_file_that_is_gone_leads_back_to_the_page_with_the_reason(client, cast, sample):
    report = ReportFactory(dip_sample=sample, made=True)
    default_storage.delete(report.file.name)
    client.signed_in(cast.sam)

    response = client.get(reverse("grading:report_download", args=[report.pk]), follow=True)

    assert "not in the file store" in text_of(response)


@pytest.mark.parametrize("person", ["out", "pat", "pam", "rae", "olu", "ada", "iggy"])
def test_for_others_a_report_does_not_exist(client, cast, sample, person):
    report = ReportFactory(dip_sample=sample, made=True)
    client.signed_in(getattr(cast, person))

    for url in (report.get_absolute_url(), reverse("grading:report_download", args=[report.pk])):
        assert client.get(url).status_code == 404


def test_readers_see_no_report_from_before_publication(client, cast, sample):
    early = ReportFactory(dip_sample=sample, made=True, requested_at=sample.published_at - timedelta(minutes=1))
    client.signed_in(cast.leda)

    assert client.get(early.get_absolute_url()).status_code == 404
    assert str(early.pk) not in client.get(LIST).content.decode()
    assert client.signed_in(cast.sam).get(early.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_reports(client, cast, sample, count, django_assert_num_queries):
    for _ in range(count):
        ReportFactory(dip_sample=sample, made=True)
    client.signed_in(cast.leda)

    with django_assert_num_queries(4):
        client.get(LIST)


def test_reports_are_in_the_navigation_of_those_who_may_read_them(client, cast, sample):
    assert f'href="{LIST}"' in client.signed_in(cast.leda).get("/").content.decode()
    assert f'href="{LIST}"' not in client.signed_in(cast.olu).get("/").content.decode()

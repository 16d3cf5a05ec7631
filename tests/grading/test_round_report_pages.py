"""The report of a grading round on its pages, and what they cost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grading.documents.round_report import html_of
from grading.models import GradingRound, Report
from grading.queries.round_report import content_of_round
from tests.factories.dip_samples import DipSampleFactory
from tests.factories.grading import (
    GradingRoundFactory,
)
from tests.factories.reports import ReportFactory, RoundReportFactory
from tests.grading.round_reports import CHILD, graded, make, say
from tests.reading import text_of


@pytest.fixture
def round(cast) -> GradingRound:
    return graded(cast)


# --- pages


def test_a_report_by_the_pages_from_the_button_of_the_round_to_the_file(client, cast, round):
    client.signed_in(cast.sam)
    assert "Make the report" in text_of(client.get(round.get_absolute_url()))

    response = client.post(reverse("grading:round_report", args=[round.pk]))

    report = Report.objects.get()
    assert response["Location"] == report.get_absolute_url()
    waiting = text_of(client.get(report.get_absolute_url()))
    assert "Report on the grading round July to September 2026" in waiting
    assert "Cancel this report" in waiting
    make(report)
    page = client.get(report.get_absolute_url())
    for said in ("70.0%", "7 of 10 PPNs were graded 3 or 4", "39.7% to 89.2%", "a fixed seed", report.sha256):
        assert said in text_of(page)
    answer = client.get(reverse("grading:report_download", args=[report.pk]))
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"] == 'attachment; filename="grading-round-2026-07-to-2026-09.pdf"'
    tables = client.get(reverse("grading:report_tables", args=[report.pk]))
    assert tables["Content-Disposition"] == 'attachment; filename="grading-round-2026-07-to-2026-09.xlsx"'
    link = f'<a class="govuk-link" href="{report.get_absolute_url()}">Report of this round</a>'
    assert link in client.get(round.get_absolute_url()).content.decode()


def test_the_page_says_what_the_file_says(client, cast, round):
    say(round, 1, "Say what you saw.")
    report = RoundReportFactory(round=round, made=True)

    page = client.signed_in(cast.leda).get(report.get_absolute_url()).content.decode()

    body = html_of(report.figures).split("<body>")[1]
    for table in re.findall(r"<table.*?</table>", body, flags=re.S):
        assert table in page
    for chart in re.findall(r"<svg.*?</svg>", body, flags=re.S):
        assert chart in page
    for words in (*report.figures["findings"], *report.figures["not_said"], *report.figures["learning_points"]):
        assert words in page


def test_readers_see_the_report_from_the_round_and_no_button_and_its_panel_neither(client, cast, round):
    report = RoundReportFactory(round=round, made=True)

    for_leader = client.signed_in(cast.leda).get(round.get_absolute_url()).content.decode()
    for_partner = client.signed_in(cast.pam).get(round.get_absolute_url()).content.decode()

    assert report.get_absolute_url() in for_leader
    assert report.get_absolute_url() not in for_partner
    for page in (for_leader, for_partner):
        assert reverse("grading:round_report", args=[round.pk]) not in page


def test_one_that_failed_can_be_made_again_from_its_page(client, cast, round):
    report = RoundReportFactory(round=round, failed=True)

    page = client.signed_in(cast.sam).get(report.get_absolute_url()).content.decode()

    assert f'action="{reverse("grading:round_report", args=[round.pk])}"' in page
    assert "Make it again" in page


def test_asking_too_early_leads_back_to_the_round_with_the_reason(client, cast):
    early = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="MODERATING")

    response = client.signed_in(cast.sam).post(reverse("grading:round_report", args=[early.pk]), follow=True)

    assert "A report can be made once the round is published." in text_of(response)


def test_the_list_has_both_kinds_with_the_figure_that_leads(client, cast, round):
    RoundReportFactory(round=round, made=True)
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam, state="PUBLISHED")
    ReportFactory(dip_sample=sample, made=True)

    page = text_of(client.signed_in(cast.leda).get("/grading/reports/"))

    assert "Grades of a round" in page
    assert "Compliance of a dip sample" in page
    assert "70.0% 7 of 10" in page


# --- what it costs


@pytest.mark.parametrize("count", [5, 10])
def test_the_figures_cost_the_same_however_many_ppns(cast, count):
    made = graded(cast, [3] * count, types=[CHILD] * count)
    for position in range(1, count + 1):
        say(made, position, f"Point {position}.")

    with CaptureQueriesContext(connection) as queries:
        content_of_round(made)
    assert len(queries) == 13


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_reports(client, cast, round, count, django_assert_num_queries):
    for _ in range(count):
        RoundReportFactory(round=round, made=True)
    client.signed_in(cast.leda)

    with django_assert_num_queries(4):
        client.get("/grading/reports/")


def test_the_page_of_a_report_works_nothing_out_again(client, cast, round, django_assert_num_queries):
    report = RoundReportFactory(round=round, made=True)
    client.signed_in(cast.leda)

    with django_assert_num_queries(4):
        client.get(report.get_absolute_url())


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_round_finds_its_report_by_one_question(client, cast, round, count, django_assert_num_queries):
    for _ in range(count):
        RoundReportFactory(round=round, made=True)
    client.signed_in(cast.leda)

    with django_assert_num_queries(9):
        client.get(round.get_absolute_url())

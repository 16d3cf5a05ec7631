"""The charts of teams, periods and grades on their pages and in the report: what they show, and whom they do not."""

import re
from datetime import date

import pytest
from django.urls import reverse

from grading.documents.dip_sample_report import html_of
from grading.models import DipSample
from grading.queries.report_charts import distribution_chart, funnel_of, teams_together
from grading.queries.reports import content_of
from grading.queries.trend import trend_for
from tests.factories.accounts import TeamFactory
from tests.factories.dip_samples import DipSampleFactory, IncidentReviewFactory, SampledIncidentFactory
from tests.factories.grading import GradingRoundFactory, RoundItemFactory
from tests.factories.reports import ReportFactory

COMPLIANCE = "/grading/dip-samples/compliance/"


def sample_of(cast, teams: dict[str, tuple[int, int]], *, month: int = 7) -> DipSample:
    """A published sample in which so many of so many incidents of each team have their form."""
    first = date(2026, month, 1)
    days = {"period_start": first, "period_end": date(2026, month + 1, 28)}
    made = DipSampleFactory(force=cast.police, drawn_by=cast.sam, state="PUBLISHED", **days)
    position = 0
    for name, (successes, n) in teams.items():
        team = cast.police.teams.filter(name=name).first() or TeamFactory(agency=cast.police, name=name)
        for number in range(n):
            position += 1
            sampled = SampledIncidentFactory(sample=made, position=position, team=team, district=cast.district)
            outcome = "COMPLIANT" if number < successes else "MISSING"
            IncidentReviewFactory(sampled=sampled, outcome=outcome, reviewed_by=cast.sam)
    return made


@pytest.fixture
def sample(cast) -> DipSample:
    """Low is far below the others; Tiny has four incidents only and Little five."""
    return sample_of(cast, {"High": (14, 20), "Usual": (15, 20), "Low": (4, 20), "Little": (3, 5), "Tiny": (0, 4)})


def svg_of(page: str, slug: str) -> str:
    return next(svg for svg in re.findall(r"<svg.*?</svg>", page, flags=re.S) if f'id="{slug}-title"' in svg)


def test_the_funnel_of_a_report_is_drawn_from_its_stored_figures_and_names_who_lies_outside(sample):
    content = content_of(sample)
    chart = funnel_of(content)

    assert chart.title == "1 of 4 teams lies outside of what chance alone gives: Low"
    lines = next(group["lines"] for group in content["groups"] if group["word"] == "Team")
    assert len(chart.marks) == len(lines) == 4
    html = html_of(content)
    assert html.index('id="teams-of-the-sample-title"') < html.index("Compliance, by team")
    for inside in ("High", "Usual", "Little", "Tiny"):
        assert inside not in svg_of(html, "teams-of-the-sample")


def test_a_small_team_is_no_point_of_its_own(sample):
    """Tiny's four incidents stand with Little's five, as in the table."""
    names = [line["name"] for line in content_of(sample)["groups"][2]["lines"]]

    assert names[-1] == "Little and Tiny together"
    assert len(funnel_of(content_of(sample)).marks) == len(names)


def test_the_same_funnel_stands_on_the_page_of_the_report(client, cast, sample):
    report = ReportFactory(dip_sample=sample, made=True)

    page = client.signed_in(cast.leda).get(report.get_absolute_url()).content.decode()

    assert svg_of(page, "teams-of-the-sample") == svg_of(html_of(report.figures), "teams-of-the-sample")


def test_one_team_alone_is_compared_with_nobody(cast):
    assert funnel_of(content_of(sample_of(cast, {"Only": (5, 6)}))) is None


def test_the_compliance_page_has_teams_and_periods_with_their_limits_above_their_tables(client, cast, sample):
    sample_of(cast, {"High": (14, 20), "Usual": (13, 20)}, month=1)

    page = client.signed_in(cast.rae).get(COMPLIANCE).content.decode()

    assert "1 of 5 teams lies outside of what chance alone gives: Low" in page
    assert page.index('id="teams-of-a-year-title"') < page.index("Teams in the newest six published samples")
    assert page.index('id="compliance-control-title"') < page.index("Published samples, oldest first")
    assert "All together 57.8%" in svg_of(page, "compliance-control")


def test_teams_are_counted_over_the_newest_six_samples_of_the_force(cast, sample):
    sample_of(cast, {"High": (14, 20), "Tiny": (1, 1)}, month=1)
    DipSampleFactory(state="PUBLISHED")

    lines = {one.name: (one.share.successes, one.share.n) for one in teams_together(cast.police)}

    assert lines == {"High": (28, 40), "Usual": (15, 20), "Low": (4, 20), "Little": (3, 5), "Tiny": (1, 5)}


@pytest.mark.parametrize(("person", "sees"), [("sam", True), ("rae", True), ("leda", False), ("ana", False)])
def test_teams_over_several_samples_are_for_those_who_may_see_small_numbers(client, cast, sample, person, sees):
    """Else Tiny's four of July would follow from what the report takes together and what the year shows apart."""
    page = client.signed_in(getattr(cast, person)).get(COMPLIANCE).content.decode()

    assert ("teams-of-a-year" in page, "Tiny" in page) == (sees, sees)


def test_one_period_has_no_control_chart(client, cast, sample):
    page = client.signed_in(cast.leda).get(COMPLIANCE).content.decode()

    assert "compliance-control" not in page


def test_the_trend_page_shows_how_grades_were_distributed(client, cast):
    for quarter, grades in ((1, (1, 2, 2, 3, 3)), (4, (3, 3, 3, 4, 2))):
        made = GradingRoundFactory(
            force=cast.police,
            opened_by=cast.sam,
            state="PUBLISHED",
            name=f"Round {quarter}",
            starts_on=date(2026, quarter, 1),
            ends_on=date(2026, quarter + 2, 28),
        )
        for position, grade in enumerate(grades, start=1):
            RoundItemFactory(round=made, position=position, agreed=grade)

    page = client.signed_in(cast.leda).get(reverse("grading:trend")).content.decode()

    svg = svg_of(page, "grade-distribution")
    assert "Round 4: 4 of 5 PPNs were graded 3 or 4" in svg
    assert "Q1 2026: 1 1 Very poor, 2 2 Needs improvement, 2 3 Good, 0 4 Excellent." in svg
    assert page.index('id="grade-distribution-title"') < page.index("Agreed grades by round")


def test_a_round_too_small_to_be_shown_is_in_no_distribution(cast):
    small = GradingRoundFactory(force=cast.police, opened_by=cast.sam, state="PUBLISHED")
    RoundItemFactory(round=small, position=1, agreed=2)

    assert distribution_chart(trend_for(cast.leda)) is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_compliance_page_costs_the_same_however_many_samples(client, cast, count, django_assert_num_queries):
    for number in range(count):
        sample_of(cast, {"High": (3, 5), "Low": (1, 5)}, month=1 + 2 * number)
    client.signed_in(cast.sam)

    with django_assert_num_queries(13):
        client.get(COMPLIANCE)

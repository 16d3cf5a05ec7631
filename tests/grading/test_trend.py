"""Grades over time: printed rounds beside our own."""

import io
import re

import pytest
from django.core.management import call_command
from django.urls import reverse

from grading.models import GradingRound
from grading.queries.trend import trend_chart, trend_for
from tests.factories.accounts import AgencyFactory
from tests.factories.grading import AssignmentFactory, GradingRoundFactory, PublishedRoundFactory, RoundItemFactory
from tests.people import Cast


def published(cast: Cast, *grades: int, year: int = 2026) -> GradingRound:
    """A published round of the hub's force, its second quarter of the year."""
    round = GradingRoundFactory(
        force=cast.police,
        opened_by=cast.sam,
        state="PUBLISHED",
        name=f"April to June {year}",
        starts_on=f"{year}-04-01",
        ends_on=f"{year}-06-30",
    )
    for position, grade in enumerate(grades, start=1):
        RoundItemFactory(round=round, position=position, agreed=grade)
    return round


def rows_of(page: str) -> list[list[str]]:
    """The table of the page, cell by cell."""
    body = page.split("<tbody", 1)[1].split("</tbody>")[0]
    return [
        [
            re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cell)).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.S)
        ]
        for row in body.split("<tr")[1:]
    ]


def test_trend_shows_the_six_published_rounds_and_flags_october_2024(client, cast):
    call_command("import_published_grades", stdout=io.StringIO())

    page = client.signed_in(cast.leda).get(reverse("grading:trend")).content.decode()

    assert rows_of(page) == [
        ["April 2022", "1", "5", "3", "1", "10", "2.40", "2.4", "40.0% 17% to 69%"],
        ["September 2023", "0", "3", "4", "2", "9", "2.89", "2.9", "66.7% 35% to 88%"],
        ["April 2024", "0", "2", "2", "4", "8", "3.25", "3.25", "75.0% 41% to 93%"],
        ["October 2024 Does not add up", "1", "3", "4", "1", "9", "2.56", "2.87", "55.6% 27% to 81%"],
        ["March 2025", "0", "4", "2", "3", "9", "2.89", "2.9", "55.6% 27% to 81%"],
        ["September 2025", "0", "0", "7", "1", "8", "3.13", "3.125", "100.0% 68% to 100%"],
    ]
    assert page.count("app-flag") == 1
    assert "published 2.87, its counts give 2.56" in page


def test_trend_puts_our_own_published_rounds_in_order_of_time(cast):
    PublishedRoundFactory(period="2025-09", published_mean="2.56")
    later = published(cast, 2, 3, 3, 3, 4)
    earlier = published(cast, 1, 2, 3, 3, 4, year=2024)
    GradingRoundFactory(force=cast.police, state="MODERATING")

    rounds = trend_for(cast.sam)

    assert [(one.label, str(one.mean), one.url) for one in rounds] == [
        ("April to June 2024", "2.60", earlier.get_absolute_url()),
        ("September 2025", "2.56", ""),
        ("April to June 2026", "3.00", later.get_absolute_url()),
    ]


def test_trend_shows_no_figures_of_a_round_too_small_but_to_who_runs_it(cast):
    published(cast, 2, 3, 3, 3)

    (for_leader,) = trend_for(cast.leda)
    (for_supervisor,) = trend_for(cast.sam)

    assert (for_leader.is_suppressed, for_supervisor.is_suppressed) == (True, False)
    AssignmentFactory(item=GradingRound.objects.get().items.first(), grader=cast.pam)
    (for_its_grader,) = trend_for(cast.pam)
    assert not for_its_grader.is_suppressed
    assert trend_chart([for_leader]) is None


def test_the_page_of_a_round_too_small_gives_no_figure_away(client, cast):
    published(cast, 4, 4, 4)

    page = client.signed_in(cast.leda).get(reverse("grading:trend")).content.decode()

    assert rows_of(page) == [["April to June 2026", "Too few PPNs to show figures"]]
    assert "4.00" not in page


def test_trend_of_one_force_holds_no_round_of_another(cast):
    GradingRoundFactory(force=AgencyFactory(kind="POLICE"), state="PUBLISHED")

    assert trend_for(cast.sam) == []


def test_a_partner_sees_the_rounds_of_the_force_whose_hub_it_works_with_only(cast):
    GradingRoundFactory(force=AgencyFactory(kind="POLICE"), state="PUBLISHED")

    assert trend_for(cast.pam) == []


def test_a_partner_sees_the_trend_but_no_link_to_a_round_they_had_no_part_in(cast):
    published(cast, 2, 3, 3, 3, 4)

    (one,) = trend_for(cast.pam)

    assert (str(one.mean), one.url) == ("3.00", "")


def test_the_chart_leaves_out_what_was_not_printed(cast):
    PublishedRoundFactory(period="2024-10")
    published(cast, 2, 3, 3, 3, 4)

    chart = trend_chart(trend_for(cast.sam))

    assert [label.label for label in chart.labels] == ["Oct 2024", "Q2 2026"]
    assert [len(series.points) for series in chart.series] == [2, 1]
    assert chart.title == "Mean grade 2.56 in October 2024, 3.00 in April to June 2026; 2 rounds of a few PPNs each"


def test_trend_without_rounds_says_so(client, cast):
    page = client.signed_in(cast.sam).get(reverse("grading:trend")).content.decode()

    assert "No round has been published." in page


@pytest.mark.parametrize("count", [1, 3])
def test_trend_query_count_is_flat(client, cast, count, django_assert_num_queries):
    for number in range(count):
        PublishedRoundFactory(period=f"2024-0{number + 1}")
        published(cast, 2, 3, 3, 3, 4, year=2022 + number)
    client.signed_in(cast.sam)
    with django_assert_num_queries(7):
        client.get(reverse("grading:trend"))

"""What an annual report says: worked out by hand, for readers, and the same again."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grading.models import GradingRound, IncidentReview, Removal
from grading.queries.annual import content_of_year, years_to_report
from grading.queries.annual_charts import charts_of
from grading.queries.breakdowns import Group
from grading.queries.round_report import content_of_round
from tests.factories.accounts import AgencyFactory
from tests.factories.dip_samples import (
    FORTY,
    DipSampleFactory,
    LiveGapFactory,
    PublishedComplianceFactory,
    reviewed_sample,
)
from tests.factories.grading import (
    GradeFeedbackFactory,
    GradingRoundFactory,
    PublishedRoundFactory,
    RemovalFactory,
    RoundItemFactory,
)
from tests.factories.training import ModuleVersionFactory
from tests.grading.round_reports import ABUSE, AGREED, CHILD, graded, lines_of
from tests.people import NOW
from tests.tampering import walls_down

ON = date(2026, 3, 2)
QUARTERS = ((1, 3, 31), (4, 6, 30), (7, 9, 30), (10, 12, 31))


def sample(cast, outcomes: list[str], first: date, last: date, **more: Any):
    dates = {"period_start": first, "period_end": last, "state": "PUBLISHED"}
    return reviewed_sample(outcomes, force=cast.police, by=cast.sam, district=cast.district, **(dates | more))


def quarter(cast, number: int, agreed: list[int], *, year: int = 2025, **more: Any) -> GradingRound:
    first, last, day = QUARTERS[number - 1]
    dates = {"starts_on": date(year, first, 1), "ends_on": date(year, last, day), "name": f"Quarter {number} of {year}"}
    return graded(cast, agreed, **(dates | more))


def content_of(cast, year: int = 2025) -> dict[str, Any]:
    return content_of_year(cast.police, year, on=ON)


@pytest.fixture
def year(cast) -> dict[str, Any]:
    """2024: 12 of 20. 2025: 22 of 25 of the forty, 8 of 10 with two late; in the third sample three needed a form."""
    sample(cast, ["COMPLIANT"] * 12 + ["MISSING"] * 8, date(2024, 11, 1), date(2024, 12, 31))
    sample(cast, FORTY, date(2025, 1, 1), date(2025, 2, 28))
    sample(cast, ["COMPLIANT"] * 6 + ["LATE"] * 2 + ["MISSING"] * 2, date(2025, 3, 1), date(2025, 4, 30))
    sample(cast, ["MISSING"] * 3, date(2025, 5, 1), date(2025, 6, 30))
    sample(cast, ["MISSING"] * 5, date(2025, 7, 1), date(2025, 8, 31), state="REVIEWED")
    PublishedComplianceFactory(period="2024", percent="80")
    return content_of(cast)["samples"]


# --- dip samples


def test_compliance_of_the_year_adds_up_its_published_samples(year):
    """22 + 8 of 25 + 10; forms 24 + 8 of 27 + 10; by Wilson 70.6% to 93.7%. The small sample is looked at, and in no share."""
    assert (year["published"], year["expected"], year["is_complete"]) == (3, 6, False)
    assert (year["examined"], year["wanted"], year["missing"]) == (53, 200, 147)
    assert year["compliance"] == {"successes": 30, "n": 35, "percent": "85.7", "low": "70.6", "high": "93.7"}
    assert year["form_level"] == {"successes": 32, "n": 37, "percent": "86.5", "low": "72.0", "high": "94.1"}
    assert year["late"] == {"successes": 2, "n": 35, "percent": "5.7", "low": "1.6", "high": "18.6"}
    assert year["over_submission"] == {"successes": 3, "n": 13, "percent": "23.1", "low": "8.2", "high": "50.3"}
    assert year["unclear"] == 2


def test_good_enough_adds_up_the_samples_that_show_it_themselves(cast):
    judged = sample(cast, ["COMPLIANT"] * 6, date(2025, 1, 1), date(2025, 2, 28))
    few = sample(cast, ["COMPLIANT"] * 6, date(2025, 3, 1), date(2025, 4, 30))
    with walls_down(IncidentReview):
        IncidentReview.objects.filter(sampled__sample=judged).update(quick_quality=3)
        IncidentReview.objects.filter(sampled__sample=few, sampled__position__lte=4).update(quick_quality=4)

    found = content_of(cast)["samples"]["good_enough"]

    assert (found["successes"], found["n"]) == (6, 6)


def test_the_year_before_stands_beside_it_with_newcombes_interval_of_the_difference(year):
    """85.7 less 60.0 is 25.7 points; from Wilson's bounds of both 2.1 to 48.5."""
    line = year["comparison"]["lines"][0]

    assert (year["comparison"]["earlier"], year["comparison"]["later"]) == ("2024", "2025")
    assert (line["earlier"]["percent"], line["later"]["percent"]) == ("60.0", "85.7")
    assert line["difference"] == {
        "points": "25.7",
        "low": "2.1",
        "high": "48.5",
        "in_words": "+25.7",
        "interval_in_words": "+2.1 to +48.5",
        "may_be_chance": False,
    }


def test_periods_and_years_have_no_share_of_few_and_none_of_what_is_not_published(year):
    assert [(line["label"], line["examined"], line["compliance"] and line["compliance"]["n"]) for line in year["periods"]] == [
        ("January to February 2025", 40, 25),
        ("March to April 2025", 10, 10),
        ("May to June 2025", 3, None),
    ]  # fmt: skip
    assert [line["label"] for line in year["periods_before"]] == ["November to December 2024"]
    assert [(line["label"], line["printed"], line["own"]["percent"]) for line in year["years"]] == [
        ("2024", "80", "60.0"),
        ("2025", None, "85.7"),
    ]


def test_years_after_it_are_not_told(cast, year):
    sample(cast, ["COMPLIANT"] * 6, date(2026, 1, 1), date(2026, 2, 28))
    PublishedComplianceFactory(period="2026", percent="91")

    assert content_of(cast)["samples"] == year


def test_findings_follow_from_the_figures(cast, year):
    assert content_of(cast)["findings"] == [
        "Every form that was needed is there for 30 of 35 (85.7%; 95% interval 70.6% to 93.7%) of the incidents that needed one.",
        "53 incidents of 2025 were looked at, of 200 that must be; 147 are missing. 3 of the 6 samples of the year are published.",
        "The year before it was 12 of 20 (60.0%; 95% interval 38.7% to 78.1%): a difference of +25.7 points (95% interval +2.1 to +48.5).",
        "2 of 35 (5.7%; 95% interval 1.6% to 18.6%) had the form after the limit; late forms count and are shown apart.",
        "No grading round of 2025 is published, so there are no grades to report.",
    ]


def raised(review, **how: Any) -> None:
    LiveGapFactory(review=review, done_at_once="Rang the hub at once.", **how)


def test_live_gaps_are_counted_and_timed_from_five_closed_ones_on(cast):
    made = sample(cast, ["MISSING"] * 7, date(2025, 1, 1), date(2025, 2, 28))
    elsewhere = sample(cast, ["MISSING"] * 5, date(2024, 11, 1), date(2024, 12, 31))
    reviews = [one.reviews.get() for one in made.incidents.in_order()]
    raised(elsewhere.incidents.first().reviews.get())
    for hours, review in enumerate(reviews[:4], start=1):
        raised(review, closed=True, closed_at=review.reviewed_at + timedelta(hours=hours))
    raised(reviews[5])
    few = content_of(cast)["samples"]["live_gaps"]
    raised(reviews[6], closed=True, closed_at=reviews[6].reviewed_at + timedelta(hours=30, minutes=30))

    assert few == {
        "raised": 5, "closed": 4, "open": 1, "in_time": None, "median_hours": None, "longest_hours": None
    }  # fmt: skip
    gaps = content_of(cast)["samples"]["live_gaps"]
    assert (gaps["raised"], gaps["closed"], gaps["open"]) == (6, 5, 1)
    assert (gaps["median_hours"], gaps["longest_hours"]) == ("3.0", "30.5")
    assert (gaps["in_time"]["successes"], gaps["in_time"]["n"]) == (4, 5)


# --- rounds


def test_grades_of_the_year_are_those_of_its_rounds_and_of_all_their_ppns(cast):
    """28 over ten in one round, 15 over five in the other: 43 over 15 are 2.87. Four PPNs are too few and count nowhere."""
    quarter(cast, 1, AGREED)
    quarter(cast, 2, [3] * 5)
    quarter(cast, 3, [1] * 4)
    quarter(cast, 1, [1] * 9, year=2026)
    GradingRoundFactory(state="PUBLISHED", starts_on=date(2025, 1, 1), ends_on=date(2025, 3, 31))
    rounds = content_of(cast)["rounds"]

    assert [(line["label"], line["results"] and line["results"]["mean"]["value"]) for line in rounds["lines"]] == [
        ("Quarter 1 of 2025", "2.80"),
        ("Quarter 2 of 2025", "3.00"),
        ("Quarter 3 of 2025", None),
    ]
    assert (rounds["all"]["n"], rounds["all"]["total"], rounds["all"]["mean"]["value"], rounds["all"]["median"]) == (
        15, 43, "2.87", "3.0"
    )  # fmt: skip
    assert (rounds["all"]["good"]["successes"], rounds["all"]["good"]["n"]) == (12, 15)
    assert (rounds["published"], rounds["is_complete"]) == (3, False)


def test_the_mean_of_a_round_has_the_interval_that_its_own_report_gives(cast):
    round = quarter(cast, 1, AGREED)

    assert content_of(cast)["rounds"]["lines"][0]["results"] == content_of_round(round)["results"]


def test_the_trend_has_earlier_rounds_and_printed_ones_and_none_after_the_year(cast):
    PublishedRoundFactory(period="2024-10")
    PublishedRoundFactory(period="2026-01")
    quarter(cast, 4, [2] * 5, year=2024)
    quarter(cast, 2, AGREED)
    quarter(cast, 1, [4] * 5, year=2026)

    assert [(line["label"], line["mean"]) for line in content_of(cast)["rounds"]["trend"]] == [
        ("October 2024", "2.56"),
        ("Quarter 4 of 2024", "2.00"),
        ("Quarter 2 of 2025", "2.80"),
    ]


def test_agreement_is_that_of_each_rounds_report(cast):
    quarter(cast, 1, AGREED)
    (line,) = content_of(cast)["rounds"]["agreement"]

    assert (line["name"], line["items"], line["graders"], line["is_enough_to_judge"]) == (
        "Quarter 1 of 2025", 10, 2, False
    )  # fmt: skip
    assert (line["exact"]["value"], line["within_one"]["value"]) == ("70.0", "100.0")
    assert (line["ac2"]["value"], line["alpha"]["value"]) == ("0.89", "0.81")


def types_of(cast) -> dict[str, Any]:
    lines = lines_of(content_of(cast)["rounds"], "By type of concern")
    return {name: line["counts"] for name, line in lines.items()}


def test_what_a_single_rounds_report_hides_is_not_told_by_the_year(cast):
    """Domestic abuse: three of eight PPNs in three rounds, nine together. A report of the year before the fourth round would,
    less a later one, tell of the fourth's three: so both show it only when the year is whole."""
    for number in (1, 2, 3):
        quarter(cast, number, [3] * 5 + [2] * 3, types=[CHILD] * 5 + [ABUSE] * 3)
    assert types_of(cast) == {"Child": None, "Domestic abuse": None}

    quarter(cast, 4, [3] * 5 + [1] * 3, types=[CHILD] * 5 + [ABUSE] * 3)

    assert types_of(cast) == {"Child": [0, 0, 20, 0], "Domestic abuse": [3, 9, 0, 0]}


def test_a_type_of_which_reports_hide_few_is_hidden_in_a_whole_year_too(cast):
    for number in (1, 2, 3):
        quarter(cast, number, [3] * 6, types=[CHILD] * 6)
    quarter(cast, 4, [3] * 6 + [1] * 2, types=[CHILD] * 6 + [ABUSE] * 2)

    assert types_of(cast) == {"Child": None, "Domestic abuse": None}


def test_a_criterion_that_every_report_shows_is_shown_before_the_year_is_whole(cast):
    quarter(cast, 1, AGREED)
    quarter(cast, 2, AGREED)
    lines = lines_of(content_of(cast)["rounds"], "By criterion")

    assert lines["Voice: the child's words, the adult's wishes"]["counts"] == [2, 8, 8, 2]
    assert lines["Action taken and what is asked"]["counts"] is None


def learnt(rounds: list[GradingRound], *themes: str) -> None:
    """Feedback on the PPNs of these rounds, one after the other, with these themes in turn."""
    items = [item for round in rounds for item in round.items.order_by("position")]
    for number, item in enumerate(items):
        theme = themes[number % len(themes)]
        GradeFeedbackFactory(
            item=item, theme=theme, state="DISAGREED" if number < 2 else "READ" if number < 9 else "TOLD"
        )


def test_themes_with_their_training_are_told_once_no_round_can_join(cast):
    """20 PPNs: 10 on the voice, 5 on risk, 5 on sharing. Modules are those of the force that day."""
    rounds = [quarter(cast, number, [3] * 5) for number in (1, 2, 3)]
    module = ModuleVersionFactory(module__force=cast.police, teaches=["VOICE"])
    assert content_of(cast)["rounds"]["themes"] is None

    learnt([*rounds, quarter(cast, 4, [3] * 5)], "VOICE", "RISK", "VOICE", "SHARING")

    themes = content_of(cast)["rounds"]["themes"]
    assert [(line["name"], line["count"]) for line in themes["lines"]] == [
        ("Voice: the child's words, the adult's wishes", 10),
        ("Risk and the reasons for it", 5),
        ("Lawful and fair sharing", 5),
    ]
    assert themes["lines"][0]["modules"] == [str(module.module)]


def test_challenges_and_replaced_ppns_are_counted(cast):
    round = quarter(cast, 1, AGREED)
    learnt([round], "VOICE")
    successor = round.items.first()
    with walls_down(Removal):
        RemovalFactory(item=RoundItemFactory(round=round), successor=successor)
        RemovalFactory(item=RoundItemFactory(round=round))
    rounds = content_of(cast)["rounds"]

    assert rounds["feedback"]["told"] == 10
    assert (rounds["feedback"]["read"]["successes"], rounds["feedback"]["disagreed"]["successes"]) == (9, 2)
    assert (rounds["replaced"], rounds["left_out"]) == (1, 1)
    assert "2 writers of 10 who were told of their grade challenged it." in content_of(cast)["findings"]


def test_of_few_writers_no_challenge_is_told(cast):
    round = quarter(cast, 1, AGREED)
    for item in round.items.order_by("position")[:4]:
        GradeFeedbackFactory(item=item, state="DISAGREED")

    assert content_of(cast)["rounds"]["feedback"] == {"told": None, "read": None, "disagreed": None}


# --- all of it


def test_a_year_without_samples_and_rounds_is_a_report_that_says_so(cast):
    content = content_of(cast)

    assert content["findings"] == [
        "No dip sample of 2025 is published, so there is no compliance to report.",
        "No grading round of 2025 is published, so there are no grades to report.",
    ]
    assert (content["samples"]["examined"], content["rounds"]["all"], content["samples"]["comparison"]) == (
        0,
        None,
        None,
    )
    assert charts_of(content) == dict.fromkeys(("years", "periods", "teams", "grades", "trend"))


def test_how_each_sample_and_round_was_drawn_is_said(cast, year):
    quarter(cast, 1, [3] * 5)
    method = content_of(cast)["method"]

    assert [one["name"] for one in method["samples"]] == [
        "January to February 2025", "March to April 2025", "May to June 2025"
    ]  # fmt: skip
    first, round = method["samples"][0], method["rounds"][0]
    assert (first["seed"], first["frame_digest"], first["size"], first["frame_size"]) == (
        "a fixed seed", "0123456789abcdef" * 4, 40, 400
    )  # fmt: skip
    assert (round["name"], round["seed"], round["frame_digest"]) == ("Quarter 1 of 2025", "a fixed seed", "0" * 64)


def test_nothing_of_another_force_is_in_it(cast):
    other = AgencyFactory(kind="POLICE")
    reviewed_sample(
        FORTY, force=other, by=cast.sam, district=cast.district, state="PUBLISHED",
        period_start=date(2025, 1, 1), period_end=date(2025, 2, 28),
    )  # fmt: skip

    assert content_of(cast)["samples"]["published"] == 0


def test_years_that_are_over_are_offered_back_to_the_first_with_figures(cast):
    assert years_to_report(cast.police, at=NOW) == [2025]

    DipSampleFactory(force=cast.police, drawn_by=cast.sam, period_start=date(2020, 1, 1), period_end=date(2020, 2, 29))
    quarter(cast, 1, [3], year=2023)

    assert years_to_report(cast.police, at=NOW) == [2025, 2024, 2023]
    assert years_to_report(AgencyFactory(kind="POLICE"), at=NOW) == [2025]


def test_only_a_figure_that_is_shown_can_be_the_lowest_of_the_findings(cast):
    """The action is marked in four PPNs of each round, all of them 1: hidden, so not named either."""
    quarter(cast, 1, AGREED)

    assert not any("Action taken" in finding for finding in content_of(cast)["findings"])
    assert Group("Action taken and what is asked", [], 0, is_suppressed=True).mean.value is None


@pytest.mark.parametrize("count", [5, 10])
def test_the_figures_cost_the_same_however_many_incidents_and_ppns(cast, count):
    for month in (1, 3):
        sample(cast, ["COMPLIANT"] * count, date(2025, month, 1), date(2025, month + 1, 28))
    for number in (1, 2, 3, 4):
        learnt([quarter(cast, number, [3] * count)], "VOICE")

    with CaptureQueriesContext(connection) as queries:
        content_of(cast)
    assert len(queries) == 26

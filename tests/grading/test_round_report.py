"""The report of a grading round: its figures, what it says in words, and what it withholds."""

import json
from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from grading.documents.round_report import pdf_of
from grading.documents.round_tables import xlsx_of
from grading.models import GradingRound
from grading.queries.round_report import content_of_round, trend_of
from tests.factories.accounts import AgencyFactory
from tests.factories.grading import (
    GradingRoundFactory,
    PublishedRoundFactory,
)
from tests.factories.referrals import PersonFactory
from tests.grading.round_reports import ABUSE, CHILD, graded, lines_of, say
from tests.reading import pages_of


@pytest.fixture
def round(cast) -> GradingRound:
    return graded(cast)


# --- figures


def test_counts_mean_median_and_share_are_those_worked_out_by_hand(round):
    """1 + 2 x 2 + 5 x 3 + 2 x 4 = 28 over 10; seven of ten are 3 or 4, by Wilson 39.7% to 89.2%."""
    results = content_of_round(round)["results"]

    assert [(line["grade"], line["count"]) for line in results["lines"]] == [(1, 1), (2, 2), (3, 5), (4, 2)]
    assert (results["n"], results["total"], results["mean"]["value"], results["median"]) == (10, 28, "2.80", "3.0")
    assert results["good"] == {"successes": 7, "n": 10, "percent": "70.0", "low": "39.7", "high": "89.2"}
    assert float(results["mean"]["low"]) < 2.8 < float(results["mean"]["high"])


def test_how_the_sample_was_drawn_is_said_so_that_anybody_can_draw_it_again(round):
    method = content_of_round(round)["method"]

    assert (method["seed"], method["algorithm"], method["frame_digest"]) == ("a fixed seed", "sha256-rank-1", "0" * 64)
    assert (method["size"], method["frame_size"]) == (10, 30)
    assert (method["first_day"], method["last_day"]) == ("1 July 2026", "30 September 2026")
    assert method["rule"] == "All PPNs submitted in July to September 2026"
    assert method["strata"] == "All alike"


def test_agreement_has_the_known_coefficients_and_says_by_which_method_and_seed(round):
    content = content_of_round(round)
    overall = content["agreement"]["lines"][0]

    assert (content["agreement"]["graders"], content["agreement"]["grades"], overall["items"]) == (2, 20, 10)
    assert (overall["exact"]["value"], overall["within_one"]["value"]) == ("70.0", "100.0")
    assert (overall["ac2"]["value"], overall["alpha"]["value"]) == ("0.89", "0.81")
    assert overall["ac2"]["low"] < "0.89" < overall["ac2"]["high"]
    assert content["agreement"]["kappa"] == {"value": "0.83", "low": None, "high": None}
    assert not content["agreement"]["is_enough_to_judge"]
    assert content["method"]["resampling"].startswith("9,999 resamples")
    # The first eight bytes of SHA-256 of "a fixed seed:agreement".
    assert content["method"]["agreement_seed"] == "6081624603829016305"


def test_results_by_criterion_count_the_marks_and_by_type_the_agreed_grades(round):
    """Voice: 25 over ten marks. A child: 1, 2, 3, 3, 3, which make 12 over five; domestic abuse: 3, 4, 4, 2, 3, 16 over five."""
    content = content_of_round(round)

    voice = lines_of(content, "By criterion")["Voice: the child's words, the adult's wishes"]
    assert (voice["counts"], voice["n"], voice["mean"]["value"]) == ([1, 4, 4, 1], 10, "2.50")
    by_type = lines_of(content, "By type of concern")
    assert [(line["counts"], line["mean"]["value"], line["good"]["successes"]) for line in by_type.values()] == [
        ([1, 1, 3, 0], "2.40", 3),
        ([0, 1, 2, 2], "3.20", 4),
    ]


def test_the_trend_has_printed_rounds_and_our_own_up_to_this_one(cast, round):
    PublishedRoundFactory(period="2024-10")
    PublishedRoundFactory(period="2026-10", published_mean="2.56")
    graded(cast, [3] * 6, starts_on=date(2026, 4, 1), ends_on=date(2026, 6, 30), name="April to June 2026")
    graded(cast, [1] * 4, starts_on=date(2026, 1, 1), ends_on=date(2026, 3, 31), name="Small")
    graded(cast, [1] * 6, starts_on=date(2026, 10, 1), ends_on=date(2026, 12, 31), name="After it")
    GradingRoundFactory(force=AgencyFactory(kind="POLICE"), state="PUBLISHED", starts_on=date(2026, 4, 1))
    content = content_of_round(round)

    assert [(line["label"], line["counts"], line["mean"]) for line in content["trend"]] == [
        ("October 2024", [1, 3, 4, 1], "2.56"),
        ("Small", None, None),
        ("April to June 2026", [0, 0, 6, 0], "3.00"),
        ("July to September 2026", [1, 2, 5, 2], "2.80"),
    ]
    assert content["trend"][0]["flag"] == "published 2.87, its counts give 2.56"
    assert trend_of(content).title == (
        "Mean grade 2.56 in October 2024, 2.80 in July to September 2026; 3 rounds of a few PPNs each"
    )
    assert "The round before, April to June 2026, had a mean of 3.00 over 6 PPNs." in " ".join(content["findings"])


def test_what_is_published_later_does_not_change_what_a_round_says(cast, round):
    before = content_of_round(round)
    late = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 6, 30), "name": "Late"}
    graded(cast, [1] * 6, published_at=round.published_at + timedelta(days=1), **late)

    assert content_of_round(round) == before


def test_findings_follow_from_the_figures_and_say_what_may_be_chance(round):
    assert content_of_round(round)["findings"][0] == (
        "7 of 10 PPNs (70.0%; 95% interval 39.7% to 89.2%) were graded 3 or 4."
    )
    assert content_of_round(round)["findings"][-1] == (
        "Two grades of one PPN were the same in 70.0% of the pairs, and at most one apart in 100.0%."
    )


def test_it_says_what_it_does_not_say(round):
    said = " ".join(content_of_round(round)["not_said"])

    assert "anything from 40% to 89% might have got 3 or 4" in said
    for words in (
        "may be chance",
        "an association and no proof",
        "not whether they are right",
        "No grade is of a person",
    ):
        assert words in said


# --- learning points


def test_learning_points_stand_as_written_once_each_and_tell_nobody(cast, round):
    """By the alphabet, not by PPN or grader; what identifies somebody is hidden as in the PPN itself."""
    PersonFactory(referral=round.items.get(position=2).referral, given_names="Amelie", family_name="Madeup")
    say(round, 2, "Ask Amelie Madeup herself.", "Name the adults.")
    say(round, 1, "Say what you saw.", "Name the adults.", "  ")

    content = content_of_round(round)

    assert content["learning_points"] == ["Ask [person 1] herself.", "Name the adults.", "Say what you saw."]
    kept = json.dumps(content)
    for person in (cast.gail, cast.pam, cast.olu, cast.sam):
        assert person.name not in kept
        assert str(person.pk) not in kept
    for item in round.items.select_related("referral"):
        assert item.referral.reference not in kept
        assert item.ticket not in kept


# --- small numbers


def test_a_criterion_or_type_of_few_ppns_is_withheld(cast):
    """The action was marked in four PPNs; of two types one has eight PPNs, so that its figures would tell of the other two."""
    content = content_of_round(graded(cast, types=[CHILD] * 8 + [ABUSE] * 2))

    assert lines_of(content, "By criterion")["Action taken and what is asked"]["counts"] is None
    assert [line["counts"] for line in lines_of(content, "By type of concern").values()] == [None, None]


def test_a_round_of_few_ppns_has_a_report_without_a_figure_of_its_own(cast):
    small = graded(cast, [1, 1, 2, 4])
    say(small, 1, "A telling point.")
    content = content_of_round(small)

    assert (content["results"], content["agreement"], content["learning_points"]) == (None, None, [])
    assert [group["lines"] for group in content["groups"]] == [[], []]
    assert [line["counts"] for line in content["trend"]] == [None]
    assert content["findings"] == [
        "Fewer than 5 PPNs were graded, so no figures are shown: they could point at somebody."
    ]
    words = " ".join(pages_of(pdf_of(content).content))
    assert "Too few PPNs to show figures" in words
    assert "A telling point" not in words
    assert load_workbook(BytesIO(xlsx_of(content))).sheetnames == [
        "About", "Grades", "Rounds", "Agreement", "Learning points", "Method",
    ]  # fmt: skip

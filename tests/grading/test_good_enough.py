"""Whether forms found are good enough to act on: what is asked, what is refused, what counts, and that it is never taken for a grade."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from common.statistics.proportions import Proportion
from grading.documents.dip_sample_report import html_of
from grading.documents.dip_sample_tables import xlsx_of
from grading.models import DipSample, IncidentReview, SampledIncident
from grading.queries import dip_samples as queries
from grading.queries.compliance import figures_of
from grading.queries.compliance_history import compliance_over_time
from grading.queries.reports import content_of
from grading.services import reviews, settling
from tests.conftest import CarefulClient
from tests.factories.dip_samples import DipSampleFactory, IncidentReviewFactory, SampledIncidentFactory
from tests.factories.referrals import IncidentFactory
from tests.people import NOW, Cast
from tests.reading import text_of

WHY = "The fictitious child was alone at night and nobody else was told."
FOUND = {"required": "YES", "required_types": ["CHILD"], "found_elsewhere": ["CHILD"], "in_time": True, "why": WHY}
BOTH = ["CHILD", "DOMESTIC_ABUSE"]
# Answers of the page: a form was needed for a child, and one is there.
ANSWERS = {
    "required": "YES",
    "required_types": ["CHILD"],
    "found": "YES",
    "found_elsewhere": ["CHILD"],
    "in_time": "YES",
    "why": WHY,
    "live_gap": "NO",
}


def sample_of(cast: Cast, *given: dict[str, Any], **sample: Any) -> DipSample:
    """One incident for each, reviewed once by Sam with what is given; all had a form that was needed for a child."""
    made = DipSampleFactory(force=cast.police, drawn_by=cast.sam, **({"state": "REVIEWED"} | sample))
    for position, findings in enumerate(given, start=1):
        incident = IncidentFactory(force=cast.police, district=cast.district)
        sampled = SampledIncidentFactory(sample=made, incident=incident, position=position)
        IncidentReviewFactory(sampled=sampled, reviewed_by=cast.sam, **findings)
    return made


def judged(quality: int, *themes: str) -> dict[str, Any]:
    return {"quick_quality": quality, "learning_themes": list(themes)}


@pytest.fixture
def sampled(cast: Cast) -> SampledIncident:
    """Waits for a review."""
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam)
    incident = IncidentFactory(
        force=cast.police, district=cast.district, officer=cast.olu, team=cast.response_team, domestic_abuse=True
    )
    return SampledIncidentFactory(sample=sample, incident=incident, position=1)


def review(sampled: SampledIncident, cast: Cast, **findings: Any) -> IncidentReview:
    return reviews.record_review(sampled_id=sampled.pk, by=cast.rae, at=NOW, **(FOUND | findings))


# --- what is recorded -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quality", "themes", "is_good_enough"),
    [(1, ["VOICE", "ACTION"], False), (2, ["RISK"], False), (3, [], True), (4, [], True), (None, [], None)],
)
def test_three_and_four_are_good_enough_and_nobody_has_to_judge(cast, sampled, quality, themes, is_good_enough):
    found = review(sampled, cast, quick_quality=quality, learning_themes=themes)

    found.refresh_from_db()
    assert (found.quick_quality, set(found.learning_themes)) == (quality, set(themes))
    assert found.is_good_enough is is_good_enough
    assert found.status == "COMPLIANT", "it moves no compliance"


@pytest.mark.parametrize(
    ("findings", "message"),
    [
        ({"quick_quality": 3, "found_elsewhere": [], "in_time": None}, "Only a form that was found"),
        ({"quick_quality": 2}, "Say what is missing"),
        ({"quick_quality": 3, "learning_themes": ["VOICE"]}, "Only of a form that is not good enough"),
        ({"learning_themes": ["VOICE"]}, "Only of a form that is not good enough"),
        ({"quick_quality": 5}, "not a valid choice"),
        ({"quick_quality": 1, "learning_themes": ["WEATHER"]}, "not a valid choice"),
        ({"school_told": "LATE"}, "needed for both a child and domestic abuse"),
        ({"school_told": "PERHAPS", "required_types": BOTH}, "not a valid choice"),
    ],
)
def test_what_cannot_be_right_is_refused_and_nothing_is_kept(cast, sampled, findings, message):
    with pytest.raises(reviews.CannotReview, match=message):
        review(sampled, cast, **findings)
    assert not IncidentReview.objects.exists()


@pytest.mark.parametrize(
    ("outcome", "values", "rule"),
    [
        ("MISSING", {"quick_quality": 3}, "only_forms_found_are_good_enough"),
        ("COMPLIANT", {"quick_quality": 5}, "only_forms_found_are_good_enough|not_good_enough_says"),
        ("COMPLIANT", {"quick_quality": 2}, "not_good_enough_says_what_is_missing"),
        ("COMPLIANT", {"learning_themes": ["VOICE"]}, "not_good_enough_says_what_is_missing"),
        ("COMPLIANT", {"school_told": "LATE"}, "school_told_of_child_and_domestic_abuse"),
    ],
)
def test_the_database_refuses_it_too(cast, outcome, values, rule):
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        IncidentReviewFactory(outcome=outcome, **values)


def test_reviews_that_differ_only_in_it_are_not_to_be_settled(cast):
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam, state="REVIEWED", size=1, seed="seven")
    one = SampledIncidentFactory(sample=sample, position=1)
    IncidentReviewFactory(sampled=one, reviewer_number=1, **judged(4))
    IncidentReviewFactory(sampled=one, reviewer_number=2, **judged(1, "VOICE"))

    assert queries.unsettled(sample) == []
    assert figures_of(sample).agreement.good_enough == Proportion(0, 1)


def test_what_was_settled_counts_instead(cast):
    sample = sample_of(cast, judged(1, "VOICE") | {"outcome": "UNCLEAR", "found_types": ["CHILD"]})
    IncidentReviewFactory(sampled=sample.incidents.get(), reviewer_number=2, outcome="UNCLEAR")

    settling.settle_incident(
        sampled_id=sample.incidents.get().pk, by=cast.rae, at=NOW, **FOUND, quick_quality=3, supervisor_seen=True
    )

    beside = figures_of(sample).beside
    assert (beside.good_enough, beside.missing, beside.supervisor_seen) == (Proportion(1, 1), [], Proportion(1, 1))


def test_agreement_is_of_the_reviewers_own_answers_whatever_was_settled(cast):
    sample = sample_of(cast, judged(4))
    one = sample.incidents.get()
    IncidentReviewFactory(sampled=one, reviewer_number=2, outcome="LATE", **judged(1, "VOICE"))

    settling.settle_incident(
        sampled_id=one.pk, by=cast.rae, at=NOW, **FOUND, quick_quality=1, learning_themes=["VOICE"]
    )

    figures = figures_of(sample)
    assert (figures.beside.good_enough, figures.agreement.good_enough) == (Proportion(0, 1), Proportion(0, 1))


# --- the page -------------------------------------------------------------------------------------------------------------


def test_the_page_keeps_it_and_shows_it_as_no_grade(client: CarefulClient, cast, sampled):
    client.signed_in(cast.rae)
    said = {"quick_quality": "2", "learning_themes": ["VOICE", "ACTION"], "supervisor_seen": "YES"}
    answers = ANSWERS | said | {"required_types": BOTH, "school_told": "LATE", "found_elsewhere": BOTH}

    assert client.post(sampled.review_url, answers).status_code == 302

    found = IncidentReview.objects.get()
    assert (found.quick_quality, found.learning_themes) == (2, ["ACTION", "VOICE"])
    assert (found.school_told, found.supervisor_seen) == ("LATE", True)
    DipSample.objects.update(state="PUBLISHED", reviewed_at=NOW, published_at=NOW, published_by=cast.sam)
    page = text_of(client.get(sampled.review_url))
    assert (
        "A partner would have to ask again first. Missing: Voice: the child's words, the adult's wishes; "
        "Action taken and what is asked (one reviewer's look, no grade)" in page
    )
    assert "Told late" in page


def test_a_correction_begins_with_what_was_said(client: CarefulClient, cast, sampled):
    review(sampled, cast, quick_quality=1, learning_themes=["RISK"], supervisor_seen=False)
    form = client.signed_in(cast.rae).get(sampled.review_url).context["form"]

    assert (form["quick_quality"].value(), form["learning_themes"].value()) == (1, ["RISK"])
    assert form["supervisor_seen"].value() == "NO"


def test_not_good_enough_without_what_is_missing_is_said_beside_the_question(client: CarefulClient, cast, sampled):
    response = client.signed_in(cast.rae).post(sampled.review_url, ANSWERS | {"quick_quality": "1"})

    assert response.status_code == 422
    assert response.context["form"].errors == {"learning_themes": ["Say what is missing in it"]}
    assert response.context["form"]["quick_quality"].value() == "1"
    assert not IncidentReview.objects.exists()


def test_what_is_asked_after_another_answer_only_is_ignored(client: CarefulClient, cast, sampled):
    left_over = {"quick_quality": "1", "learning_themes": ["VOICE"], "school_told": "LATE"}

    assert client.signed_in(cast.rae).post(sampled.review_url, ANSWERS | left_over | {"found": "NO"}).status_code == 302

    found = IncidentReview.objects.get()
    assert (found.quick_quality, found.learning_themes, found.school_told) == (None, [], "")


# --- figures --------------------------------------------------------------------------------------------------------------

EIGHT = [judged(4)] * 3 + [judged(3)] * 2 + [judged(2, "VOICE", "RISK"), judged(2, "VOICE"), judged(1, "ACTION")]


def test_of_the_incidents_whose_forms_were_judged_so_many_are_good_enough(cast):
    sample = sample_of(cast, *EIGHT, {}, {"outcome": "MISSING"})

    beside = figures_of(sample).beside

    assert beside.good_enough == Proportion(5, 8)
    assert beside.good_enough.interval_in_words == "31% to 86%"
    assert [(one.theme, one.count) for one in beside.missing] == [("VOICE", 2), ("RISK", 1), ("ACTION", 1)]
    assert [(line.name, line.share) for line in beside.needed_for] == [("Child", Proportion(9, 10))]


def test_a_supervisor_and_a_school_count_where_it_is_known(cast):
    both = {"required_types": BOTH, "found_types": BOTH}
    sample = sample_of(
        cast,
        both | {"school_told": "IN_TIME", "supervisor_seen": True},
        both | {"school_told": "NOT_TOLD", "supervisor_seen": False},
        both | {"school_told": "NOT_NEEDED"},
        {"outcome": "NOT_NEEDED", "supervisor_seen": True},
    )

    beside = figures_of(sample).beside

    assert (beside.school_told, beside.supervisor_seen) == (Proportion(1, 2), Proportion(1, 2))


def test_readers_see_no_small_number_and_cannot_work_one_out(cast):
    adult = {"outcome": "PARTIAL"}
    few = figures_of(sample_of(cast, *EIGHT[4:], adult, adult), for_readers=True).beside

    assert few.good_enough is None
    assert few.missing == []
    # Two forms were needed for an adult: they stand with the next larger group, so that all less the others does not give them.
    assert [(line.name, line.share) for line in few.needed_for] == [
        ("Child and Adult at risk together", Proportion(6, 8))
    ]
    period = {"period_start": date(2026, 1, 1), "period_end": date(2026, 2, 28)}
    many = figures_of(sample_of(cast, *EIGHT, **period), for_readers=True).beside
    assert (many.good_enough, many.missing) == (Proportion(5, 8), [])


def test_it_stands_by_sample_and_by_year_without_small_numbers_for_readers(client: CarefulClient, cast):
    sample_of(cast, *EIGHT, state="PUBLISHED", period_start=date(2026, 1, 1), period_end=date(2026, 2, 28))
    sample_of(cast, *EIGHT[:2], state="PUBLISHED", period_start=date(2026, 3, 1), period_end=date(2026, 4, 30))

    full = compliance_over_time(cast.police, for_readers=False)
    reader = compliance_over_time(cast.police, for_readers=True)

    assert [line.good_enough for line in full.periods] == [Proportion(5, 8), Proportion(2, 2)]
    assert [line.good_enough for line in full.years] == [Proportion(7, 10)]
    assert [line.good_enough for line in reader.periods] == [Proportion(5, 8), None]
    assert [line.good_enough for line in reader.years] == [Proportion(5, 8)]
    page = text_of(client.signed_in(cast.leda).get(reverse("grading:dip_sample_compliance")))
    assert "62.5% 5 of 8 31% to 86%" in page
    assert "It is a reviewer's look, not a grade of a panel." in page


def test_the_page_of_the_sample_says_it_and_that_it_is_no_grade(client: CarefulClient, cast):
    sample = sample_of(cast, *EIGHT)

    page = text_of(client.signed_in(cast.sam).get(sample.get_absolute_url()))

    assert "Good enough 62.5%: 5 of the 8 incidents whose forms were judged (95% interval 31% to 86%)" in page
    assert "Voice: the child's words, the adult's wishes: 2" in page
    assert "It is no grade: the grades of a panel are apart" in page


def test_the_report_says_it_in_words_table_and_workbook(cast):
    content = content_of(sample_of(cast, *EIGHT))

    assert content["beside"]["good_enough"] == {
        "successes": 5, "n": 8, "percent": "62.5", "low": "30.6", "high": "86.3"
    }  # fmt: skip
    assert (
        "Of the incidents whose forms a reviewer judged, 5 of 8 (62.5%; 95% interval 30.6% to 86.3%) have forms that are good "
        "enough to act on. This is a reviewer's look, not a grade of a panel." in content["findings"]
    )
    html = html_of(content)
    assert "Good enough to act on, of those judged" in html
    assert "It is no grade" in html
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(xlsx_of(content)))["Forms found"]]
    assert rows[1] == [
        "Good enough to act on, of those a reviewer judged (no grade of a panel)",
        5,
        8,
        62.5,
        30.6,
        86.3,
    ]
    assert ["Form found, needed for: Child", 8, 8, 100, 67.6, 100] in rows


def test_figures_that_were_kept_before_it_was_asked_still_make_their_documents(cast):
    content = content_of(sample_of(cast, *EIGHT))
    del content["beside"]

    assert "good enough to act on?" not in html_of(content)
    assert "Forms found" not in load_workbook(BytesIO(xlsx_of(content))).sheetnames

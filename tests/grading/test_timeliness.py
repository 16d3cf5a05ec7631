"""Whether a form came in time: one limit, shown to the reviewer, proposed and judged by."""

from datetime import timedelta

import pytest

from grading.forms.dip_samples import ReviewForm
from grading.models import IncidentReview
from grading.queries.timeliness import IN_WORDS, came_in_time, sent_after
from tests.conftest import CarefulClient
from tests.factories.dip_samples import DipSampleFactory, IncidentReviewFactory, SampledIncidentFactory
from tests.factories.referrals import IncidentFactory, ReferralFactory
from tests.people import Cast
from tests.reading import text_of

HOUR = timedelta(hours=1)
STANDARD, HIGH = 1, 3
WHY = "The fictitious child was alone at night and nobody else was told."


def incident_with_forms(cast: Cast, *forms: tuple[timedelta, int]):
    """A sampled incident, of which so many forms were sent so long after the report, each at a risk."""
    incident = IncidentFactory(force=cast.police, district=cast.district, officer=cast.olu, team=cast.response_team)
    for after, risk in forms:
        ReferralFactory(
            author=cast.olu,
            incident=incident,
            types=["CHILD"],
            risk_level=risk,
            submitted_at=incident.reported_at + after,
        )
    return SampledIncidentFactory(
        sample=DipSampleFactory(force=cast.police, drawn_by=cast.sam), incident=incident, position=1
    )


def found(cast: Cast, *forms: tuple[timedelta, int]):
    sampled = incident_with_forms(cast, *forms)
    return sent_after(sampled.incident, list(sampled.incident.referrals.all()))


@pytest.mark.parametrize(
    ("after", "risk", "is_in_time", "late_by"),
    [
        (24 * HOUR, STANDARD, True, None),
        (24 * HOUR + timedelta(minutes=1), STANDARD, False, timedelta(minutes=1)),
        (2 * HOUR, HIGH, True, None),
        (5 * HOUR, HIGH, False, 3 * HOUR),
        (5 * HOUR, 2, True, None),
        (-2 * HOUR, HIGH, True, None),
    ],
)
def test_the_limit_is_24_hours_and_2_at_high_risk(cast, after, risk, is_in_time, late_by):
    (one,) = found(cast, (after, risk))

    assert (one.is_in_time, one.late_by) == (is_in_time, late_by)


@pytest.mark.parametrize(
    ("forms", "proposed"),
    [
        ((), None),
        (((3 * HOUR, STANDARD), (30 * HOUR, STANDARD)), True),
        (((30 * HOUR, STANDARD), (3 * HOUR, HIGH)), False),
    ],
    ids=["no form", "the first was in time", "the first was late for its risk"],
)
def test_the_first_form_counts(cast, forms, proposed):
    assert came_in_time(found(cast, *forms)) is proposed


def test_the_limit_that_is_shown_is_the_one_that_is_judged_by():
    assert IN_WORDS == ("By the end of the tour of duty, within 24 hours of the report; within 2 hours at high risk.")
    assert ReviewForm.base_fields["in_time"].help_text == IN_WORDS


@pytest.mark.parametrize(
    ("after", "words", "chosen"),
    [
        (-2 * HOUR, "2 hours before the report : in time, the limit was 24 hours", "YES"),
        (3 * HOUR, "3 hours after the report : in time, the limit was 24 hours", "YES"),
        (27 * HOUR, "27 hours after the report : 3 hours late , the limit was 24 hours", "NO"),
    ],
)
def test_the_page_says_before_or_after_and_proposes_the_answer(client: CarefulClient, cast, after, words, chosen):
    sampled = incident_with_forms(cast, (after, STANDARD))

    page = client.signed_in(cast.rae).get(sampled.review_url)

    assert words.replace(" :", ":").replace(" ,", ",") in text_of(page).replace(" :", ":").replace(" ,", ",")
    assert page.context["form"]["in_time"].value() == chosen
    assert f"Proposed from the first form: {page.context['found'][0].referral.reference}" in text_of(page)


def test_the_reviewer_may_differ_from_what_is_proposed(client: CarefulClient, cast):
    sampled = incident_with_forms(cast, (27 * HOUR, STANDARD))
    form = sampled.incident.referrals.get()
    findings = {"required": "YES", "required_types": ["CHILD"], "found": "YES", "forms_found": [str(form.pk)]}

    client.signed_in(cast.rae).post(sampled.review_url, findings | {"in_time": "YES", "why": WHY, "live_gap": "NO"})

    assert IncidentReview.objects.get().in_time is True
    assert client.get(sampled.review_url).context["form"]["in_time"].value() == "YES"


def test_without_a_form_here_nothing_is_proposed(client: CarefulClient, cast):
    page = client.signed_in(cast.rae).get(incident_with_forms(cast).review_url)

    assert page.context["form"]["in_time"].value() is None
    assert "Proposed from" not in text_of(page)


def test_an_answer_that_was_given_stands_before_the_proposal(client: CarefulClient, cast):
    sampled = incident_with_forms(cast, (3 * HOUR, STANDARD))
    IncidentReviewFactory(sampled=sampled, outcome="LATE", reviewed_by=cast.rae)

    assert client.signed_in(cast.rae).get(sampled.review_url).context["form"]["in_time"].value() == "NO"

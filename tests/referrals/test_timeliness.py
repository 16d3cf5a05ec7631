"""How long each step takes: of one referral, and medians with 90th percentile and n by agency, type and team."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from common.clock import Period
from referrals.enums import RiskLevel
from referrals.enums.timeliness import Step
from referrals.models import Assignment, ShareAnswer, ThresholdDecision
from referrals.queries import timeliness_of
from referrals.queries.timeliness import in_words
from tests.factories.accounts import AgencyFactory
from tests.factories.referrals import ReferralFactory, ShareFactory
from tests.people import NOW

YEAR = Period(start=date(2026, 1, 1), end=date(2026, 12, 31))
HOUR = timedelta(hours=1)


def handled(cast, *, look=None, decision=None, share=None, answer=None, agency=None, at=NOW, is_notice=False, **more):
    """A referral with what happened so many hours after it was submitted."""
    referral = ReferralFactory(
        author=cast.olu, submitted_at=at, due_at=at + 100 * HOUR, risk_level=RiskLevel.STANDARD, **more
    )
    if look is not None:
        Assignment.objects.create(
            referral=referral, person=cast.mina, assigned_by=cast.mina, assigned_at=at + look * HOUR
        )
    if decision is not None:
        ThresholdDecision.objects.create(
            referral=referral,
            number=1,
            level=3,
            pathway="SECTION_17",
            rationale="Enough.",
            decided_at=at + decision * HOUR,
            decided_by=cast.mina,
        )
    if share is not None:
        shared = ShareFactory(
            referral=referral,
            agency=agency or cast.council,
            shared_at=at + share * HOUR,
            shared_by=cast.mina,
            answer_due_at=at + (share + 24) * HOUR,
            is_notice=is_notice,
        )
        if answer is not None:
            ShareAnswer.objects.create(
                share=shared,
                number=1,
                state="ACCEPTED",
                due_at=shared.answer_due_at,
                answered_at=at + answer * HOUR,
                answered_by=cast.pat,
            )
    return referral


def total(period=YEAR):
    return {figure.step: figure for figure in timeliness_of(period).total}


def test_median_and_ninetieth_percentile_of_each_step_lie_between_values_where_they_fall_there(cast):
    for hours in (1, 2, 3, 4, 10, 20):
        handled(cast, look=hours, decision=hours + 1, share=hours + 3, answer=2 * hours + 3)

    figures = total()

    assert {step: figure.n for step, figure in figures.items()} == dict.fromkeys(Step, 6)
    assert (figures[Step.LOOK].median, figures[Step.LOOK].ninetieth) == (3.5 * HOUR, 15 * HOUR)
    assert (figures[Step.DECISION].median, figures[Step.SHARE].median) == (HOUR, 2 * HOUR)
    assert figures[Step.ANSWER].median == 3.5 * HOUR


def test_delays_are_counted_apart_and_their_limit_belongs_to_the_longer(cast):
    for hours in (0.5, 1, 3, 4, 23, 24, 71, 72, 500):
        handled(cast, look=hours)

    assert total()[Step.LOOK].delays == (1, 2, 2, 2, 2)


def test_a_decision_without_a_claim_is_the_first_look_and_a_later_claim_changes_nothing(cast):
    for _ in range(5):
        handled(cast, look=9, decision=4)

    figures = total()

    assert figures[Step.LOOK].median == 4 * HOUR
    assert figures[Step.DECISION].median == timedelta(0)


def test_what_is_not_over_yet_is_counted_beside_and_in_no_median(cast):
    for _ in range(5):
        handled(cast, look=2, decision=3, share=4, answer=5)
    handled(cast)
    handled(cast, look=1)
    handled(cast, look=1, decision=2, share=3)

    figures = total()

    assert {step: (figure.n, figure.waiting) for step, figure in figures.items()} == {
        Step.LOOK: (7, 1),
        Step.DECISION: (6, 1),
        Step.SHARE: (6, 0),
        Step.ANSWER: (5, 1),
    }


def test_only_what_was_submitted_in_the_period_and_stands_counts_and_no_notice_to_a_school(cast):
    for _ in range(5):
        handled(cast, look=1, decision=2, share=3, answer=4, is_notice=True)
    handled(cast, look=1, at=NOW.replace(year=2025))
    handled(cast, look=1, state="VOID")

    figures = total()

    assert (figures[Step.LOOK].n, figures[Step.SHARE].n, figures[Step.ANSWER].n) == (5, 0, 0)


def test_groups_are_agencies_types_and_teams(cast):
    for _ in range(5):
        handled(cast, look=1, decision=2, share=3, answer=9, types=["CHILD", "STALKING_HARASSMENT"])

    found = timeliness_of(YEAR)

    assert [(group.name, [figure.median for figure in group.figures]) for group in found.by_agency] == [
        (cast.council.name, [6 * HOUR])
    ]
    assert [(group.name, group.figures[0].n) for group in found.by_type] == [
        ("Child", 5),
        ("Stalking or harassment", 5),
    ]
    assert [group.name for group in found.by_team] == [f"Testham Response, {cast.police.name}"]


def test_a_small_group_is_hidden_and_with_one_alone_the_next_smallest(cast):
    agencies = [AgencyFactory(name=name) for name in ("A", "B", "C")]
    for agency, count in zip(agencies, (2, 5, 6), strict=True):
        for _ in range(count):
            handled(cast, look=1, decision=2, share=3, answer=4, agency=agency)

    shown = {group.name: group.figures[0] for group in timeliness_of(YEAR).by_agency}

    assert {name: figure.is_hidden for name, figure in shown.items()} == {"A": True, "B": True, "C": False}
    assert (shown["A"].n, shown["A"].median, shown["A"].delays) == (0, None, ())


def test_a_period_without_anything_shows_nothing(client, cast):
    page = client.signed_in(cast.sam).get(reverse("referrals:timeliness")).content.decode()

    assert "Nothing in this period." in page


@pytest.mark.parametrize(
    ("took", "words"),
    [
        (None, ""),
        (timedelta(seconds=20), "Under a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=5, minutes=10), "5 hours 10 minutes"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=3, hours=4, minutes=50), "3 days 4 hours"),
    ],
)
def test_a_time_in_words(took, words):
    assert in_words(took) == words


def test_the_page_of_a_referral_says_how_long_each_step_took_to_the_hub_alone(client, cast):
    referral = handled(cast, look=1, decision=3, share=5, answer=29, state="ANSWERED")

    at_hub = client.signed_in(cast.mina).get(referral.get_absolute_url())
    writer = type(client)().signed_in(cast.olu).get(referral.get_absolute_url()).content.decode()

    assert [(step.what, step.took_in_words) for step in at_hub.context["steps"]] == [
        ("Received to first look", "1 hour"),
        ("First look to decision", "2 hours"),
        ("Decision to first share", "2 hours"),
        (f"Share to first answer: {cast.council}", "24 hours"),
    ]
    assert "How long it took" not in writer


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_does_not_grow(client, cast, django_assert_num_queries, rows):
    for _ in range(rows):
        handled(cast, look=1, decision=2, share=3, answer=4)
    browser = client.signed_in(cast.sam)

    with django_assert_num_queries(4):
        browser.get(reverse("referrals:timeliness"))

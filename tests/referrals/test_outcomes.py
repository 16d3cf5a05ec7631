"""Rates of acceptance, rejection and further work: right counts, small ones hidden, the same on page and in the file."""

import csv
from datetime import date, timedelta
from io import StringIO

import pytest
from django.urls import reverse

from audit.models import Entry
from common.clock import Period
from referrals.enums import ShareState
from referrals.models import ShareAnswer
from referrals.queries import outcomes_of
from tests.factories.accounts import AgencyFactory
from tests.factories.referrals import ReferralFactory, ShareFactory
from tests.people import NOW

YEAR = Period(start=date(2026, 1, 1), end=date(2026, 12, 31))


def answered(cast, agency, *states, at=NOW, types=("CHILD",), reason="DUPLICATE", team=None):
    """A share with these answers, one after the other."""
    referral = ReferralFactory(author=cast.olu, state="ANSWERED", types=list(types))
    share = ShareFactory(
        referral=referral,
        agency=agency,
        state=states[-1],
        answered_at=at,
        answered_by=cast.pat,
        shared_by=cast.mina,
        rejection_reason=reason if states[-1] == "REJECTED" else "",
        answer="No." if states[-1] == "REJECTED" else "",
    )
    for number, state in enumerate(states, start=1):
        ShareAnswer.objects.create(
            share=share,
            number=number,
            state=state,
            rejection_reason=reason if state == "REJECTED" else "",
            missing=["VOICE"] if state == "FURTHER_WORK" else [],
            words="No.",
            due_at=at,
            answered_at=at + timedelta(days=number - 1),
            answered_by=cast.pat,
        )
    return share


@pytest.fixture
def figures(cast):
    """Council: 6 accepted, 3 rejected, 1 accepted after further work. School: 2 accepted. Housing: 1, Health: 5 accepted."""
    for _ in range(6):
        answered(cast, cast.council, ShareState.ACCEPTED)
    for reason in ("DUPLICATE", "DUPLICATE", "WRONG_AGENCY"):
        answered(cast, cast.council, ShareState.REJECTED, reason=reason, types=("CHILD", "HATE"))
    answered(cast, cast.council, ShareState.FURTHER_WORK, ShareState.ACCEPTED)
    for _ in range(5):
        answered(
            cast,
            AgencyFactory._meta.model.objects.filter(name="Health").first() or AgencyFactory(name="Health"),
            ShareState.ACCEPTED,
        )
    for _ in range(2):
        answered(cast, cast.elsewhere, ShareState.ACCEPTED)
    answered(cast, cast.council, ShareState.ACCEPTED, at=NOW - timedelta(days=900))


def test_a_share_counts_by_its_last_answer_in_the_period_of_its_first(cast, figures):
    found = outcomes_of(YEAR)
    council = next(row for row in found.by_agency if row.name == cast.council.name)

    assert council.answered == 10
    assert (council.accepted.successes, council.rejected.successes, council.reworked.successes) == (7, 3, 1)
    assert str(council.accepted.percent) == "70.0"
    assert council.accepted.interval_in_words == "40% to 89%"
    assert found.total.answered == 17
    assert [(row.name, row.answered) for row in found.by_team] == [("Testham Response", 17)]


def test_a_referral_of_two_types_counts_in_both(cast, figures):
    for _ in range(2):
        answered(cast, cast.council, ShareState.REJECTED, types=("HATE",))

    rows = {row.name: row for row in outcomes_of(YEAR).by_type}

    assert (rows["Child"].answered, rows["Hate"].answered) == (17, 5)
    assert rows["Hate"].rejected.successes == 5


def test_one_small_group_alone_takes_the_next_smallest_with_it_so_that_no_sum_gives_it_away(cast, figures):
    rows = {row.name: row for row in outcomes_of(YEAR).by_agency}

    assert rows[cast.elsewhere.name].is_hidden
    assert rows["Health"].is_hidden
    assert rows["Health"].answered == rows["Health"].accepted.n == 0
    assert not rows[cast.council.name].is_hidden


def test_reasons_that_were_given_seldom_have_no_figure(cast, figures):
    for _ in range(5):
        answered(cast, cast.council, ShareState.REJECTED, reason="BELOW_THRESHOLD")

    reasons = [(one.label, one.count) for one in outcomes_of(YEAR).reasons]

    assert reasons == [("Below the threshold", 5), ("We have it already", None), ("Meant for another agency", None)]
    assert [(one.label, one.count) for one in outcomes_of(YEAR).missing] == [("What the person says and wants", None)]


def test_a_period_with_few_answers_shows_nothing(client, cast):
    for _ in range(4):
        answered(cast, cast.council, ShareState.ACCEPTED)

    page = client.signed_in(cast.leda).get(reverse("referrals:outcomes")).content.decode()

    assert outcomes_of(YEAR).total.is_hidden
    assert "too few to show" in page


PERIOD = {
    f"{name}_{part}": str(value)
    for name, day in (("start", (1, 1, 2026)), ("end", (31, 12, 2026)))
    for part, value in enumerate(day)
}


def test_page_and_file_say_the_same_and_the_export_is_recorded(client, cast, figures):
    browser = client.signed_in(cast.ana)

    page = browser.get(reverse("referrals:outcomes"), PERIOD).content.decode()
    response = browser.get(reverse("referrals:outcomes_csv"), PERIOD)

    rows = {row["name"]: row for row in csv.DictReader(StringIO(response.content.decode().lstrip("\ufeff")))}
    assert "7 (70.0%)" in page
    assert rows[cast.council.name]["accepted"] == "7"
    assert rows[cast.council.name]["accepted %"] == "70.0"
    assert rows["Health"]["answered"] == rows[cast.elsewhere.name]["answered"] == "too few to show"
    assert "Health" in page
    assert Entry.objects.get(what="referral.outcomes_exported").verb == "EXPORTED"


def test_a_period_that_is_no_date_says_so_and_shows_the_usual_one(client, cast):
    response = client.signed_in(cast.sam).get(
        reverse("referrals:outcomes"), {"start_0": "99", "start_1": "1", "start_2": "2026"}
    )

    assert response.status_code == 200
    assert "Enter a real date" in response.content.decode()


@pytest.mark.parametrize("rows", [5, 8])
def test_the_number_of_queries_of_the_page_does_not_grow(client, cast, django_assert_max_num_queries, rows):
    for number in range(rows):
        answered(cast, AgencyFactory(), ShareState.ACCEPTED, types=(("CHILD", "HATE", "MISSING")[number % 3],))
    browser = client.signed_in(cast.sam)
    browser.get(reverse("referrals:outcomes"), PERIOD)

    with django_assert_max_num_queries(9):
        browser.get(reverse("referrals:outcomes"), PERIOD)

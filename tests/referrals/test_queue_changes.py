"""The queue tells of changes without moving a row, names who came back, and loses nobody's referrals when they leave."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from django.utils import timezone

from common.clock import Period
from referrals import queries, services
from referrals.enums import Pathway
from referrals.models import Referral, ThresholdDecision
from tests.factories.accounts import UserFactory
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.people import NOW
from tests.referrals.conftest import REASONS

QUEUE, NEWS = reverse("referrals:queue"), reverse("referrals:queue_news")
MINUTE = timedelta(minutes=1)


def waiting(cast, *, due_in=timedelta(hours=5), **fields):
    now = timezone.now()
    dates = {"submitted_at": now - timedelta(days=9), "due_at": now + due_in, "changed_at": now - timedelta(days=9)}
    return ReferralFactory(**{"author": cast.olu} | dates | fields)


def listed(browser, **query):
    return list(browser.get(QUEUE, query).context["page"])


# --- what changed ----------------------------------------------------------------------------------------------------


def test_news_counts_the_rows_shown_that_changed(client, cast):
    claimed, given_back, decided, late, same, elsewhere = (
        waiting(cast),
        waiting(cast, assigned_to=cast.sam),
        waiting(cast),
        waiting(cast, due_in=-MINUTE),
        waiting(cast),
        waiting(cast),
    )
    given_back.assignments.create(person=cast.sam, assigned_at=timezone.now() - timedelta(days=1), assigned_by=cast.sam)
    browser = client.signed_in(cast.mina)
    page = browser.get(QUEUE, {"all": "on"}).content.decode()
    shown = re.search(r"shown=([0-9a-f.-]+)", page).group(1)
    assert set(shown.split(".")) == {str(pk) for pk in Referral.objects.values_list("pk", flat=True)}
    opened = timezone.now()

    def changed(*referrals, since=opened):
        query = urlencode({"since": since.isoformat(), "shown": ".".join(str(one.pk) for one in referrals)})
        words = re.search(r'<p id="queue-news-words".*?</p>', browser.get(f"{NEWS}?{query}").content.decode()).group()
        found = re.search(r"(\d+) of those shown changed", words)
        return int(found.group(1)) if found else 0

    assert changed(claimed, given_back, decided, same) == 0
    assert changed(late, since=opened - 2 * MINUTE) == 1

    services.claim_referral(referral_id=claimed.pk, by=cast.sam, at=timezone.now())
    services.give_back_referral(referral_id=given_back.pk, by=cast.sam, at=timezone.now())
    services.claim_referral(referral_id=elsewhere.pk, by=cast.sam, at=timezone.now())
    services.decide_referral(
        referral_id=decided.pk, level=4, pathway="SECTION_47", rationale=REASONS, by=cast.sam, at=timezone.now()
    )

    assert changed(claimed, given_back, decided, same) == 3
    assert changed(same) == 0


def test_news_of_rows_that_this_hub_did_not_receive_counts_nothing(client, cast):
    other = ReferralFactory(state="DECIDED")
    query = urlencode({"since": NOW.isoformat(), "shown": f"{other.pk}.nonsense"})

    assert "changed" not in client.signed_in(cast.mina).get(f"{NEWS}?{query}").content.decode()


# --- who has left ----------------------------------------------------------------------------------------------------


@pytest.fixture
def leaver(cast):
    return UserFactory(name="Lea Fictitious", agency=cast.police, is_active=False)


def test_what_a_leaver_still_has_is_found_and_a_kept_view_of_theirs_shows_that_alone(client, cast, leaver):
    left = waiting(cast, assigned_to=leaver)
    waiting(cast, assigned_to=cast.sam)
    waiting(cast)
    browser = client.signed_in(cast.mina)

    assert listed(browser, assignee="gone") == [left]
    page = browser.get(QUEUE, {"assignee": str(leaver.pk)})
    assert list(page.context["page"]) == [left]
    assert "Who has it: Lea Fictitious (no longer decides here)" in page.content.decode()


@pytest.mark.parametrize("unknown", ["0b6f1c7e-0000-4000-8000-000000000000", "nobody-at-all"])
def test_a_filter_that_is_not_known_any_more_is_said_to_be_left_out(client, cast, unknown):
    page = client.signed_in(cast.mina).get(QUEUE, {"assignee": unknown}).content.decode()

    assert "was left out: Who has it." in page


def test_somebody_of_another_agency_is_not_named_in_the_filters(client, cast):
    page = client.signed_in(cast.mina).get(QUEUE, {"assignee": str(cast.out.pk)}).content.decode()

    assert cast.out.name not in page


# --- assigning -------------------------------------------------------------------------------------------------------


def test_assigning_from_a_page_that_is_out_of_date_takes_it_from_nobody(client, cast):
    referral = waiting(cast)
    address = reverse("referrals:assign", args=[referral.pk])
    browser = client.signed_in(cast.mina)
    assert 'name="holder" value=""' in browser.get(address).content.decode()
    services.claim_referral(referral_id=referral.pk, by=cast.sam, at=timezone.now())

    refused = browser.post(address, {"to": str(cast.mina.pk), "holder": ""})

    assert refused.status_code == 422
    assert f"{referral} was given to Sam Fictitious meanwhile." in refused.content.decode()
    assert f'name="holder" value="{cast.sam.pk}"' in refused.content.decode()
    referral.refresh_from_db()
    assert referral.assigned_to == cast.sam

    assert browser.post(address, {"to": str(cast.mina.pk), "holder": str(cast.sam.pk)}).status_code == 302
    referral.refresh_from_db()
    assert referral.assigned_to == cast.mina


# --- who came back ---------------------------------------------------------------------------------------------------


def ended(cast, *, days_ago, at=None, **person):
    """A referral on which no further action was decided so many days ago; returns the person it is about."""
    moment = (at or timezone.now()) - timedelta(days=days_ago)
    referral = waiting(cast, state="CLOSED", closed_at=moment, closed_by=cast.sam)
    Referral.objects.filter(pk=referral.pk).update(submitted_at=moment - timedelta(hours=5), due_at=moment)
    ThresholdDecision.objects.create(
        referral=referral,
        number=1,
        level=1,
        pathway=Pathway.NO_FURTHER_ACTION,
        rationale="Fictitious reasons.",
        what_would_change_this="A second report.",
        decided_at=moment,
        decided_by=cast.sam,
    )
    return named(referral, **person)


def named(referral, **person):
    made = PersonFactory(referral=referral, **person)
    services.remember_people(referral_id=referral.pk, at=NOW)
    return made


def confirm(cast, one, other):
    services.answer_match(person_id=one.pk, other_id=other.pk, answer="SAME", by=cast.mina, at=timezone.now())


def test_the_queue_flags_who_came_back_within_twelve_months_and_nobody_else(client, cast):
    back, long_ago, unmatched = (named(waiting(cast)) for _ in range(3))
    confirm(cast, back, ended(cast, days_ago=300))
    confirm(cast, long_ago, ended(cast, days_ago=500))
    ended(cast, days_ago=3)

    page = client.signed_in(cast.mina).get(QUEUE, {"all": "on"})

    came_back = [row["reference"] for row in page.context["rows"] if row["marks"]]
    assert came_back == [back.referral.reference], unmatched
    assert page.content.decode().count("Came back") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_flags_cost_four_questions_however_many_came_back(client, cast, django_assert_num_queries, count):
    for _ in range(count):
        confirm(cast, named(waiting(cast)), ended(cast, days_ago=30))
    shown = list(queries.with_matches(Referral.objects.awaiting_decision()))

    with django_assert_num_queries(4):
        assert len(queries.came_back(shown)) == count


def test_the_rate_counts_each_person_once_with_its_base_and_interval(client, cast):
    for days_ago, came_after in ((300, 80), (300, 100), (300, 200), (300, None), (300, None)):
        person = ended(cast, days_ago=days_ago, at=NOW)
        if came_after is None:
            continue
        referral = waiting(cast)
        moment = NOW - timedelta(days=days_ago - came_after)
        Referral.objects.filter(pk=referral.pk).update(submitted_at=moment, due_at=moment + timedelta(days=1))
        again = named(referral)
        confirm(cast, again, person)
    # A second decision of the kind on somebody who is counted already, and one outside the period.
    twice = ended(cast, days_ago=290, at=NOW)
    confirm(cast, twice, person)
    ended(cast, days_ago=3000, at=NOW)
    day = (NOW - timedelta(days=300)).date()
    period = {"start": day - timedelta(days=20), "end": day + timedelta(days=20)}

    rates = queries.re_referral_rates(Period(**period))

    assert [(rate.days, rate.came_back.successes, rate.came_back.n) for rate in rates] == [
        (30, 1, 5),
        (90, 2, 5),
        (180, 3, 5),
        (365, 4, 5),
    ]

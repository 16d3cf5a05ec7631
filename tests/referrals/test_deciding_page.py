"""Who decides reads the concern first, and has the referral and what was known before beside the form."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit.models import Entry
from referrals import services
from tests.factories.referrals import SUBMITTED, PersonFactory, ReferralFactory
from tests.people import NOW
from tests.referrals.conftest import CONCERN


@pytest.fixture
def earlier(cast, life):
    """A referral to decide, and an earlier one of the same person."""
    referral = life.submitted(request_to_partner="A visit at home before Friday.")
    named = referral.people.get()
    at = SUBMITTED - timedelta(days=40)
    before = ReferralFactory(author=cast.olu, hub=cast.police, submitted_at=at, due_at=at + timedelta(days=1))
    same = PersonFactory(referral=before, given_names=named.given_names, family_name=named.family_name)
    for one in (referral, before):
        services.remember_people(referral_id=one.pk, at=NOW)
    services.answer_match(person_id=named.pk, other_id=same.pk, answer="SAME", by=cast.mina, at=NOW)
    return referral, before


def page_of(client, user, address, referral):
    return client.signed_in(user).get(reverse(address, args=[referral.pk]))


def test_the_concern_stands_before_what_the_hub_did_with_it(client, cast, earlier):
    referral, _ = earlier
    page = page_of(client, cast.mina, "referrals:detail", referral).content.decode()

    places = [page.index(words) for words in ('id="glance"', CONCERN.strip()[:60], 'id="history"', 'id="decisions"')]
    assert places == sorted(places)
    assert page.index("A visit at home before Friday.") < page.index('id="history"')


def test_every_place_that_the_page_leads_to_is_there(client, cast, earlier):
    page = page_of(client, cast.mina, "referrals:detail", earlier[0]).content.decode()

    for place in ("glance", "outcome", "history", "decisions", "shares", "strategy", "form"):
        assert f'href="#{place}"' in page
        assert page.count(f'id="{place}"') == 1


def test_the_writer_reads_no_summary_for_the_hub(client, cast, earlier):
    assert "At a glance" not in page_of(client, cast.olu, "referrals:detail", earlier[0]).content.decode()


def test_a_cpi_form_has_its_information_at_a_glance(client, cast):
    cpi = ReferralFactory(author=cast.pat, hub=cast.police, kind="CPI")
    page = page_of(client, cast.mina, "referrals:decide", cpi).content.decode()

    assert "Community information" in page
    assert cpi.cpi.information[:40] in page


@pytest.mark.parametrize("sent", [None, {"level": "3"}], ids=["asked", "refused"])
def test_the_decision_is_made_beside_the_referral_and_what_was_known(client, cast, earlier, sent):
    referral, before = earlier
    address = reverse("referrals:decide", args=[referral.pk])
    client.signed_in(cast.mina)
    response = client.get(address) if sent is None else client.post(address, sent)
    page = response.content.decode()

    assert response.status_code == (200 if sent is None else 422)
    assert CONCERN.strip()[:60] in page
    assert before.reference in page
    assert "2 referrals in twelve months" in page


def test_reading_beside_the_form_is_a_read_of_both_referrals(client, cast, earlier):
    referral, before = earlier
    page_of(client, cast.mina, "referrals:decide", referral)

    read = Entry.objects.filter(actor_id=cast.mina.pk).values_list("what", "object_id")
    assert ("referral.read", str(referral.pk)) in read
    assert ("referral.seen_in_history", str(before.pk)) in read


def test_links_beside_the_form_do_not_take_its_words_away(client, cast, earlier):
    page = page_of(client, cast.mina, "referrals:decide", earlier[0]).content.decode()
    side = page[page.index("<aside") : page.index("</aside>")]

    assert side.count("<a ") == side.count('target="_blank" rel="noopener"') > 0
    assert "<form" not in side


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_many_questions_for_many_people(client, cast, life, count, django_assert_num_queries):
    referral = life.submitted()
    for number in range(count - 1):
        PersonFactory(referral=referral, position=number + 2, given_names=f"Fictitious {number}")
    services.remember_people(referral_id=referral.pk, at=NOW)
    client.signed_in(cast.mina)
    with django_assert_num_queries(16):
        client.get(reverse("referrals:decide", args=[referral.pk]))

"""Who looked at or changed one referral: from the access log, by person and day, and looking is itself recorded."""

from datetime import timedelta

import pytest
from django.urls import reverse

from audit import services as audit
from audit.enums import Verb
from audit.models import Entry
from insights.views import logbook
from tests.factories.referrals import ReferralFactory
from tests.people import NOW


@pytest.fixture
def referral(cast):
    return ReferralFactory(author=cast.olu)


@pytest.fixture
def address(referral):
    return reverse("who_looked", args=[referral.pk])


def read(referral, by, at=NOW, what="referral.read"):
    return audit.record(verb=Verb.READ, what=what, at=at, actor=by, subject=referral)


def shown(page):
    return [(line.actor, line.entry.what) for line in page.context["lines"]]


def test_it_lists_what_was_done_with_this_record_and_no_other_newest_first(client, cast, referral, address):
    read(referral, cast.olu)
    read(ReferralFactory(author=cast.olu), cast.lin)
    audit.record(verb=Verb.CHANGED, what="referral.risk_set", at=NOW, actor=cast.mina, subject=referral)

    page = client.signed_in(cast.sam).get(address)

    assert shown(page) == [("Mina Fictitious", "referral.risk_set"), ("Olu Fictitious", "referral.read")]
    assert "20 November 2026" in page.content.decode()


@pytest.mark.parametrize("who", ["sam", "iggy"])
def test_looking_is_recorded_and_shown_the_next_time(client, cast, referral, address, who):
    browser = client.signed_in(getattr(cast, who))

    browser.get(address)

    entry = Entry.objects.get()
    assert (entry.verb, entry.what, entry.object_id) == (Verb.READ, "referral.looks_read", str(referral.pk))
    assert shown(browser.get(address)) == [(getattr(cast, who).name, "referral.looks_read")]


def test_it_is_narrowed_by_person_and_by_days_as_london_counts_them(client, cast, referral, address):
    for by, days in ((cast.olu, 0), (cast.mina, 0), (cast.mina, 2)):
        read(referral, by, at=NOW + timedelta(days=days))
    browser = client.signed_in(cast.iggy)

    by_person = browser.get(address, {"who": str(cast.mina.pk)})
    days = {"start_0": "21", "start_1": "11", "start_2": "2026", "end_0": "22", "end_1": "11", "end_2": "2026"}
    by_day = browser.get(address, days)

    assert shown(by_person) == [("Mina Fictitious", "referral.read")] * 2
    assert [line.entry.at for line in by_day.context["lines"]] == [NOW + timedelta(days=2)]


def test_what_cannot_be_read_as_a_day_comes_back(client, cast, address):
    page = client.signed_in(cast.sam).get(address, {"start_0": "45", "start_1": "11", "start_2": "2026"})

    assert "Enter a real date" in page.content.decode()
    assert 'value="45"' in page.content.decode()


def test_it_goes_on_page_by_page(client, cast, referral, address, monkeypatch):
    monkeypatch.setattr(logbook, "LOOKS_ON_A_PAGE", 2)
    for by in (cast.olu, cast.mina, cast.sam):
        read(referral, by)
    browser = client.signed_in(cast.iggy)

    first = browser.get(address)
    second = browser.get(address, {"cursor": first.context["page"].next_cursor})

    assert [who for who, _ in shown(first)] == ["Sam Fictitious", "Mina Fictitious"]
    assert [who for who, _ in shown(second)] == ["Olu Fictitious"]


def test_its_writer_sees_what_was_done_with_it_and_nothing_that_is_kept_from_writers(client, cast, referral, address):
    read(referral, cast.mina)
    audit.record(verb=Verb.CHANGED, what="referral.decided", at=NOW, actor=cast.mina, subject=referral, reason="Kept")
    for by, what in (
        (cast.rae, "grading.item_read"),
        (cast.ines, "cpi.assessment_graded"),
        (cast.sam, "second_look.read"),
        (cast.iggy, "referral.looks_read"),
    ):
        read(referral, by, what=what)

    page = client.signed_in(cast.olu).get(address)

    assert shown(page) == [("Mina Fictitious", "referral.decided"), ("Mina Fictitious", "referral.read")]
    assert [name for _, name in page.context["form"].fields["who"].choices] == ["Everybody", "Mina Fictitious"]
    assert "Kept" not in page.content.decode()
    assert len(shown(client.signed_in(cast.iggy).get(address))) == 7


def test_who_wrote_for_an_earlier_agency_sees_it_no_more(client, cast, referral, address):
    cast.olu.agency, cast.olu.team = cast.council, None
    cast.olu.save()

    assert client.signed_in(cast.olu).get(address).status_code == 404


def test_its_writer_and_supervisors_find_the_way_from_the_referral_and_others_do_not(client, cast, referral, address):
    pages = {who: type(client)().signed_in(getattr(cast, who)) for who in ("sam", "mina", "olu")}
    html = {who: browser.get(referral.get_absolute_url()).content.decode() for who, browser in pages.items()}

    assert {who for who, text in html.items() if address in text} == {"sam", "olu"}
    assert address in client.signed_in(cast.iggy).get(reverse("access_log")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(client, cast, referral, address, django_assert_num_queries, count):
    for who in (cast.olu, cast.mina, cast.lin)[:count]:
        read(referral, who)
    browser = client.signed_in(cast.iggy)

    with django_assert_num_queries(11):
        browser.get(address)

"""A reason is asked where the force's policy says so, from a short list with words, and stands in the access log."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from audit.models import Entry
from referrals.models import Referral, Search
from referrals.views import reasons
from tests.factories.referrals import ReferralFactory
from tests.people import NOW, Cast

SEARCH = reverse("referrals:search")
CASEWORK = {"why": "CASEWORK", "why_words": ""}


@pytest.fixture
def closed(cast: Cast) -> Referral:
    return ReferralFactory(author=cast.olu, state="CLOSED", closed_at=NOW, closed_by=cast.sam)


@pytest.fixture
def asked(settings: Any) -> None:
    settings.REASON_ASKED_FOR = ["OUTSIDE_TASK", "NAME_SEARCH"]


def why_of(referral: Referral) -> str:
    return reverse("referrals:why", args=[referral.pk])


def test_nothing_is_asked_unless_the_setting_says_so(client: Any, cast: Cast, closed: Referral) -> None:
    browser = client.signed_in(cast.mina)

    assert browser.get(closed.get_absolute_url()).status_code == 200
    assert browser.get(why_of(closed))["Location"] == closed.get_absolute_url()
    assert "Why do you look?" not in browser.get(SEARCH).content.decode()


@pytest.mark.usefixtures("asked")
def test_who_has_no_task_says_why_and_the_entry_holds_it(client: Any, cast: Cast, closed: Referral) -> None:
    browser = client.signed_in(cast.mina)
    first = browser.get(closed.get_absolute_url())
    assert first["Location"] == why_of(closed)
    assert not Entry.objects.filter(what="referral.read").exists()

    answer = browser.post(why_of(closed), {"why": "CALL", "why_words": "The  school rang"})

    assert answer["Location"] == closed.get_absolute_url()
    assert browser.get(closed.get_absolute_url()).status_code == 200
    assert Entry.objects.get(what="referral.read").reason == "Somebody called or wrote about it: The school rang"


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("who", ["olu", "lin", "sam"])
def test_its_writer_their_line_manager_and_who_closed_it_are_not_asked(
    client: Any, cast: Cast, closed: Referral, who: str
) -> None:
    assert client.signed_in(getattr(cast, who)).get(closed.get_absolute_url()).status_code == 200


@pytest.mark.usefixtures("asked")
def test_of_what_is_open_at_the_hub_nobody_there_is_asked(client: Any, cast: Cast) -> None:
    received = ReferralFactory(author=cast.olu)

    assert client.signed_in(cast.mina).get(received.get_absolute_url()).status_code == 200


@pytest.mark.usefixtures("asked")
def test_the_reason_holds_for_one_referral_and_for_an_hour(
    client: Any, cast: Cast, closed: Referral, monkeypatch: Any
) -> None:
    other = ReferralFactory(author=cast.olu, state="CLOSED", closed_at=NOW, closed_by=cast.sam)
    browser = client.signed_in(cast.mina)
    browser.post(why_of(closed), CASEWORK)

    assert browser.get(other.get_absolute_url())["Location"] == why_of(other)
    assert browser.get(closed.get_absolute_url()).status_code == 200
    monkeypatch.setattr(reasons, "KEPT_FOR", -timedelta(seconds=1))
    browser.post(why_of(closed), CASEWORK)
    assert browser.get(closed.get_absolute_url())["Location"] == why_of(closed)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(("data", "field"), [({}, "why"), ({"why": "OTHER", "why_words": " "}, "why_words")])
def test_what_is_left_out_comes_back_beside_its_field(
    client: Any, cast: Cast, closed: Referral, data: dict[str, str], field: str
) -> None:
    page = client.signed_in(cast.mina).post(why_of(closed), data)

    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])


@pytest.mark.usefixtures("asked")
def test_a_search_for_somebody_says_why_and_one_for_dates_does_not(client: Any, cast: Cast) -> None:
    browser = client.signed_in(cast.mina)

    refused = browser.post(SEARCH, {"family_name": "Quillfeather"})
    allowed = browser.post(SEARCH, {"family_name": "Quillfeather", "why": "CASEWORK"})
    of_dates = browser.post(SEARCH, {"kind": "PPN"})

    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["why"])
    assert 'value="Quillfeather"' in refused.content.decode()
    assert (allowed.status_code, of_dates.status_code) == (302, 302)
    entries = Entry.objects.filter(what="referral.searched").order_by("pk")
    assert [one.reason for one in entries] == ["It bears on something that I work on", ""]
    assert {"why", "why_words"}.isdisjoint(Search.objects.first().terms)

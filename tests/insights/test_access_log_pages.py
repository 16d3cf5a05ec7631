"""Searching the access log: by whom, agency, record, somebody in referrals, words of a search, kind and days; and the file."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from audit import services as audit
from audit.enums import Verb
from audit.models import Entry, LogSearch
from insights.queries import access_log as queries
from referrals import services as referrals
from tests.factories.accounts import UserFactory
from tests.factories.referrals import PersonFactory, ReferralFactory
from tests.people import NOW

ADDRESS = reverse("access_log")


def did(by, what="referral.read", verb=Verb.READ, subject=None, at=NOW, **more):
    return audit.record(verb=verb, what=what, at=at, actor=by, subject=subject, **more)


def found(client, cast, **terms):
    answer = client.signed_in(cast.iggy).post(ADDRESS, terms)
    assert answer.status_code == 302, answer.context["form"].errors
    page = client.get(answer["Location"])
    return [(line.actor, line.entry.what) for line in page.context["lines"]]


@pytest.fixture
def referral(cast):
    one = ReferralFactory(author=cast.olu)
    PersonFactory(referral=one, given_names="Tamsin", family_name="Quillfeather")
    referrals.remember_people(referral_id=one.pk, at=NOW)
    return one


@pytest.mark.parametrize("words", ["olu fict", "OLU@example.org"])
def test_it_is_searched_by_who_did_it(client, cast, referral, words):
    did(cast.olu, subject=referral)
    did(cast.mina, subject=referral)

    assert found(client, cast, who=words) == [("Olu Fictitious", "referral.read")]


def test_a_collar_number_names_who_did_it(client, cast, referral):
    did(UserFactory(name="Bo Fictitious", collar_number="W123", agency=cast.police), subject=referral)
    did(cast.mina, subject=referral)

    assert found(client, cast, who="w123") == [("Bo Fictitious", "referral.read")]


def test_it_is_searched_by_the_agency_that_acted_or_was_told(client, cast, referral):
    did(cast.pat, subject=referral)
    did(cast.mina, "referral.shared", Verb.SHARED, referral, recipient=cast.council)
    did(cast.mina, subject=referral)

    asked = {"agency": str(cast.council.pk), **days(NOW, NOW)}

    assert found(client, cast, **asked) == [("Mina Fictitious", "referral.shared"), ("Pat Fictitious", "referral.read")]


def days(first, last):
    parts = {}
    for name, moment in (("start", first), ("end", last)):
        parts |= {f"{name}_0": moment.day, f"{name}_1": moment.month, f"{name}_2": moment.year}
    return parts


def test_it_is_searched_by_the_reference_as_people_type_it(client, cast, referral):
    did(cast.mina, subject=referral)
    did(cast.mina, "referral.decided", Verb.CHANGED, ReferralFactory(author=cast.olu))

    typed = referral.reference.lower().replace("-", " ")

    assert found(client, cast, reference=typed) == [("Mina Fictitious", "referral.read")]


def test_it_is_searched_by_somebody_in_referrals_however_the_name_was_heard(client, cast, referral):
    person = referral.people.get(family_name="Quillfeather")
    did(cast.mina, subject=referral)
    did(cast.sam, "person.history_read", subject=person)
    did(cast.lin, subject=ReferralFactory(author=cast.olu))

    assert found(client, cast, family_name="quilfether") == [
        ("Sam Fictitious", "person.history_read"),
        ("Mina Fictitious", "referral.read"),
    ]


def test_who_searched_referrals_for_a_name_is_found_though_the_log_holds_no_name(client, cast, referral):
    referrals.begin_search(terms={"family_name": "Quillfeather"}, by=cast.mina, at=NOW)
    referrals.begin_search(terms={"text": "quillfeather"}, by=cast.sam, at=NOW)
    referrals.begin_search(terms={"text": "another"}, by=cast.lin, at=NOW)

    assert found(client, cast, words=" QuillFeather ") == [
        ("Sam Fictitious", "referral.searched"),
        ("Mina Fictitious", "referral.searched"),
    ]


def test_it_is_searched_by_kind_and_by_days_the_last_included(client, cast, referral):
    did(cast.olu, at=NOW - timedelta(days=1))
    did(cast.mina, at=NOW)
    did(cast.mina, "referral.decided", Verb.CHANGED, at=NOW)
    did(cast.sam, at=NOW + timedelta(days=1))

    assert found(client, cast, verb="READ", **days(NOW, NOW)) == [("Mina Fictitious", "referral.read")]


def test_without_days_a_kind_is_searched_in_the_last_31(client, cast, monkeypatch):
    monkeypatch.setattr("insights.views.logbook.timezone.now", lambda: NOW)
    did(cast.olu, at=NOW - timedelta(days=40))
    did(cast.mina, at=NOW - timedelta(days=20))

    assert found(client, cast, verb="READ") == [("Mina Fictitious", "referral.read")]


@pytest.mark.parametrize(
    ("field", "typed"), [("who", "Nobody Atall"), ("reference", "PPN-2026-AAAAA"), ("end", "the wrong way")]
)
def test_what_means_nobody_or_nothing_comes_back_beside_its_field(client, cast, field, typed):
    data = days(NOW, NOW - timedelta(days=3)) if field == "end" else {field: typed}

    page = client.signed_in(cast.iggy).post(ADDRESS, data)

    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert field == "end" or f'value="{typed}"' in page.content.decode()
    assert not LogSearch.objects.exists()


def test_an_empty_search_says_what_to_do(client, cast):
    page = client.signed_in(cast.iggy).post(ADDRESS, {})

    assert page.status_code == 422
    assert "Enter something to search for" in page.content.decode()


def test_nothing_that_was_typed_stands_in_an_address_or_in_the_log(client, cast, referral):
    answer = client.signed_in(cast.iggy).post(ADDRESS, {"family_name": "Quillfeather", "given_names": "Tamsin"})

    entry = Entry.objects.get(what="access_log.searched")
    assert "uill" not in answer["Location"]
    assert entry.details["fields"] == ["family_name", "given_names"]
    assert "uillfeather" not in str(entry.details).lower()


def test_each_look_and_each_search_is_in_the_log(client, cast, referral):
    found(client, cast, who="Olu")

    recorded = Entry.objects.order_by("pk").values_list("verb", "what", "actor_id", "object_id")
    search = str(LogSearch.objects.get().pk)
    assert list(recorded) == [
        ("SEARCHED", "access_log.searched", str(cast.iggy.pk), search),
        ("READ", "access_log.read", str(cast.iggy.pk), search),
    ]


def test_a_search_shows_to_nobody_else_and_is_forgotten_after_a_day(client, cast):
    second = UserFactory(agency=cast.police, roles=["INFORMATION_GOVERNANCE"])
    address = client.signed_in(cast.iggy).post(ADDRESS, {"who": "Olu"})["Location"]

    assert client.signed_in(second).get(address).status_code == 404

    search = LogSearch.objects.get()
    assert audit.forget_log_searches(at=search.at + timedelta(hours=23)) == 0
    assert audit.forget_log_searches(at=search.at + timedelta(hours=25)) == 1


def test_a_row_says_in_plain_words_what_was_done_by_whom_of_which_agency_when_and_why(client, cast, referral):
    did(cast.pat, "referral.pack_downloaded", Verb.DOWNLOADED, referral, reason="Meeting at school")

    html = client.signed_in(cast.iggy).get(ADDRESS).content.decode()

    words = ("Downloaded the pack for an agency (PDF)", "Pat Fictitious", cast.council.name.replace("'", "&#x27;"))
    assert [word for word in (*words, "20 November 2026, 10:00am", "Meeting at school") if word not in html] == []
    assert "referral.pack_downloaded" not in html


def test_a_deed_without_words_is_told_by_its_kind(cast):
    entry = did(cast.pat, "partners.something_new", subject=cast.council)

    assert queries.with_names([entry])[0].entry.deed == "Read: Agency"


def test_the_file_holds_what_the_search_found_with_the_reason_and_runs_no_formula(client, cast, referral):
    did(cast.olu, "referral.decided", Verb.CHANGED, referral, reason="=cmd|' /C calc'!A1")
    address = client.signed_in(cast.iggy).post(ADDRESS, {"who": "Olu"})["Location"] + "export/"

    answer = client.post(address, {"reason": "Asked for by the Commissioner"})

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer["Content-Disposition"] == 'attachment; filename="access-log.csv"'
    assert rows[0] == ["OFFICIAL-SENSITIVE"]
    assert rows[3][0].endswith("by Iggy Fictitious: Asked for by the Commissioner")
    assert rows[5][1:4] == ["Olu Fictitious", cast.police.name, "Decided on it"]
    assert rows[5][8].startswith("'=")
    entry = Entry.objects.get(what="access_log.exported")
    assert (entry.verb, entry.reason, entry.details["rows"]) == (Verb.EXPORTED, "Asked for by the Commissioner", 1)


def test_a_file_without_a_reason_is_not_made(client, cast):
    address = client.signed_in(cast.iggy).post(ADDRESS, {"who": "Olu"})["Location"] + "export/"

    page = client.post(address, {"reason": "  "})

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["reason"])
    assert not Entry.objects.filter(what="access_log.exported").exists()


def test_a_file_that_would_be_too_long_says_to_search_in_fewer_days(client, cast, monkeypatch):
    for module in ("services.access_log", "views.logbook"):
        monkeypatch.setattr(f"insights.{module}.EXPORTED_AT_MOST", 1)
    did(cast.olu)
    did(cast.olu)
    address = client.signed_in(cast.iggy).post(ADDRESS, {"who": "Olu"})["Location"] + "export/"

    page = client.post(address, {"reason": "Asked for"})

    assert page.status_code == 422
    assert "Search in fewer days" in page.content.decode()
    assert not Entry.objects.filter(what="access_log.exported").exists()


def test_a_row_leads_to_everything_of_its_person_and_of_its_record(client, cast, referral):
    did(cast.olu, subject=referral)
    did(cast.mina, subject=referral)
    did(cast.mina, subject=cast.council)
    browser = client.signed_in(cast.iggy)

    of_person = browser.get(ADDRESS, {"actor_id": str(cast.mina.pk)}).context["lines"]
    of_record = browser.get(ADDRESS, {"object_id": str(referral.pk)}).context["lines"]

    assert [line.actor for line in of_person] == ["Mina Fictitious"] * 2
    assert {line.entry.object_id for line in of_record} == {str(referral.pk)}


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(client, cast, count, django_assert_num_queries):
    for who in (cast.olu, cast.mina, cast.lin)[:count]:
        did(who, subject=ReferralFactory(author=cast.olu))
    address = client.signed_in(cast.iggy).post(ADDRESS, {"verb": "READ", **days(NOW, NOW)})["Location"]

    with django_assert_num_queries(9):
        client.get(address)

"""Search: what is found and why, within what each may see, without a word of it in an address or in the log."""

import sys
from datetime import date, timedelta

import pytest
from django.urls import reverse

from audit.models import Entry
from referrals import queries, services
from referrals.models import Referral, Search
from tests.factories.referrals import SUBMITTED, PersonFactory, ReferralFactory, ShareFactory
from tests.people import NOW
from tests.reading import text_of
from tests.referrals.searching import ERIN, found, results


@pytest.fixture
def referral(cast):
    """Makes referrals that the hub received, each a day after the one before, with a person and words."""
    made = iter(range(100))

    def make(person=ERIN, author=cast.olu, **fields):
        at = SUBMITTED + timedelta(days=next(made))
        fields = {"submitted_at": at, "due_at": at + timedelta(days=1)} | fields
        referral = ReferralFactory(author=author, hub=cast.police, **fields)
        if person:
            PersonFactory(referral=referral, **person)
            services.remember_people(referral_id=referral.pk, at=at)
        return referral

    return make


def why(user, **terms):
    return [(row.reasons, row.excerpts) for row in queries.explain(user, found(user, **terms), terms)]


# --- what is found ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["{}", " {} ", "lower", "spaces"])
def test_a_reference_finds_its_referral_however_it_is_typed(referral, cast, typed):
    wanted = referral()
    referral()
    text = {"lower": wanted.reference.lower(), "spaces": wanted.reference.replace("-", " ")}.get(
        typed, typed.format(wanted.reference)
    )

    assert found(cast.mina, text=text) == [wanted]
    assert why(cast.mina, text=text)[0][0] == ["Reference"]


def test_an_occurrence_number_finds_its_referral(referral, cast):
    wanted = referral(occurrence_number="44260123456")
    referral(occurrence_number="44260123457")

    assert found(cast.mina, text="4426 0123 456") == [wanted]
    assert "Occurrence number 44260123456" in why(cast.mina, text="44260123456")[0][0]


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("herons", True),
        ("heron balcony", True),
        ('"quiet heron"', True),
        ('"heron quiet"', False),
        ("heron -balcony", False),
        ("heron or unicorn", True),
        ("unicorn", False),
        ("the of and", False),
        ("'; DROP TABLE x; --", False),
        ("a & | ! ( : *", False),
        ("\\", False),
    ],
)
def test_words_of_narratives_are_found_as_on_the_web(referral, cast, text, is_found):
    wanted = referral(content={"concern": "A quiet heron stood on the balcony."})

    assert found(cast.mina, text=text) == ([wanted] if is_found else [])


@pytest.mark.parametrize("text", ["thistlewood", "Érin THISTLEWOOD", "imaginary road", "12 Imaginary Rd Testham"])
def test_the_one_box_finds_names_and_addresses_too(referral, cast, text):
    wanted = referral(content={"place": ""})
    referral(
        person=ERIN | {"given_names": "Zoe", "family_name": "Rowanby", "address": "3 Paper Close"},
        content={"place": ""},
    )

    if "Rd" in text:
        assert found(cast.mina, address=text) == [wanted]
    else:
        assert found(cast.mina, text=text) == [wanted]


@pytest.mark.parametrize(
    ("terms", "is_found"),
    [
        ({"given_names": "Eryn", "family_name": "Thistlewod"}, True),
        ({"family_name": "Thistlewood"}, True),
        ({"date_of_birth": date(2010, 3, 5)}, True),
        ({"date_of_birth": date(2010, 5, 3)}, True),
        ({"given_names": "Erin", "date_of_birth": date(2011, 3, 5)}, False),
        ({"given_names": "Orla", "family_name": "Thistlewood"}, False),
        ({"given_names": "Sam", "family_name": "Thistlewood"}, False),
        ({"given_names": "Erim", "family_name": "Thistlewood", "date_of_birth": date(2010, 3, 5)}, True),
        ({"given_names": "Erin", "family_name": "Thsitlewood", "date_of_birth": date(2010, 5, 3)}, True),
        ({"given_names": "Erin", "family_name": "Thistlewood", "date_of_birth": date(2011, 3, 5)}, False),
        ({"given_names": "Erim", "family_name": "Rowanby", "date_of_birth": date(2010, 3, 5)}, False),
        ({"given_names": "Sam", "family_name": "Rowanby", "date_of_birth": date(2010, 3, 5)}, False),
        ({"address": "12 Imaginary Rd"}, True),
        ({"address": "14 Imaginary Rd"}, False),
        ({"given_names": "李"}, False),
    ],
)
def test_people_are_found_by_sound_and_birthday_and_only_when_all_of_it_is_one_person(referral, cast, terms, is_found):
    wanted = referral(content={"place": ""})
    PersonFactory(referral=wanted, given_names="Sam", family_name="Rowanby")
    services.remember_people(referral_id=wanted.pk, at=SUBMITTED)

    assert found(cast.mina, **terms) == ([wanted] if is_found else [])


def test_a_nickname_finds_the_full_name(referral, cast):
    wanted = referral(person=ERIN | {"given_names": "Katherine"})

    assert found(cast.mina, given_names="Katie") == [wanted]
    assert why(cast.mina, given_names="Katie")[0][0] == [
        "Person the concern is about: Katherine Thistlewood, born 5 March 2010"
    ]


def test_terms_narrow_each_other(referral, cast):
    wanted = referral(risk_level=3, types=["CHILD", "MISSING"], state="RECEIVED")
    referral(risk_level=1, types=["CHILD"])

    assert found(cast.mina, family_name="Thistlewood", risk_level=3) == [wanted]
    assert found(cast.mina, family_name="Thistlewood", type="MISSING") == [wanted]
    assert found(cast.mina, family_name="Thistlewood", kind="CPI") == []
    assert found(cast.mina, family_name="Thistlewood", state="CLOSED") == []
    day = wanted.submitted_at.date()
    assert found(cast.mina, submitted_from=day, submitted_before=day + timedelta(days=1)) == [wanted]


@pytest.mark.parametrize("officer", ["olu fict", "4711"])
def test_an_officer_finds_what_they_wrote(referral, cast, officer):
    cast.olu.collar_number = "4711"
    cast.olu.save()
    wanted = referral()
    referral(author=cast.mina)

    assert found(cast.sam, officer=officer) == [wanted]
    assert "Written by Olu Fictitious" in why(cast.sam, officer=officer)[0][0]


# --- what is not told ------------------------------------------------------------------------------------------------


def test_everybody_finds_only_what_they_may_see(referral, cast):
    written = referral()
    shared = referral()
    ShareFactory(referral=shared, agency=cast.council)
    shared.access.create(agency=cast.council, reason="SHARED", since=NOW)
    referral(state="DRAFT", submitted_at=None, due_at=None, person=None)

    expected = {"mina": [shared, written], "sam": [shared, written], "olu": [shared, written], "lin": [shared, written]}
    expected["pat"] = [shared]
    for name in ("mina", "sam", "olu", "lin", "pat", "out", "cory", "ana", "ada", "iggy"):
        assert found(getattr(cast, name), kind="PPN") == expected.get(name, []), name


@pytest.mark.parametrize(
    "terms",
    [
        {"text": "heron"},
        {"text": "44260123456"},
        {"family_name": "Thistlewood"},
        {"date_of_birth": date(2010, 3, 5)},
        {"address": "12 Imaginary Road"},
        {"officer": "Olu"},
        {"risk_level": 2},
        {"type": "CHILD"},
        {"state": "RECEIVED"},
        {"kind": "PPN", "family_name": "Thistlewood"},
    ],
)
def test_an_agency_finds_what_was_shared_by_its_outside_and_by_nothing_that_it_holds(referral, cast, client, terms):
    shared = referral(content={"concern": "A quiet heron."}, occurrence_number="44260123456")
    ShareFactory(referral=shared, agency=cast.council)
    shared.access.create(agency=cast.council, reason="SHARED", since=NOW)

    assert found(cast.mina, **terms) == [shared]
    assert found(cast.pat, **terms) == []
    assert found(cast.pat, text=shared.reference) == [shared]
    # What one reads, and not the page: a token of a form may hold three letters of anybody.
    page = text_of(results(client.signed_in(cast.pat), text=shared.reference))
    assert shared.reference in page
    for inside in ("Thistlewood", "heron", "Imaginary", "Medium risk", "medium risk", "Olu"):
        assert inside not in page


def test_too_many_officers_of_one_name_are_taken_in_order_and_the_page_says_so(referral, cast, client, monkeypatch):
    monkeypatch.setattr(sys.modules["referrals.queries.search"], "MOST_OFFICERS", 1)
    first = referral()
    referral(author=cast.mina)

    page = results(client.signed_in(cast.sam), officer="fictitious").content.decode()

    assert "More than 50 people bear that name" in page
    assert first.reference not in page


def test_who_wrote_a_cpi_form_is_no_term_for_those_to_whom_it_is_not_shown(referral, cast):
    form = referral(kind="CPI", author=cast.out, person=None)
    form.access.create(agency=cast.council, reason="SHARED", since=NOW)

    assert found(cast.pat, kind="CPI") == [form]
    assert found(cast.pat, officer="Out") == []
    assert found(cast.out, officer="Out") == [form]
    assert found(cast.mina, officer="Out") == [form]


def test_a_search_leaves_no_word_in_the_address_or_in_the_log(referral, cast, client):
    referral()
    client.signed_in(cast.mina)

    page = results(client, family_name="Thistlewood", text="fictitious")

    assert all("Thistlewood" not in address and "fictitious" not in address for address, _ in page.redirect_chain)
    entry = Entry.objects.get(what="referral.searched")
    assert entry.verb == "SEARCHED"
    assert entry.details["fields"] == ["family_name", "text"]
    assert "histlewood" not in entry.content().lower()
    assert entry.details["digests"]["family_name"] == services.digest_of("  THISTLEWOOD ")


def test_what_a_search_shows_is_recorded_for_each_referral(referral, cast, client):
    shown = {str(referral().pk), str(referral().pk)}

    results(client.signed_in(cast.mina), family_name="Thistlewood")

    assert set(Entry.objects.filter(what="referral.found").values_list("object_id", flat=True)) == shown


def test_the_results_of_somebody_else_are_not_there(referral, cast, client):
    referral()
    results(client.signed_in(cast.mina), family_name="Thistlewood")
    address = reverse("referrals:search_results", args=[Search.objects.get().pk])

    assert client.get(address).status_code == 200
    assert client.signed_in(cast.sam).get(address).status_code == 404


def test_a_search_is_forgotten_after_a_day(cast):
    old = services.begin_search(terms={"text": "heron"}, by=cast.mina, at=NOW - timedelta(days=1, seconds=1))
    new = services.begin_search(terms={"text": "heron", "date_of_birth": date(2010, 3, 5)}, by=cast.mina, at=NOW)

    assert services.forget_searches(at=NOW) == 1

    assert list(Search.objects.all()) == [new]
    assert services.terms_of(new) == {"text": "heron", "date_of_birth": date(2010, 3, 5)}
    assert old.pk != new.pk


def test_who_sees_no_referral_does_not_search(cast):
    with pytest.raises(services.CannotSearch):
        services.begin_search(terms={"text": "heron"}, by=cast.ada, at=NOW)
    with pytest.raises(services.CannotSearch):
        services.begin_search(terms={}, by=cast.mina, at=NOW)


# --- pages -----------------------------------------------------------------------------------------------------------


def test_the_words_found_are_marked_and_what_was_written_stays_text(referral, cast, client):
    referral(content={"concern": "A <b>quiet</b> heron & a <script>alert(1)</script> stood there. \ue000mark\ue001"})

    page = results(client.signed_in(cast.mina), text="heron").content.decode()

    assert "<mark>heron</mark>" in page
    assert "<b>quiet" not in page
    assert "<script>alert" not in page
    assert "<mark>mark" not in page


def test_a_search_for_nothing_says_so(cast, client):
    page = client.signed_in(cast.mina).post(reverse("referrals:search"), {"text": "  "})

    assert page.status_code == 422
    assert "Enter something to search for." in page.content.decode()
    assert not Search.objects.exists()


def test_typed_words_come_back_with_an_error(cast, client):
    typed = {"text": "quiet heron", "date_of_birth_0": "31", "date_of_birth_1": "2", "date_of_birth_2": "2010"}

    page = client.signed_in(cast.mina).post(reverse("referrals:search"), typed)

    assert page.status_code == 422
    assert "quiet heron" in page.content.decode()
    assert "Enter a real date" in page.content.decode()


def test_dates_that_run_backwards_are_told_beside_their_field(cast, client):
    typed = {
        f"submitted_{end}_{part}": value for end in ("from", "before") for part, value in enumerate(("3", "5", "2026"))
    }

    page = client.signed_in(cast.mina).post(reverse("referrals:search"), typed)

    assert page.status_code == 422
    assert "The second date must be after the first." in page.content.decode()


def test_results_come_in_pages_and_show_what_was_asked(referral, cast, client):
    for _ in range(27):
        referral()
    page = results(client.signed_in(cast.mina), family_name="Thistlewood")
    first = page.content.decode()

    assert "27 referrals found" in first
    assert 'value="Thistlewood"' in first
    following = client.get(page.request["PATH_INFO"], {"cursor": page.context["page"].next_cursor})
    assert len(following.context["rows"]) == 2
    oldest = Referral.objects.order_by("submitted_at").first()
    assert following.context["rows"][-1].referral == oldest


def test_a_family_name_alone_is_paged_in_both_directions_newest_first_and_counts_those_of_others_never(referral, cast):
    made = [referral() for _ in range(60)]
    elsewhere = referral()
    elsewhere.access.all().delete()
    referral(person=ERIN | {"family_name": "Rowanby"})
    search = queries.search(cast.mina, {"family_name": "Thistlewod"})

    first = search.page()
    second = search.page(first.next_cursor)
    third = search.page(second.next_cursor)

    assert [*first, *second, *third] == made[::-1]
    assert third.next_cursor is None
    assert search.page(third.previous_cursor).items == second.items
    assert search.count_beside(first).count == 60


@pytest.mark.parametrize("asked", ["Thistlewood", "Rowanby", "Rowanby-Thistlewood"])
def test_each_part_of_a_double_family_name_finds_it(referral, cast, asked):
    double = referral(person=ERIN | {"family_name": "Thistlewood-Rowanby"})

    assert found(cast.mina, family_name=asked) == [double]


def test_nothing_found_says_what_to_try(cast, client):
    assert (
        "Nothing that you may see was found." in results(client.signed_in(cast.mina), text="unicorn").content.decode()
    )


@pytest.mark.parametrize("count", [1, 3])
def test_results_ask_the_database_the_same_however_many_there_are(
    referral, cast, client, django_assert_num_queries, count
):
    for _ in range(count):
        referral(content={"concern": "A quiet heron."})
    page = results(client.signed_in(cast.mina), text="heron", family_name="Thistlewood")

    with django_assert_num_queries(8):
        client.get(page.request["PATH_INFO"])

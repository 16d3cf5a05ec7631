"""A CPI form: what it asks beside the information, and what it points elsewhere."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from referrals import queries, services
from referrals.enums import CpiTopic, FormKind
from referrals.models import Referral
from referrals.models.content import as_on_the_plate, looks_like_a_plate
from tests.api.programs import Program
from tests.people import NOW
from tests.reading import markup_of


@pytest.fixture
def draft(cast):
    return services.begin_draft(kind=FormKind.CPI, by=cast.pat, at=NOW)


def save(draft, by, **answers):
    draft.refresh_from_db()
    return services.save_section(referral_id=draft.pk, version=draft.version, answers=answers, by=by, at=NOW)


def hints(draft):
    return queries.hints_of(Referral.objects.get(pk=draft.pk), at=NOW)


def test_vehicles_and_names_online_are_lists_and_a_registration_is_kept_as_plates_show_it(client, cast, draft):
    browser, address = client.signed_in(cast.pat), reverse("referrals:section", args=[draft.pk, "information"])
    typed = {
        "version": draft.version,
        "information": "Two cars.",
        "vehicles": "ab12 cde\n\n AB12CDE \nx 1",
        "online_names": "@fictitious on a game",
    }

    assert browser.post(address, typed).status_code == 302

    draft.cpi.refresh_from_db()
    assert (draft.cpi.vehicles, draft.cpi.online_names) == (["AB12CDE", "X1"], ["@fictitious on a game"])
    assert "AB12CDE\nX1" in markup_of(browser.get(address))
    assert "AB12CDE, X1" in markup_of(browser.get(reverse("referrals:check", args=[draft.pk])))


@pytest.mark.parametrize("typed", ["x" * 17, "\n".join(f"AB{number:02d} CDE" for number in range(21))])
def test_a_list_that_is_too_long_comes_back(client, cast, draft, typed):
    address = reverse("referrals:section", args=[draft.pk, "information"])

    page = client.signed_in(cast.pat).post(address, {"version": draft.version, "vehicles": typed, "places": "The yard"})

    assert page.status_code == 422
    assert "The yard" in markup_of(page)
    assert typed[:10] in markup_of(page)


@pytest.mark.parametrize("plate", ["AB12CDE", "A123BCD", "ABC123D", "ABZ1234", "1ABC", "X1"])
def test_usual_registrations_are_known_and_an_unusual_one_is_only_pointed_out(cast, draft, plate):
    assert looks_like_a_plate(plate)

    save(draft, cast.pat, vehicles=[plate])
    assert hints(draft) == []
    save(draft, cast.pat, vehicles=[plate, "AB12CDEFG"])
    (hint,) = hints(draft)
    assert "AB12CDEFG" in hint.words
    assert not hint.is_urgent


@given(st.text(max_size=30))
def test_a_registration_is_written_in_one_way_only(typed):
    written = as_on_the_plate(typed)

    assert as_on_the_plate(written) == written
    assert as_on_the_plate(f" {typed.lower()}-") == as_on_the_plate(typed.lower())


@pytest.mark.parametrize("topic", [CpiTopic.CRIMINAL_EXPLOITATION, CpiTopic.MODERN_SLAVERY])
def test_where_somebody_is_being_harmed_a_referral_is_asked_for_until_it_was_made(client, cast, draft, topic):
    save(draft, cast.pat, topics=[topic], referral_made="NOT_SURE")

    (hint,) = hints(draft)
    assert hint.is_urgent
    page = markup_of(client.signed_in(cast.pat).get(reverse("referrals:check", args=[draft.pk])))
    assert "starts no assessment from here" in page

    save(draft, cast.pat, referral_made="YES", referral_reference="CH-1")
    assert hints(draft) == []


def test_a_child_who_is_named_asks_for_a_referral_too_and_a_serious_danger_for_999(cast, draft):
    services.add_person(referral_id=draft.pk, answers={"role": "SUBJECT", "estimated_age": 14}, by=cast.pat, at=NOW)
    save(draft, cast.pat, risk_of_acting="SERIOUS", topics=[CpiTopic.DRUGS])

    assert ["999" in hint.words for hint in hints(draft)] == [True, False]


def test_what_does_not_belong_together_goes_into_two_forms(cast, draft):
    save(draft, cast.pat, is_one_matter=False)

    (hint,) = hints(draft)
    assert hint.section == "topic"


def test_no_hint_holds_anything_up_and_a_program_sends_the_same_fields(cast):
    body = {
        "kind": "CPI",
        "lawful_basis": "PUBLIC_TASK",
        "cpi": {
            "topics": ["CRIMINAL_EXPLOITATION"],
            "information": "Cars by the garages.",
            "vehicles": ["ab12 cde"],
            "referral_made": "NO",
        },
    }

    taken = Program(cast.pat).post("referrals", data=body)

    assert taken.status_code == 201
    assert taken.json()["cpi"]["vehicles"] == ["AB12CDE"]

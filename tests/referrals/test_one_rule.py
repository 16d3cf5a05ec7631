"""What a page refuses the API refuses too, and what is sent twice is there once: the rules stand in the services."""

import uuid

import pytest
from django.urls import reverse

from referrals import services
from referrals.enums import MOST_PEOPLE, FormKind
from referrals.models import Person, Referral
from tests.api.programs import Program
from tests.factories.referrals import IncidentFactory
from tests.people import NOW

PPN = {
    "kind": "PPN",
    "types": ["CHILD"],
    "risk_level": 3,
    "lawful_basis": "PUBLIC_TASK",
    "ppn": {"concern": "Alone at night."},
    "people": [{"role": "SUBJECT"}],
}
CPI = {
    "kind": "CPI",
    "lawful_basis": "PUBLIC_TASK",
    "cpi": {"topics": ["DRUGS"], "information": "Cars by the garages."},
}


@pytest.mark.parametrize("name", ["risk_level", "types", "occurrence_number"])
def test_a_cpi_over_the_api_does_not_answer_what_its_form_does_not_ask_and_so_cannot_jump_the_queue(cast, name):
    extra = {"risk_level": 3, "types": ["CHILD"], "occurrence_number": "99000000001"}[name]

    refused = Program(cast.pat).post("referrals", data=CPI | {name: extra})

    assert (refused.status_code, Referral.objects.count()) == (400, 0)
    assert Program(cast.pat).post("referrals", data=CPI).status_code == 201


def test_a_cpi_draft_takes_no_risk_level_by_any_way(cast):
    draft = services.begin_draft(kind=FormKind.CPI, by=cast.pat, at=NOW)

    with pytest.raises(ValueError, match="A CPI has no risk_level"):
        services.save_section(
            referral_id=draft.pk, version=draft.version, answers={"risk_level": 3}, by=cast.pat, at=NOW
        )


@pytest.mark.parametrize("name", ["history_checked", "actions_taken"])
def test_none_is_ticked_by_itself_on_the_page_and_over_the_api(cast, name):
    draft = services.begin_draft(kind=FormKind.PPN, by=cast.olu, at=NOW)
    others = [value for value, _ in draft.ppn._meta.get_field(name).base_field.choices if value != "NONE"]

    with pytest.raises(services.CannotSave, match="only if nothing else applies"):
        services.save_section(
            referral_id=draft.pk, version=draft.version, answers={name: ["NONE", others[0]]}, by=cast.olu, at=NOW
        )
    refused = Program(cast.olu).post("referrals", data=PPN | {"ppn": {"concern": "x", name: ["NONE", others[0]]}})

    assert (refused.status_code, Referral.objects.exclude(pk=draft.pk).count()) == (409, 0)


@pytest.mark.parametrize("wrong", [{"estimated_age": 3000}, {"estimated_age": 121}, {"date_of_birth": "1899-12-31"}])
def test_nobody_is_older_than_120_years_over_the_api_either(cast, wrong):
    refused = Program(cast.olu).post("referrals", data=PPN | {"people": [{"role": "SUBJECT"} | wrong]})

    assert refused.status_code in (400, 409)
    assert not Referral.objects.exists()


def test_a_referral_names_at_most_a_hundred_people(cast):
    too_many = [{"role": "SUBJECT"}, *[{"role": "OTHER"}] * MOST_PEOPLE]

    assert Program(cast.olu).post("referrals", data=PPN | {"people": too_many}).status_code == 400

    draft = services.begin_draft(kind=FormKind.PPN, by=cast.olu, at=NOW)
    Person.objects.bulk_create(
        Person(referral=draft, position=number, role="SUBJECT") for number in range(1, MOST_PEOPLE + 1)
    )
    with pytest.raises(services.CannotSave, match="at most 100 people"):
        services.add_person(referral_id=draft.pk, answers={"role": "SUBJECT"}, by=cast.olu, at=NOW)


@pytest.mark.parametrize("typed", ["AB123", "ab 123", " Ab1 23 "])
def test_an_incident_is_found_by_its_number_however_it_was_typed(cast, life, typed):
    incident = IncidentFactory(force=cast.police, number="AB123")

    assert life.submitted(occurrence_number=typed).incident == incident


def test_two_clicks_on_add_add_one_person_and_what_changed_between_them_is_kept(client, cast):
    draft = services.begin_draft(kind=FormKind.PPN, by=cast.olu, at=NOW)
    browser, address = client.signed_in(cast.olu), reverse("referrals:person_add", args=[draft.pk])
    key = browser.get(address).context["form"]["key"].value()
    sent = {"role": "SUBJECT", "given_names": "Fictitious", "key": key}

    assert [browser.post(address, data).status_code for data in (sent, sent | {"estimated_age": "9"})] == [
        302,
        302,
    ]

    assert list(Person.objects.values_list("given_names", "estimated_age")) == [("Fictitious", 9)]


def test_a_key_that_belongs_to_somebody_elses_draft_changes_nobody_there(client, cast, life):
    person = life.draft().people.first() or Person.objects.create(referral=life.draft(), position=1, role="SUBJECT")
    before = Person.objects.filter(pk=person.pk).values().get()
    mine = services.begin_draft(kind=FormKind.PPN, by=cast.olu, at=NOW)

    added = services.add_person(
        referral_id=mine.pk, answers={"role": "SUBJECT", "given_names": "New"}, by=cast.olu, at=NOW, key=person.pk
    )

    assert added.pk != person.pk
    assert Person.objects.filter(pk=person.pk).values().get() == before


def test_what_was_typed_for_a_page_that_is_not_there_is_shown_again_to_copy(client, cast):
    words = "She said that the fictitious child had not eaten since Tuesday."
    address = reverse("referrals:section", args=[uuid.uuid4(), "concern"])

    response = client.signed_in(cast.olu).post(address, {"concern": words, "version": 1})

    assert response.status_code == 404
    assert words in response.content.decode()
    assert words not in client.signed_in(cast.olu).get(address).content.decode()

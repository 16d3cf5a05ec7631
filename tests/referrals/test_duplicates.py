"""A PPN may exist already: what its writer is shown of others, and that they may go on with a reason."""

import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from audit.enums import Verb
from audit.models import Entry
from referrals import queries, services
from referrals.enums import RiskLevel
from referrals.models import Referral
from tests.api.programs import Program
from tests.factories.accounts import UserFactory
from tests.people import NOW

NUMBER = "99000000001"
AMY = {"role": "SUBJECT", "given_names": "Amy", "family_name": "Quillmere", "date_of_birth": "2016-05-04"}
WHY = "Something new happened in the evening."


def draft_of(life, **answers):
    return life.ready(**answers)


def found(draft, user, at=NOW):
    return queries.may_exist_already(Referral.objects.get(pk=draft.pk), user, at=at)


def named(life, cast, person=AMY, **answers):
    draft = life.draft(**answers)
    known = person | {"date_of_birth": NOW.date().replace(year=2016)}
    services.add_person(referral_id=draft.pk, answers=known, by=cast.olu, at=NOW)
    return draft


def submit(draft, cast, at=NOW, key=None, **more):
    return services.submit_referral(referral_id=draft.pk, key=key or uuid.uuid4(), by=cast.olu, at=at, **more)


def test_what_was_sent_with_the_same_occurrence_number_is_shown_with_who_and_when(client, cast, life):
    earlier = life.submitted(occurrence_number=NUMBER)
    draft = draft_of(life, occurrence_number=" 9900 0000001")

    (one,) = found(draft, cast.olu).earlier
    assert (one.referral, one.because) == (earlier, "the same occurrence number")
    page = unescape(client.signed_in(cast.olu).get(reverse("referrals:check", args=[draft.pk])).content.decode())
    assert "A PPN may already exist" in page
    assert f"{earlier.reference}</a>, sent by Olu Fictitious on 20 November 2026" in page
    seen = Entry.objects.get(what="referral.seen_as_duplicate")
    assert (seen.actor_id, seen.object_id, seen.verb) == (str(cast.olu.pk), str(earlier.pk), Verb.READ)


def test_another_number_a_draft_and_none_at_all_are_no_sign_of_another(cast, life):
    life.submitted(occurrence_number="99000000002")
    life.ready(occurrence_number=NUMBER)
    life.submitted()

    assert not found(draft_of(life, occurrence_number=NUMBER), cast.olu)
    assert not found(draft_of(life), cast.olu)


def test_somebody_much_alike_who_was_named_in_the_last_day_is_shown_and_nobody_of_before(cast, life):
    earlier = submit(named(life, cast), cast)
    draft = named(life, cast)

    (one,) = found(draft, cast.olu, at=NOW + timedelta(hours=23)).earlier
    assert (one.referral, one.because) == (earlier, "Amy Quillmere, named in the last 24 hours")
    assert not found(draft, cast.olu, at=NOW + timedelta(hours=24))
    other = named(life, cast, person=AMY | {"given_names": "Zebedee", "family_name": "Otterburn"})
    assert not found(other, cast.olu)


def test_of_what_the_writer_may_not_see_they_learn_that_it_is_there_and_nothing_more(client, cast, life):
    colleague = UserFactory(agency=cast.police, team=cast.hub_team, roles=["FRONTLINE_OFFICER"], name="Cal Fictitious")
    earlier = life.submitted(occurrence_number=NUMBER)
    Referral.objects.filter(pk=earlier.pk).update(author=colleague, team=cast.hub_team)
    draft = draft_of(life, occurrence_number=NUMBER)

    seen = found(draft, cast.olu)
    page = unescape(client.signed_in(cast.olu).get(reverse("referrals:check", args=[draft.pk])).content.decode())

    assert (seen.earlier, seen.has_unseen) == ([], True)
    assert "not yours to read" in page
    assert earlier.reference not in page
    assert "Cal Fictitious" not in page
    hint = Entry.objects.get(what="referral.hinted_at_another")
    assert (hint.actor_id, hint.object_id, hint.verb) == (str(cast.olu.pk), str(draft.pk), Verb.SEARCHED)
    assert hint.details == {}


def test_the_officer_goes_on_with_a_reason_which_the_hub_reads(client, cast, life):
    life.submitted(occurrence_number=NUMBER)
    draft = draft_of(life, occurrence_number=NUMBER)
    address = reverse("referrals:check", args=[draft.pk])
    browser = client.signed_in(cast.olu)

    without = browser.post(address, {"submission_key": uuid.uuid4()})
    assert without.status_code == 422
    assert "Say why you send another" in without.content.decode()
    assert Referral.objects.get(pk=draft.pk).is_draft
    done = browser.post(address, {"submission_key": uuid.uuid4(), "why_another": WHY})

    assert done.status_code == 302
    sent = Referral.objects.get(pk=draft.pk)
    assert sent.why_another == WHY
    assert WHY in type(client)().signed_in(cast.mina).get(sent.get_absolute_url()).content.decode()


@pytest.mark.parametrize("answers", [{"risk_level": RiskLevel.HIGH}, {"police_rag": 4}])
def test_an_urgent_one_is_never_held_up(client, cast, life, answers):
    life.submitted(occurrence_number=NUMBER)
    draft = draft_of(life, occurrence_number=NUMBER, **answers)

    sent = client.signed_in(cast.olu).post(
        reverse("referrals:check", args=[draft.pk]), {"submission_key": uuid.uuid4()}
    )

    assert sent.status_code == 302


@pytest.mark.parametrize("why", ["", "   "])
def test_the_service_itself_asks_why(cast, life, why):
    life.submitted(occurrence_number=NUMBER)
    draft = draft_of(life, occurrence_number=NUMBER)

    with pytest.raises(services.MayExistAlready, match="Say why you send another"):
        submit(draft, cast, why_another=why)

    assert Referral.objects.get(pk=draft.pk).is_draft
    assert submit(draft, cast, why_another=WHY).why_another == WHY


@pytest.mark.parametrize("answers", [{"risk_level": RiskLevel.HIGH}, {"police_rag": 4}])
def test_the_service_holds_up_nothing_urgent(cast, life, answers):
    life.submitted(occurrence_number=NUMBER)

    assert submit(draft_of(life, occurrence_number=NUMBER, **answers), cast).why_another == ""


def test_the_same_submission_again_is_never_asked_why(cast, life):
    draft, key = draft_of(life, occurrence_number=NUMBER), uuid.uuid4()
    first = submit(draft, cast, key=key)

    assert submit(draft, cast, key=key) == first


def test_what_was_typed_comes_back_when_something_else_is_missing(client, cast, life):
    life.submitted(occurrence_number=NUMBER)
    draft = draft_of(life, occurrence_number=NUMBER, concern="")
    address = reverse("referrals:check", args=[draft.pk])

    refused = client.signed_in(cast.olu).post(address, {"submission_key": uuid.uuid4(), "why_another": WHY})

    assert refused.status_code == 422
    assert WHY in unescape(refused.content.decode())


def test_a_program_is_asked_the_same(cast, life):
    life.submitted(occurrence_number=NUMBER)
    body = {
        "kind": "PPN",
        "occurrence_number": NUMBER,
        "types": ["CHILD"],
        "risk_level": 2,
        "lawful_basis": "PUBLIC_TASK",
        "ppn": {"concern": "Alone at night."},
        "people": [{"role": "SUBJECT"}],
    }
    program = Program(cast.olu)

    refused = program.post("referrals", data=body, key="shift-7-number-1")
    sent = program.post("referrals", data=body | {"why_another": WHY}, key="shift-7-number-2")

    assert (refused.status_code, refused.json()["title"]) == (409, "Refused")
    assert "Say why you send another" in refused.json()["detail"]
    assert sent.status_code == 201
    assert Referral.objects.get(pk=sent.json()["id"]).why_another == WHY


def test_a_cpi_form_is_not_asked_why(cast):
    body = {"kind": "CPI", "lawful_basis": "PUBLIC_TASK", "why_another": WHY}

    refused = Program(cast.pat).post("referrals", data=body | {"cpi": {"topics": ["DRUGS"], "information": "Cars."}})

    assert refused.status_code == 400
    assert refused.json()["errors"] == {"why_another": ["A CPI form does not ask this."]}


def test_a_cpi_form_is_not_looked_up(cast):
    draft = services.begin_draft(kind="CPI", by=cast.pat, at=NOW)

    assert not queries.may_exist_already(draft, cast.pat, at=NOW)

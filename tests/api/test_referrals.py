"""Referrals over the API: the same rules as the pages, by token and by session."""

import json
import threading
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from referrals import services
from referrals.enums import FormKind, ReferralState, ShareState
from referrals.models import Person, Referral, Share
from tests.api.programs import Program
from tests.people import NOW, make_cast

REASONS = "The fictitious child is alone at night, often, and no adult could be reached."
WHOLE_PPN = {
    "kind": "PPN",
    "occurrence_number": "99000012345",
    "types": ["CHILD", "DOMESTIC_ABUSE"],
    "risk_level": 3,
    "lawful_basis": "PUBLIC_TASK",
    "ppn": {"concern": "Alone at night.", "reported_at": "2026-09-14T21:30:00+01:00"},
    "people": [
        {"role": "SUBJECT", "given_names": "Fictitious", "date_of_birth": "2018-02-03", "ethnicity": "W1"},
        {"role": "PARENT_CARER", "family_name": "Fictitious"},
    ],
}


@pytest.fixture
def received(cast):
    return services.submit_complete_referral(
        kind=FormKind.PPN,
        answers={"types": ["CHILD"], "risk_level": 2, "lawful_basis": "PUBLIC_TASK", "concern": "Alone at night."},
        people=[{"role": "SUBJECT", "given_names": "Fictitious", "family_name": "Child"}],
        key=uuid.uuid4(),
        by=cast.olu,
        at=NOW,
    )


@pytest.fixture
def share(cast, received):
    services.decide_referral(
        referral_id=received.pk, level=4, pathway="SECTION_17", rationale=REASONS, by=cast.mina, at=NOW
    )
    return services.share_referral(
        referral_id=received.pk,
        agency=cast.council,
        lawful_basis="PUBLIC_TASK",
        reason="They can assess.",
        by=cast.mina,
        at=NOW,
    )


def test_a_whole_ppn_is_submitted_in_one_call(cast):
    response = Program(cast.olu).post("referrals", data=WHOLE_PPN)

    body = response.json()
    referral = Referral.objects.get()
    assert response.status_code == 201
    assert (body["id"], body["reference"], body["state"]) == (str(referral.pk), referral.reference, "RECEIVED")
    assert body["ppn"]["concern"] == "Alone at night."
    assert body["cpi"] is None
    assert list(Person.objects.order_by("position").values_list("role", flat=True)) == ["SUBJECT", "PARENT_CARER"]
    assert referral.types == ["CHILD", "DOMESTIC_ABUSE"]


def test_a_partner_submits_a_cpi_form(cast):
    data = {
        "kind": "CPI",
        "lawful_basis": "LEGITIMATE_INTERESTS",
        "cpi": {"topics": ["DRUGS"], "information": "Fictitious cars call at night."},
    }

    response = Program(cast.pat).post("referrals", data=data)

    assert response.status_code == 201
    assert response.json()["reference"].startswith("CPI-")
    assert response.json()["cpi"]["topics"] == ["DRUGS"]


def test_the_same_key_and_body_again_get_the_same_answer_and_make_one_referral(cast):
    program = Program(cast.olu)

    first = program.post("referrals", data=WHOLE_PPN, key="shift-7-number-1")
    second = program.post("referrals", data=WHOLE_PPN, key="shift-7-number-1")

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Referral.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(cast):
    program = Program(cast.olu)
    program.post("referrals", data=WHOLE_PPN, key="shift-7-number-1")

    response = program.post("referrals", data=WHOLE_PPN | {"risk_level": 1}, key="shift-7-number-1")

    assert response.status_code == 422
    assert Referral.objects.count() == 1


def test_without_a_key_nothing_is_written(cast):
    url = reverse("api:referrals")

    response = Program(cast.olu).client.post(url, json.dumps(WHOLE_PPN), content_type="application/json")

    assert response.status_code == 400
    assert not Referral.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_calls_at_the_same_moment_make_one_referral():
    cast = make_cast()
    program = Program(cast.olu)
    gate = threading.Barrier(2)
    answers = []

    def call():
        try:
            gate.wait(timeout=10)
            answers.append(program.post("referrals", data=WHOLE_PPN, key="shift-7-number-1").json())
        finally:
            connection.close()

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert Referral.objects.count() == 1
    assert len(answers) == 2
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("changes", "status", "named"),
    [
        ({"types": ["NONSENSE"]}, 400, "types"),
        ({"kind": "XYZ"}, 400, "kind"),
        ({"people": [{"role": "NOBODY"}]}, 400, "people"),
        ({"cpi": {"information": "Wrong form."}}, 400, "cpi"),
        ({"people": []}, 409, "person the concern is about"),
        ({"ppn": {"concern": "Soon.", "incident_at": "2999-01-01T00:00:00Z"}}, 409, "future"),
    ],
)
def test_bad_input_is_explained_and_leaves_nothing_behind(cast, changes, status, named):
    response = Program(cast.olu).post("referrals", data=WHOLE_PPN | changes)

    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("application/problem+json")
    assert named in response.content.decode()
    assert not Referral.objects.exists()


def test_the_list_holds_what_this_person_may_see_and_no_name(cast, received, share):
    seen = {
        name: [row["id"] for row in Program(getattr(cast, name)).get("referrals").json()["results"]]
        for name in ("olu", "mina", "pat", "out", "ada")
    }

    here = [str(received.pk)]
    assert seen == {"olu": here, "mina": here, "pat": here, "out": [], "ada": []}
    assert "Fictitious" not in Program(cast.mina).get("referrals").content.decode()


def test_the_list_goes_on_by_cursor(cast, received, monkeypatch):
    monkeypatch.setattr("referrals.api.referrals.NewestFirst.page_size", 1)
    program = Program(cast.olu)
    program.post("referrals", data=WHOLE_PPN)

    first = program.get("referrals").json()
    second = program.client.get(first["next"]).json()

    assert [len(page["results"]) for page in (first, second)] == [1, 1]
    assert second["results"][0]["id"] == str(received.pk)
    assert second["next"] is None


@pytest.mark.parametrize("rows", [1, 3])
def test_the_number_of_queries_of_the_list_does_not_grow(cast, django_assert_num_queries, rows):
    program = Program(cast.olu)
    for _ in range(rows):
        program.post("referrals", data=WHOLE_PPN)

    with django_assert_num_queries(3):
        assert len(program.get("referrals").json()["results"]) == rows


def test_a_read_is_recorded_and_each_sees_what_their_part_allows(cast, received, share):
    body = {name: Program(getattr(cast, name)).get("referral", received.pk).json() for name in ("olu", "mina", "pat")}

    assert body["mina"]["decision"]["pathway"] == "SECTION_17"
    assert body["olu"]["decision"] is body["pat"]["decision"] is body["pat"]["told"] is None
    assert set(body["olu"]["told"]) == {"decided_at", "return_reason", "may_be_told"}
    assert [len(body[name]["shares"]) for name in ("olu", "mina", "pat")] == [0, 1, 1]
    assert body["pat"]["people"][0]["family_name"] == "Child"
    looks = Entry.objects.filter(what="referral.read").order_by("pk")
    assert [entry.actor_id for entry in looks] == [str(user.pk) for user in (cast.olu, cast.mina, cast.pat)]
    share.refresh_from_db()
    assert share.first_opened_at is not None


def test_who_wrote_it_reads_the_answer_and_not_why_the_hub_shared_it(cast, share):
    services.answer_share(share_id=share.pk, answer_state="ACCEPTED", words="We visit today.", by=cast.pat, at=NOW)

    def share_as_read_by(user):
        (read,) = Program(user).get("referral", share.referral_id).json()["shares"]
        return read["answer"], read["reason"]

    assert share_as_read_by(cast.olu) == ("We visit today.", None)
    assert share_as_read_by(cast.mina) == share_as_read_by(cast.pat) == ("We visit today.", "They can assess.")


def test_what_is_not_yours_and_what_does_not_exist_look_the_same(cast, received):
    program = Program(cast.pat)

    other, nothing = program.get("referral", received.pk), program.get("referral", uuid.uuid4())

    assert (other.status_code, other.content) == (nothing.status_code, nothing.content)
    assert other.status_code == 404


def test_a_draft_is_not_reached_over_the_api(cast):
    draft = services.begin_draft(kind=FormKind.PPN, by=cast.olu, at=NOW)

    assert Program(cast.olu).get("referral", draft.pk).status_code == 404


def test_the_hub_decides_and_shares_and_the_agency_answers(cast, received):
    hub, agency = Program(cast.mina), Program(cast.pat)

    decided = hub.post("decisions", received.pk, data={"level": 4, "pathway": "SECTION_17", "rationale": REASONS})
    shared = hub.post(
        "shares",
        received.pk,
        data={"agency": str(cast.council.pk), "lawful_basis": "PUBLIC_TASK", "reason": "They can assess."},
    )
    answered = agency.post(
        "answer",
        shared.json()["id"],
        data={"answer_state": "REJECTED", "rejection_reason": "WRONG_AGENCY", "words": "They moved."},
    )

    assert [response.status_code for response in (decided, shared, answered)] == [201, 201, 200]
    assert decided.json()["number"] == 1
    assert shared.json()["state"] == ShareState.WAITING
    assert answered.json()["state"] == ShareState.REJECTED
    received.refresh_from_db()
    assert received.state == ReferralState.ANSWERED


def test_a_rule_of_the_domain_is_a_conflict_in_plain_words(cast, received):
    response = Program(cast.mina).post(
        "shares",
        received.pk,
        data={"agency": str(cast.council.pk), "lawful_basis": "PUBLIC_TASK", "reason": "They can assess."},
    )

    assert response.status_code == 409
    assert response.json()["detail"].startswith("Record a decision first")
    assert not Share.objects.exists()


def test_after_a_refusal_the_same_key_may_try_again(cast, received, share):
    agency = Program(cast.pat)

    refused = agency.post("answer", share.pk, data={"answer_state": "REJECTED"}, key="answer-0001")
    accepted = agency.post("answer", share.pk, data={"answer_state": "ACCEPTED"}, key="answer-0001")

    assert (refused.status_code, accepted.status_code) == (409, 200)


@pytest.mark.parametrize(
    ("scopes", "may_read", "may_write"),
    [
        ([], False, False),
        (["referrals:read"], True, False),
        (["referrals:write"], False, True),
        (["incidents:write"], False, False),
    ],
)
def test_a_token_reaches_no_further_than_its_scopes(cast, scopes, may_read, may_write):
    program = Program(cast.olu, scopes)

    assert program.get("referrals").status_code == (200 if may_read else 403)
    assert program.post("referrals", data=WHOLE_PPN).status_code == (201 if may_write else 403)


def test_a_wrong_token_is_told_nothing(cast):
    response = Client(headers={"Authorization": "Bearer wrong"}).get(reverse("api:referrals"))

    assert response.status_code == 401

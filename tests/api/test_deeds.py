"""What pages do with referrals, over the API: scopes, exactly once, the same refusals, and answers given again to whom they still belong."""

import base64
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from jobs import services as jobs
from jobs.models import Job
from referrals import services
from referrals.models import Attachment, Challenge, Consultation, Referral, Share
from tests.api.programs import Program
from tests.factories.accounts import UserFactory
from tests.files import NOT_TAKEN, PDF
from tests.people import NOW
from tests.permissions.consultations import ASKED as QUESTION
from tests.referrals.differences import ASKED, WORDS, Difference

READ, WRITE = "referrals:read", "referrals:write"


@pytest.fixture
def difference(cast, life):
    return Difference(cast, life)


def test_a_referral_is_claimed_assigned_given_back_and_closed(cast, life):
    referral, mina, sam = life.decided(), Program(cast.mina), Program(cast.sam)

    def holder():
        return Referral.objects.get(pk=referral.pk).assigned_to

    assert (mina.post("claim", referral.pk, data={}).status_code, holder()) == (200, cast.mina)
    refused = sam.post("claim", referral.pk, data={})
    assert (refused.status_code, "Mina Fictitious has" in refused.json()["detail"]) == (409, True)
    assert (sam.post("assign", referral.pk, data={"to": str(cast.sam.pk)}).status_code, holder()) == (200, cast.sam)
    assert sam.post("assign", referral.pk, data={"to": str(cast.pat.pk)}).status_code == 400
    assert (sam.post("give_back", referral.pk, data={}).status_code, holder()) == (200, None)
    closed = sam.post("close", referral.pk, data={})
    assert (closed.status_code, closed.json()["state"]) == (200, "CLOSED")


def test_the_end_of_a_sharing_takes_access_away_once(cast, life):
    share, program, key = life.shared(), Program(cast.mina), str(uuid.uuid4())

    first, again = (program.post("end_share", share.pk, data={"reason": "A mistake."}, key=key) for _ in range(2))

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Entry.objects.filter(what="referral.share_ended").count() == 1
    assert Program(cast.pat).get("referral", share.referral_id).status_code == 404


def test_a_challenge_goes_through_its_stages_over_the_api(cast, life):
    referral, pat, mina = life.shared().referral, Program(cast.pat), Program(cast.mina)

    raised = pat.post("challenge_decision", referral.pk, data=ASKED)
    assert raised.status_code == 201
    pk = raised.json()["id"]
    assert mina.post("challenge_respond", pk, data=WORDS | {"stance": "KEEP"}).json()["waits_for"] == str(cast.council)
    assert pat.post("challenge_step_up", pk, data=WORDS | {"words": "Not settled."}).json()["level"] == 2
    held = {"held_at": "2025-11-20T09:30:00Z", "present": "Both.", "summary": "No agreement."}
    assert len(mina.post("challenge_meet", pk, data=held).json()["meetings"]) == 1
    assert mina.post("challenge_respond", pk, data=WORDS | {"stance": "CHANGE"}).status_code == 403
    Program(cast.sam).post("challenge_respond", pk, data=WORDS | {"stance": "CHANGE"})
    peg = Program(UserFactory(agency=cast.council, roles=["PARTNER_PRACTITIONER"]))
    assert peg.post("challenge_resolve", pk, data={"words": "Agreed."}).status_code == 400
    resolved = peg.post("challenge_resolve", pk, data={"words": "Agreed.", "learning": "Ask first."}).json()

    assert (resolved["state"], resolved["outcome"], resolved["learning"]) == ("RESOLVED", "UPHELD", "Ask first.")
    read = pat.get("challenge", pk).json()
    assert read["challenged"]["words"].endswith("Children's services will assess what is needed.")
    assert read["led_to"] is None
    assert [position["side"] for position in read["positions"]] == ["AGENCY", "HUB", "AGENCY", "HUB"]
    assert [line["id"] for line in mina.get("challenges").json()["results"]] == [pk]
    assert "words" not in mina.get("challenges").content.decode()
    assert Entry.objects.filter(what="challenge.read", actor_id=str(cast.pat.pk)).count() == 1


def test_the_hub_challenges_an_answer_and_withdraws(cast, life):
    share = life.shared()
    services.answer_share(share_id=share.pk, answer_state="ACCEPTED", by=cast.pat, at=NOW)
    sam = Program(cast.sam)

    raised = sam.post("challenge_answer", share.pk, data=ASKED | {"is_risk_now": True, "is_rethink": True}).json()
    withdrawn = sam.post("challenge_withdraw", raised["id"], data={"reason": "Settled."}).json()

    assert (raised["matter"], raised["level"], raised["is_risk_now"]) == ("ANSWER", 0, True)
    assert (withdrawn["state"], withdrawn["waits_for"]) == ("WITHDRAWN", None)


@pytest.mark.parametrize("missing", ["words", "wanted", "safe_action"])
def test_what_the_page_refuses_the_api_refuses(client, cast, life, missing):
    referral = life.shared().referral

    by_page = client.signed_in(cast.pat).post(
        reverse("referrals:challenge_decision", args=[referral.pk]), ASKED | {missing: " "}
    )
    over_api = Program(cast.pat).post("challenge_decision", referral.pk, data=ASKED | {missing: " "})

    assert (by_page.status_code, over_api.status_code) == (422, 400)
    assert not Challenge.objects.exists()


def test_a_move_that_the_page_refuses_the_api_refuses(cast, difference):
    challenge = difference.about("DECISION")
    difference.respond(challenge)

    again = Program(cast.mina).post(
        "challenge_respond", challenge.pk, data=WORDS | {"stance": "CHANGE", "words": "No."}
    )

    assert (again.status_code, "not possible" in again.json()["detail"]) == (409, True)


def test_a_consultation_is_recorded_once_listed_and_linked(cast, life):
    program = Program(cast.mina, ["consultations:read", "consultations:write"])
    sent = QUESTION | {"asked_at": "2025-11-20T09:30:00Z", "other_agency": "A village club"}
    referral, key = life.submitted(), str(uuid.uuid4())

    made, again = (program.post("consultations", data=sent, key=key) for _ in range(2))
    linked = program.post("consultation_link", made.json()["id"], data={"reference": referral.reference})

    assert (made.status_code, made.json()) == (201, again.json())
    assert Consultation.objects.count() == 1
    assert linked.json()["referral"] == str(referral.pk)
    assert [line["agency_name"] for line in program.get("consultations").json()["results"]] == ["A village club"]
    assert Entry.objects.filter(what="consultations.listed").count() == 1


def test_a_consultation_of_an_agency_in_the_list_says_which(cast):
    program, key = Program(cast.mina, ["consultations:write"]), str(uuid.uuid4())
    sent = QUESTION | {"asked_at": "2025-11-20T09:30:00Z", "agency": str(cast.elsewhere.pk)}

    made, again = (program.post("consultations", data=sent, key=key) for _ in range(2))

    assert (made.status_code, made.json()["agency"]) == (201, str(cast.elsewhere.pk))
    assert again.json() == made.json()


def test_a_file_is_attached_once_and_had_once_it_was_scanned(cast, life, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    referral, program, key = life.submitted(), Program(cast.olu), str(uuid.uuid4())
    sent = {"name": "../letter.pdf", "content": base64.b64encode(PDF).decode()}

    first, _ = (program.post("attachments", referral.pk, data=sent, key=key) for _ in range(2))
    pk = first.json()["id"]
    assert (first.status_code, first.json()["name"], first.json()["state"]) == (201, "letter.pdf", "WAITING")
    assert program.get("attachment_content", pk).status_code == 409

    for job in Job.objects.unfinished().filter(task="referrals.tasks.scan_attachment"):
        jobs.run(job_id=job.pk, at=timezone.now())
    content = program.get("attachment_content", pk)

    assert (content.content, content["Content-Disposition"]) == (PDF, 'attachment; filename="letter.pdf"')
    assert [line["state"] for line in program.get("attachments", referral.pk).json()] == ["CLEAN"]
    assert Attachment.objects.count() == 1
    assert Entry.objects.filter(what="attachment.downloaded").count() == 1


@pytest.mark.parametrize(
    ("content", "status"),
    [("no base64 at all", 400), (base64.b64encode(NOT_TAKEN["program.exe"]).decode(), 409), ("", 409)],
)
def test_a_file_that_the_page_refuses_the_api_refuses(cast, life, content, status):
    refused = Program(cast.olu).post("attachments", life.submitted().pk, data={"name": "a.pdf", "content": content})

    assert (refused.status_code, Attachment.objects.count()) == (status, 0)


def test_an_agency_learns_nothing_of_the_files_of_what_is_shared_with_it(cast, life, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    referral = life.shared().referral
    sent = {"name": "letter.pdf", "content": base64.b64encode(PDF).decode()}
    pk = Program(cast.mina).post("attachments", referral.pk, data=sent).json()["id"]

    assert Program(cast.pat).get("attachments", referral.pk).json() == []
    assert Program(cast.pat).get("attachment_content", pk).status_code == 404


SCOPED = [
    ("claim", WRITE),
    ("assign", WRITE),
    ("give_back", WRITE),
    ("close", WRITE),
    ("challenge_decision", WRITE),
    ("attachments", WRITE),
]


@pytest.mark.parametrize(("name", "scope"), SCOPED)
def test_a_program_needs_the_scope(cast, life, name, scope):
    referral = life.submitted()

    refused = Program(cast.mina, [READ, "consultations:write", "incidents:write"]).post(name, referral.pk, data={})

    assert refused.status_code == 403
    assert Program(cast.mina, [READ, scope]).post(name, referral.pk, data={}).status_code != 401


def test_consultations_have_scopes_of_their_own(cast):
    program = Program(cast.mina, [READ, WRITE])

    assert program.get("consultations").status_code == 403
    assert program.post("consultations", data={}).status_code == 403


def test_an_answer_given_again_is_recorded_as_a_look(cast, life):
    referral, program, key = life.submitted(), Program(cast.mina), str(uuid.uuid4())
    decision = {"level": 2, "pathway": "EARLY_HELP", "rationale": "Reasons that are long enough for a decision. " * 2}

    for _ in range(3):
        program.post("decisions", referral.pk, data=decision, key=key)

    entries = Entry.objects.filter(what="api.answered_again")
    assert [(entry.verb, entry.actor_id, entry.object_id) for entry in entries] == [
        ("READ", str(cast.mina.pk), str(referral.pk))
    ] * 2
    assert Entry.objects.filter(what="referral.decided").count() == 1


def test_an_answer_is_not_given_again_to_who_lost_the_right(cast, life):
    share, pat, key = life.shared(), Program(cast.pat), str(uuid.uuid4())
    accepted = {"answer_state": "ACCEPTED"}
    assert pat.post("answer", share.pk, data=accepted, key=key).status_code == 200

    services.end_share(share_id=share.pk, reason="A mistake.", by=cast.mina, at=NOW)
    again = pat.post("answer", share.pk, data=accepted, key=key)

    assert again.status_code == 404
    assert not Entry.objects.filter(what="api.answered_again").exists()
    assert Share.objects.get().state == "ENDED"


def test_a_submission_is_not_answered_again_to_who_has_moved_to_another_agency(cast):
    sent = {
        "kind": "CPI",
        "lawful_basis": "PUBLIC_TASK",
        "cpi": {"topics": ["DRUGS"], "information": "Cars by the garages."},
    }
    program, key = Program(cast.pat), str(uuid.uuid4())
    assert program.post("referrals", data=sent, key=key).status_code == 201
    assert program.post("referrals", data=sent, key=key).headers["Idempotency-Replayed"] == "true"

    cast.pat.agency = cast.elsewhere
    cast.pat.save(update_fields=["agency"])

    assert program.post("referrals", data=sent, key=key).status_code == 404
    assert Referral.objects.count() == 1

"""What follows a share, over the API: by the same services as the pages, exactly once, within the scopes, every look recorded."""

import uuid

import pytest

from audit.models import Entry
from referrals import services
from referrals.models import EncompassNotice, Feedback, Share, ShareSupplement
from tests.api.programs import Program
from tests.people import NOW
from tests.referrals.test_encompass_notices import decided, notice_of, submit

NEEDED = {"answer_state": "FURTHER_WORK", "missing": ["WHO"], "words": "Who is she?"}


def test_what_is_missing_is_sent_and_the_agency_answers_again(cast, life):
    share, key = life.shared(), str(uuid.uuid4())
    services.answer_share(share_id=share.pk, by=cast.pat, at=NOW, **NEEDED)

    sent, again = (Program(cast.olu).post("supply", share.pk, data={"words": "Ann."}, key=key) for _ in range(2))

    assert (sent.status_code, sent.json()["state"], sent.json()["reason"]) == (200, "WAITING", None)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert ShareSupplement.objects.get().words == "Ann."
    assert Program(cast.mina).post("supply", share.pk, data={"words": "More."}).status_code == 409


def test_an_agency_is_given_a_newer_version(cast, life):
    share = life.shared()

    given = Program(cast.mina).post(
        "renew_share", share.pk, data={"sections": ["concern"], "people": [], "reason": "They asked."}
    )

    assert (given.status_code, given.json()["number"], given.json()["sections"]) == (201, 2, ["concern"])
    assert set(given.json()) == {"number", "made_at", "form_version", "sections", "sha256"}
    wrong = {"sections": ["nonsense"], "people": [], "reason": "They asked."}
    assert Program(cast.mina).post("renew_share", share.pk, data=wrong).status_code == 409


def test_a_rejection_is_looked_at_again_and_a_pack_given_by_hand_is_noted(cast, life):
    share = life.shared()
    assert Program(cast.mina).post("look_again", share.pk, data={}).status_code == 409
    rejected = {"answer_state": "REJECTED", "rejection_reason": "DUPLICATE", "words": "We have it."}
    services.answer_share(share_id=share.pk, by=cast.pat, at=NOW, **rejected)

    assert Program(cast.mina).post("look_again", share.pk, data={}).status_code == 200
    assert Program(cast.mina).post("hand_over", share.pk, data={"to": "Ms Clerk"}).status_code == 200

    share.refresh_from_db()
    assert (share.settled_by, share.handed_to) == (cast.mina, "Ms Clerk")


def test_feedback_is_given_read_and_acknowledged(cast, life):
    referral = life.decided()
    told = Program(cast.mina).post("feedback", referral.pk, data={"kind": "THANKS", "words": "Thank you."})
    assert (told.status_code, told.json()["words"]) == (201, "Thank you.")

    read = Program(cast.olu).get("feedback", referral.pk).json()
    done = Program(cast.olu).post("acknowledge", referral.pk, data={"feedback": [row["id"] for row in read]})

    assert [row["kind"] for row in read] == ["DECISION", "THANKS"]
    assert (done.status_code, done.json()) == (200, {"count": 2})
    assert not Feedback.objects.filter(acknowledged_at=None).exists()
    assert Entry.objects.get(what="referral.feedback_read").actor_id == str(cast.olu.pk)
    assert Program(cast.lin).get("feedback", referral.pk).status_code == 403


def test_the_hub_asks_and_the_writer_replies_once(cast, life):
    referral = life.submitted()
    asked = Program(cast.mina).post("questions", referral.pk, data={"question": "Who was there?"}).json()

    replied = Program(cast.olu).post("reply", asked["id"], data={"reply": "The aunt."})

    assert (replied.status_code, replied.json()["reply"]) == (200, "The aunt.")
    assert Program(cast.olu).post("reply", asked["id"], data={"reply": "The uncle."}).status_code == 409
    assert [row["question"] for row in Program(cast.mina).get("questions", referral.pk).json()] == ["Who was there?"]
    assert Entry.objects.filter(what="referral.questions_read").count() == 1


def test_a_school_is_told_and_says_that_it_has_it(cast):
    referral = decided(cast)
    notice = notice_of(referral)
    hub, school = Program(cast.mina), Program(cast.out)
    shared = {"channel": "SERVICE", "key_adult": "Ms Head", "agency": str(cast.elsewhere.pk)}

    assert hub.post("notice_send", notice.pk, data=shared | {"agency": str(cast.council.pk)}).status_code == 400
    sent = hub.post("notice_send", notice.pk, data=shared)
    seen = school.get("notices", referral.pk).json()
    arrived = school.post("notice_arrived", notice.pk, data={})

    assert (sent.status_code, sent.json()["state"]) == (200, "SENT")
    assert [row["id"] for row in seen] == [str(notice.pk)]
    assert (arrived.status_code, arrived.json()["state"]) == (200, "ACKNOWLEDGED")
    assert Share.objects.get().state == "ACCEPTED"
    assert len(hub.get("notices", referral.pk).json()) == 3
    assert Program(cast.olu).get("notices", referral.pk).json() == []


def test_a_notice_fails_and_is_excepted(cast):
    notice = notice_of(submit(cast))
    excepted = {"reason": "UNSAFE", "words": "The head is his aunt."}

    assert Program(cast.mina).post("notice_except", notice.pk, data=excepted).status_code == 403
    assert Program(cast.mina).post("notice_failed", notice.pk, data={"words": "Bounced."}).json()["state"] == "FAILED"
    assert Program(cast.sam).post("notice_except", notice.pk, data=excepted).status_code == 409
    other = EncompassNotice.objects.exclude(pk=notice.pk).first()
    assert Program(cast.sam).post("notice_except", other.pk, data=excepted).json()["state"] == "EXCEPTED"


@pytest.mark.parametrize("name", ["feedback", "questions", "notices"])
def test_a_program_needs_the_scope_to_read(cast, life, name):
    referral = life.submitted()

    assert Program(cast.mina, ["referrals:write"]).get(name, referral.pk).status_code == 403
    assert Program(cast.mina, ["referrals:read"]).get(name, referral.pk).status_code == 200
    if name != "notices":
        assert Program(cast.mina, ["referrals:read"]).post(name, referral.pk, data={}).status_code == 403

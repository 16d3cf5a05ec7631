"""Rows for the API of what the hub and agencies do with referrals: each answers as its page does."""

import base64
import uuid
from typing import Any

from tests.files import PDF
from tests.people import NOW, Cast
from tests.permissions import attachments, challenges, consultations
from tests.permissions.referrals import (
    AGENCIES,
    HUB,
    INSIDERS,
    closed,
    exception,
    level,
    only,
    reason,
    received,
    share_alone,
    shared,
    to_school,
    wrong_person,
)
from tests.permissions.rows import Row, Things


def furnish(cast: Cast) -> dict[str, Any]:
    """What the pages' rows furnish is enough."""
    return {}


def answered(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["challenges_answered"].pk}


def on_shared(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["attachments_on_shared"].pk}


def to_sam(cast: Cast, things: Things) -> dict[str, Any]:
    return {"to": str(cast.sam.pk)}


def pdf(cast: Cast, things: Things) -> dict[str, Any]:
    return {"name": "letter.pdf", "content": base64.b64encode(PDF.replace(b"1.7", b"1.5")).decode()}


def meeting(cast: Cast, things: Things) -> dict[str, Any]:
    held = {"held_at": "2025-11-20T09:30:00Z", "present": "Both managers.", "summary": "No agreement yet."}
    return held | {"key": str(uuid.uuid4())}


def asked(cast: Cast, things: Things) -> dict[str, Any]:
    return consultations.ASKED | {"asked_at": "2025-11-20T09:30:00Z", "agency": str(cast.elsewhere.pk)}


def further(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_further"].pk}


def by_letter(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_by_letter"].pk}


def heard(cast: Cast, things: Things) -> dict[str, Any]:
    return {"told_by": "A clerk", "channel": "LETTER", "told_at": NOW.isoformat(), "answer_state": "ACCEPTED"}


def question(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_question"].pk}


def notice(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_notice"].pk}


def told(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_told"].pk}


def with_notice(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_notice"].referral_id}


def words(cast: Cast, things: Things) -> dict[str, Any]:
    return {"words": "Words.", "kind": "THANKS", "question": "Who?", "reply": "She.", "to": "A clerk"}


def nothing_read(cast: Cast, things: Things) -> dict[str, Any]:
    return {"feedback": []}


def newer(cast: Cast, things: Things) -> dict[str, Any]:
    return {"sections": ["concern"], "people": [], "reason": "They asked."}


PARTIES = (*HUB, "pat")
READ_BY = only(403, *INSIDERS, *AGENCIES) | only(200, "olu", *HUB)
FOR_HUB = only(403, *INSIDERS) | only(200, *HUB)

ROWS = [
    Row("api:claim", 404, FOR_HUB, "POST", received, anonymous=401),
    Row("api:assign", 404, FOR_HUB, "POST", received, to_sam, 401),
    Row("api:give_back", 404, FOR_HUB, "POST", received, anonymous=401),
    Row("api:set_risk", 404, only(403, "olu", "lin") | only(200, *HUB), "POST", received, level, 401),
    Row("api:reopen", 404, only(403, *INSIDERS, "mina") | only(200, "sam"), "POST", closed, reason, 401),
    Row("api:void", 404, only(403, *INSIDERS, *AGENCIES, "mina") | only(200, "sam"), "POST", shared, wrong_person, 401),
    Row("api:close", 404, only(403, *INSIDERS, *AGENCIES) | only(409, *HUB), "POST", shared, anonymous=401),
    Row("api:end_share", 404, only(403, *INSIDERS, *AGENCIES) | only(200, *HUB), "POST", share_alone, reason, 401),
    Row("api:renew_share", 404, only(403, *INSIDERS, *AGENCIES) | only(201, *HUB), "POST", share_alone, newer, 401),
    Row("api:supply", 404, only(403, *INSIDERS, *AGENCIES) | only(200, "olu", *HUB), "POST", further, words, 401),
    Row("api:look_again", 404, only(403, *INSIDERS, *AGENCIES) | only(409, *HUB), "POST", further, anonymous=401),
    Row("api:hand_over", 404, only(403, *INSIDERS, *AGENCIES) | only(200, *HUB), "POST", share_alone, words, 401),
    Row("api:record_answer", 404, only(403, *INSIDERS, *AGENCIES) | only(200, *HUB), "POST", by_letter, heard, 401),
    Row("api:feedback", 404, READ_BY, arguments=shared, anonymous=401),
    Row("api:feedback", 404, only(403, *INSIDERS, *AGENCIES) | only(201, *HUB), "POST", shared, words, 401),
    Row("api:acknowledge", 404, only(403, *INSIDERS, *AGENCIES) | only(200, "olu"), "POST", shared, nothing_read, 401),
    Row("api:questions", 404, READ_BY, arguments=shared, anonymous=401),
    Row("api:questions", 404, only(403, *INSIDERS, *AGENCIES) | only(201, *HUB), "POST", shared, words, 401),
    Row("api:reply", 404, only(403, *INSIDERS, *AGENCIES) | only(200, "olu"), "POST", question, words, 401),
    Row("api:notices", 404, only(200, *INSIDERS), arguments=with_notice, anonymous=401),
    Row("api:notice_send", 404, only(403, *INSIDERS) | only(200, *HUB), "POST", notice, to_school, 401),
    Row("api:notice_arrived", 404, only(403, *INSIDERS) | only(200, *HUB), "POST", told, anonymous=401),
    Row("api:notice_failed", 404, only(403, *INSIDERS) | only(200, *HUB), "POST", told, words, 401),
    Row("api:notice_except", 404, only(403, *INSIDERS) | only(200, "sam"), "POST", notice, exception, 401),
    Row("api:challenges", 403, only(200, *PARTIES, "out"), anonymous=401),
    Row("api:challenge", 404, only(200, *PARTIES), arguments=challenges.opened, anonymous=401),
    Row(
        "api:challenge_decision",
        404,
        only(403, *INSIDERS) | only(201, "pat"),
        "POST",
        challenges.plain,
        challenges.asked,
        401,
    ),
    Row(
        "api:challenge_answer",
        404,
        only(403, *INSIDERS, "pat") | only(201, *HUB),
        "POST",
        answered,
        challenges.asked,
        401,
    ),
    Row(
        "api:challenge_respond",
        404,
        only(200, *HUB) | only(403, "pat"),
        "POST",
        challenges.opened,
        challenges.response,
        401,
    ),
    Row(
        "api:challenge_step_up",
        404,
        only(403, *HUB) | only(200, "pat"),
        "POST",
        challenges.responded,
        challenges.position,
        401,
    ),
    Row(
        "api:challenge_resolve",
        404,
        only(403, *HUB) | only(200, "pat"),
        "POST",
        challenges.responded,
        challenges.agreed,
        401,
    ),
    Row(
        "api:challenge_withdraw",
        404,
        only(403, *HUB) | only(200, "pat"),
        "POST",
        challenges.responded,
        challenges.reason,
        401,
    ),
    Row("api:challenge_meet", 404, only(200, *PARTIES), "POST", challenges.responded, meeting, 401),
    Row("api:consultations", 403, only(200, *HUB), anonymous=401),
    Row("api:consultations", 403, only(201, *HUB), "POST", data=asked, anonymous=401),
    Row("api:consultation_link", 404, only(200, *HUB), "POST", consultations.one, consultations.reference, 401),
    Row("api:attachments", 404, only(200, *INSIDERS, "pat"), arguments=attachments.shared, anonymous=401),
    Row(
        "api:attachments",
        404,
        only(201, "olu", *HUB) | only(403, "lin", "pat"),
        "POST",
        attachments.shared,
        pdf,
        401,
    ),
    Row("api:attachment_content", 404, only(200, *INSIDERS), arguments=on_shared, anonymous=401),
]

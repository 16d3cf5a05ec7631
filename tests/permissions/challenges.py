"""Rows for challenges: the hub and the agency on the two sides, and nobody else."""

import uuid
from typing import Any

from referrals import services
from referrals.models import Challenge, Share
from tests.people import NOW, Cast
from tests.permissions.referrals import DECISION, ENOUGH, HUB, INSIDERS, SUBJECT, only
from tests.permissions.rows import Row, Things

POSITION = {"words": "Two earlier notices.", "safe_action": "The aunt stays."}
ASKED = POSITION | {"wanted": "A strategy discussion."}


def shared_with_council(cast: Cast) -> Share:
    """A PPN of Olu's that the hub decided on and shared with the council."""
    referral = services.submit_complete_referral(
        kind="PPN", answers=ENOUGH, people=[SUBJECT], key=uuid.uuid4(), by=cast.olu, at=NOW
    )
    services.decide_referral(referral_id=referral.pk, by=cast.mina, at=NOW, **DECISION)
    return services.share_referral(
        referral_id=referral.pk,
        agency=cast.council,
        lawful_basis="PUBLIC_TASK",
        reason="They can assess.",
        by=cast.mina,
        at=NOW,
    )


def furnish(cast: Cast) -> dict[str, Any]:
    """A share that the council answered; its challenge to a decision, as raised and as responded to."""
    answered, plain, raised, responded = (shared_with_council(cast) for _ in range(4))
    services.answer_share(share_id=answered.pk, answer_state="ACCEPTED", by=cast.pat, at=NOW)

    def challenge(share: Share) -> Challenge:
        return services.challenge_decision(referral_id=share.referral_id, by=cast.pat, at=NOW, **ASKED)

    opened, in_turn = challenge(raised), challenge(responded)
    services.respond_to_challenge(challenge_id=in_turn.pk, stance="KEEP", by=cast.mina, at=NOW, **POSITION)
    return {
        "challenges_answered": answered,
        "challenges_plain": plain,
        "challenges_open": opened,
        "challenges_responded": in_turn,
    }


def answered(cast: Cast, things: Things) -> dict[str, Any]:
    share = things["challenges_answered"]
    return {"pk": share.referral_id, "share_pk": share.pk}


def plain(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["challenges_plain"].referral_id}


def opened(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["challenges_open"].pk}


def responded(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["challenges_responded"].pk}


def asked(cast: Cast, things: Things) -> dict[str, Any]:
    return ASKED


def position(cast: Cast, things: Things) -> dict[str, Any]:
    return POSITION


def response(cast: Cast, things: Things) -> dict[str, Any]:
    return POSITION | {"stance": "CHANGE"}


def agreed(cast: Cast, things: Things) -> dict[str, Any]:
    return {"words": "Agreed by phone.", "learning": "Ask for earlier notices first."}


def reason(cast: Cast, things: Things) -> dict[str, Any]:
    return {"reason": "Settled by a call."}


def meeting(cast: Cast, things: Things) -> dict[str, Any]:
    held = {"held_at_0": "20", "held_at_1": "11", "held_at_2": "2025", "held_at_3": "9:30"}
    return held | {"key": uuid.uuid4(), "present": "Both managers.", "summary": "No agreement yet."}


PARTIES = (*HUB, "pat")

ROWS = [
    Row("referrals:challenges", 403, only(200, *PARTIES, "out"), why="each sees those of the own side"),
    Row("referrals:challenge", 404, only(200, *PARTIES), arguments=opened),
    Row("referrals:challenge_decision", 404, only(403, *INSIDERS) | only(200, "pat"), arguments=plain),
    Row("referrals:challenge_decision", 404, only(403, *INSIDERS) | only(302, "pat"), "POST", plain, asked),
    Row("referrals:challenge_answer", 404, only(403, *INSIDERS, "pat") | only(200, *HUB), arguments=answered),
    Row("referrals:challenge_answer", 404, only(403, *INSIDERS, "pat") | only(302, *HUB), "POST", answered, asked),
    Row("referrals:challenge_respond", 404, only(200, *HUB) | only(403, "pat"), arguments=opened),
    Row("referrals:challenge_respond", 404, only(302, *HUB) | only(403, "pat"), "POST", opened, response),
    Row("referrals:challenge_step_up", 404, only(403, *HUB) | only(200, "pat"), arguments=responded),
    Row("referrals:challenge_step_up", 404, only(403, *HUB) | only(302, "pat"), "POST", responded, position),
    Row("referrals:challenge_resolve", 404, only(403, *HUB) | only(200, "pat"), arguments=responded),
    Row("referrals:challenge_resolve", 404, only(403, *HUB) | only(302, "pat"), "POST", responded, agreed),
    Row("referrals:challenge_withdraw", 404, only(403, *HUB) | only(200, "pat"), arguments=responded),
    Row("referrals:challenge_withdraw", 404, only(403, *HUB) | only(302, "pat"), "POST", responded, reason),
    Row("referrals:challenge_meet", 404, only(200, *PARTIES), arguments=responded),
    Row("referrals:challenge_meet", 404, only(302, *PARTIES), "POST", responded, meeting),
]

"""Challenges: raising one, responding, stepping up, meetings, and how it ends.

The difference never holds back what keeps somebody safe: each side says at each stage what is done meanwhile.
"""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from common.errors import DomainError
from referrals import permissions
from referrals.enums import (
    ANSWERED,
    FIRST_LEVEL_OF_OTHERS,
    OUTCOME_OF,
    UPHELD,
    AccessReason,
    ChallengeLevel,
    ChallengeMove,
    ChallengeOutcome,
    ChallengeState,
    Matter,
    ReferralState,
    Side,
    Stance,
    from_to,
    next_challenge_state,
)
from referrals.models import Challenge, ChallengeMeeting, ChallengePosition, Referral, Share
from referrals.services.challenge_steps import begin_stage, challenge_due_at, record, tell
from referrals.services.reconsidering import have_it_reconsidered
from referrals.services.reopening import take_up_again


class CannotChallenge(DomainError):
    pass


@transaction.atomic
def challenge_decision(
    *,
    referral_id: uuid.UUID,
    words: str,
    wanted: str,
    safe_action: str,
    is_risk_now: bool = False,
    is_rethink: bool = False,
    by: User,
    at: datetime,
) -> Challenge:
    """The agency that wrote a referral, or that it is shared with, challenges the hub's current decision. Raises CannotChallenge.

    `is_rethink` begins with the informal stage. The same sent again by the same person (a double click) is one challenge.
    """
    referral = Referral.objects.locked().get(pk=referral_id)
    decision = referral.decisions.filter(is_current=True).first()
    if not permissions.can_challenge_decision(by, referral, at=at) or by.agency is None:
        raise CannotChallenge(
            "Only who wrote this, or an agency that this is shared with, may challenge the hub's decision."
        )
    if decision is None:
        raise CannotChallenge("There is no decision to challenge yet.")
    hub = referral.access.select_related("agency").get(reason=AccessReason.HUB).agency
    earlier = referral.challenges.open().filter(decision=decision, agency=by.agency).first()
    challenge = Challenge(referral=referral, hub=hub, agency=by.agency, matter=Matter.DECISION, decision=decision)
    return _raise(challenge, earlier, words, wanted, safe_action, is_risk_now, is_rethink, by=by, at=at)


@transaction.atomic
def challenge_answer(
    *,
    share_id: uuid.UUID,
    words: str,
    wanted: str,
    safe_action: str,
    is_risk_now: bool = False,
    is_rethink: bool = False,
    by: User,
    at: datetime,
) -> Challenge:
    """The hub challenges what an agency answered, or that it has not in time; otherwise as `challenge_decision`.

    Raises CannotChallenge.
    """
    referral = Referral.objects.locked().get(shares=share_id)
    share = Share.objects.locked().select_related("agency", "referral").get(pk=share_id)
    is_answered = share.state in ANSWERED
    if not (is_answered or share.is_late(at=at)) or not permissions.can_challenge_answers(by, referral, at=at):
        raise CannotChallenge(
            "Only the hub may challenge an agency's answer, or a late one, while the referral is open or was closed lately."
        )
    earlier = referral.challenges.open().filter(share=share).first()
    challenge = Challenge(
        referral=referral,
        hub=by.agency,
        agency=share.agency,
        matter=Matter.ANSWER if is_answered else Matter.SILENCE,
        share=share,
        answer=share.answers.order_by("-number").first() if is_answered else None,
    )
    return _raise(challenge, earlier, words, wanted, safe_action, is_risk_now, is_rethink, by=by, at=at)


def _raise(
    challenge: Challenge,
    earlier: Challenge | None,
    words: str,
    wanted: str,
    safe_action: str,
    is_risk_now: bool,
    is_rethink: bool,
    *,
    by: User,
    at: datetime,
) -> Challenge:
    words, wanted, safe_action = words.strip(), wanted.strip(), safe_action.strip()
    if not (words and wanted and safe_action):
        raise CannotChallenge("Say what you disagree with, what you ask for, and what keeps them safe meanwhile.")
    if earlier is not None:
        if _said_already(earlier, earlier.raising_side, words, safe_action, by=by):
            return earlier
        raise CannotChallenge("This is being challenged already: one open challenge at a time.")
    if challenge.referral.state == ReferralState.CLOSED:
        take_up_again(challenge.referral, because="It was challenged.", by=by, at=at)
    level = ChallengeLevel.RETHINK if is_rethink else ChallengeLevel.PRACTITIONERS
    challenge.level, challenge.is_risk_now, challenge.wanted = level, is_risk_now, wanted
    challenge.opened_at, challenge.opened_by = at, by
    challenge.due_at = challenge_due_at(at, level=level, is_risk_now=is_risk_now)
    challenge.save(force_insert=True)
    _take_position(challenge, challenge.raising_side, words, safe_action, by=by, at=at)
    record(challenge, "challenge.raised", by=by, at=at, **from_to("", challenge.state))
    tell(challenge, challenge.answering_side, "raised", by=by, at=at)
    return challenge


@transaction.atomic
def respond_to_challenge(
    *, challenge_id: uuid.UUID, stance: Stance | str, words: str, safe_action: str, by: User, at: datetime
) -> Challenge:
    """The side that is asked says where it stands at this stage. Raises CannotChallenge. Twice the same is once."""
    challenge = _locked(challenge_id)
    words, safe_action = words.strip(), safe_action.strip()
    if challenge.state == ChallengeState.RESPONDED and _said_already(
        challenge, challenge.answering_side, words, safe_action, by=by
    ):
        return challenge
    state = _next(challenge, ChallengeMove.RESPOND, by=by, at=at)
    if stance not in Stance.values or not (words and safe_action):
        raise CannotChallenge("Say where you stand, why, and what keeps them safe meanwhile.")
    _take_position(challenge, challenge.answering_side, words, safe_action, stance=Stance(stance), by=by, at=at)
    moved = begin_stage(challenge, state, level=challenge.level, at=at)
    record(challenge, "challenge.responded", by=by, at=at, stance=str(stance), **moved)
    tell(challenge, challenge.raising_side, "responded", by=by, at=at)
    return challenge


@transaction.atomic
def step_up_challenge(*, challenge_id: uuid.UUID, words: str, safe_action: str, by: User, at: datetime) -> Challenge:
    """Take it to the next stage: the response does not settle it, or none came in time. Raises CannotChallenge."""
    challenge = _locked(challenge_id)
    words, safe_action = words.strip(), safe_action.strip()
    was_stepped_up = challenge.positions.filter(level__lt=challenge.level).exists()
    if was_stepped_up and _said_already(challenge, challenge.raising_side, words, safe_action, by=by):
        return challenge
    state = _next(challenge, ChallengeMove.STEP_UP, by=by, at=at)
    if not (words and safe_action):
        raise CannotChallenge("Say why it goes to the next stage, and what keeps them safe meanwhile.")
    moved = begin_stage(challenge, state, level=challenge.level + 1, at=at)
    _take_position(challenge, challenge.raising_side, words, safe_action, by=by, at=at)
    record(challenge, "challenge.stepped_up", by=by, at=at, **moved)
    tell(challenge, challenge.answering_side, "stepped_up", by=by, at=at)
    return challenge


@transaction.atomic
def resolve_challenge(
    *,
    challenge_id: uuid.UUID,
    words: str,
    learning: str,
    outcome: ChallengeOutcome | str = "",
    by: User,
    at: datetime,
) -> Challenge:
    """Accept the response, whose stance becomes the outcome. Raises CannotChallenge.

    At the last stage either side records what the safeguarding partners decided, and gives the `outcome`. An upheld
    challenge changes nothing by itself: the hub decides, or the agency answers, again, and the first is kept.
    """
    challenge = _locked(challenge_id)
    words, learning = words.strip(), learning.strip()
    if challenge.state == ChallengeState.RESOLVED and (by.pk, words) == (challenge.ended_by_id, challenge.end_words):
        return challenge
    state = _next(challenge, ChallengeMove.RESOLVE, by=by, at=at)
    if challenge.level != ChallengeLevel.PARTNERS:
        outcome = OUTCOME_OF[_stance_accepted(challenge)]
    if outcome not in ChallengeOutcome.values or not words:
        raise CannotChallenge("Say what the outcome is and what was agreed.")
    if not learning:
        raise CannotChallenge("Say what is to be learned from it, for both sides and for training.")
    challenge.outcome, challenge.learning = ChallengeOutcome(outcome), learning
    moved = _end(challenge, state, words, by=by, at=at)
    if challenge.outcome in UPHELD:
        have_it_reconsidered(challenge, by=by, at=at)
    record(challenge, "challenge.resolved", by=by, at=at, outcome=str(challenge.outcome), **moved)
    for side in Side:
        tell(challenge, side, "resolved", by=by, at=at)
    return challenge


@transaction.atomic
def withdraw_challenge(*, challenge_id: uuid.UUID, reason: str, by: User, at: datetime) -> Challenge:
    """End it without an outcome, with the reason. Raises CannotChallenge."""
    challenge = _locked(challenge_id)
    reason = reason.strip()
    if challenge.state == ChallengeState.WITHDRAWN and (by.pk, reason) == (challenge.ended_by_id, challenge.end_words):
        return challenge
    state = _next(challenge, ChallengeMove.WITHDRAW, by=by, at=at)
    if not reason:
        raise CannotChallenge("Say why it is withdrawn.")
    moved = _end(challenge, state, reason, by=by, at=at)
    record(challenge, "challenge.withdrawn", by=by, at=at, **moved)
    tell(challenge, challenge.answering_side, "withdrawn", by=by, at=at)
    return challenge


@transaction.atomic
def record_challenge_meeting(
    *,
    challenge_id: uuid.UUID,
    key: uuid.UUID,
    held_at: datetime,
    present: str,
    summary: str,
    by: User,
    at: datetime,
) -> ChallengeMeeting:
    """Keep what was said when the two sides met; once per key. Raises CannotChallenge."""
    challenge = _locked(challenge_id)
    earlier = challenge.meetings.filter(pk=key).first()
    if earlier is not None:
        return earlier
    _next(challenge, ChallengeMove.MEET, by=by, at=at)
    present, summary = present.strip(), summary.strip()
    if not (present and summary):
        raise CannotChallenge("Say who met and what was said.")
    if held_at > at:
        raise CannotChallenge("A meeting is recorded once it was held.")
    if ChallengeMeeting.objects.filter(pk=key).exists():
        raise CannotChallenge("Open the page again before you record another meeting.")
    meeting = ChallengeMeeting.objects.create(
        id=key,
        challenge=challenge,
        level=challenge.level,
        held_at=held_at,
        present=present,
        summary=summary,
        at=at,
        by=by,
    )
    record(challenge, "challenge.met", by=by, at=at)
    return meeting


def _locked(challenge_id: uuid.UUID) -> Challenge:
    """The referral is locked first, as everywhere, so that two who act on it wait for each other, never for ever."""
    referral = Referral.objects.locked().get(challenges=challenge_id)
    challenge = (
        Challenge.objects.locked().select_related("hub", "agency", "decision", "share", "answer").get(pk=challenge_id)
    )
    challenge.referral = referral
    return challenge


def _next(challenge: Challenge, move: ChallengeMove, *, by: User, at: datetime) -> ChallengeState:
    if not permissions.speaks_for(permissions.side_in(by, challenge), challenge, move):
        raise CannotChallenge("The other side of this challenge has to do that.")
    if not permissions.stands_apart_enough(by, challenge, move):
        raise CannotChallenge(
            f"From stage {FIRST_LEVEL_OF_OTHERS.value} on, somebody does that who neither made what is challenged nor raised the challenge."
        )
    state = next_challenge_state(move, challenge.state, level=challenge.level, is_late=challenge.is_late(at=at))
    if state is None:
        raise CannotChallenge("This is not possible as the challenge stands now. Read it again first.")
    return state


def _said_already(challenge: Challenge, side: Side, words: str, safe_action: str, *, by: User) -> bool:
    return challenge.positions.filter(
        level=challenge.level, side=side, words=words, safe_action=safe_action, by=by
    ).exists()


def _take_position(
    challenge: Challenge,
    side: Side,
    words: str,
    safe_action: str,
    *,
    stance: Stance | str = "",
    by: User,
    at: datetime,
) -> None:
    ChallengePosition.objects.create(
        challenge=challenge,
        level=challenge.level,
        side=side,
        stance=stance,
        words=words,
        safe_action=safe_action,
        at=at,
        by=by,
    )


def _stance_accepted(challenge: Challenge) -> Stance:
    return Stance(challenge.positions.get(level=challenge.level, side=challenge.answering_side).stance)


def _end(challenge: Challenge, state: ChallengeState, words: str, *, by: User, at: datetime) -> dict[str, Any]:
    moved = from_to(challenge.state, state)
    challenge.state, challenge.end_words, challenge.ended_at, challenge.ended_by = state, words, at, by
    challenge.save(update_fields=["state", "end_words", "ended_at", "ended_by", "outcome", "learning"])
    return moved

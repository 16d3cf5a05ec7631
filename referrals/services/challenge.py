"""Challenges: raising one, responding, stepping up, meetings, and how it ends.

The difference never holds back what keeps somebody safe: each side says at each stage what is done meanwhile.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import end_of_working_days, london_day, start_of_day
from common.errors import DomainError
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import (
    ANSWERED,
    OUTCOME_OF,
    WORKING_DAYS_AT,
    AccessReason,
    ChallengeLevel,
    ChallengeMove,
    ChallengeOutcome,
    ChallengeState,
    Matter,
    Side,
    Stance,
    from_to,
    next_challenge_state,
)
from referrals.models import Challenge, ChallengeMeeting, ChallengePosition, Referral, Share, ThresholdDecision


class CannotChallenge(DomainError):
    pass


def challenge_due_at(at: datetime, *, level: int, is_risk_now: bool) -> datetime:
    """When a stage that begins now must be over: the same day when somebody is at risk now, else in working days."""
    if is_risk_now:
        return start_of_day(london_day(at) + timedelta(days=1))
    return end_of_working_days(at, WORKING_DAYS_AT[ChallengeLevel(level)])


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
    """An agency that a referral is shared with challenges the hub's current decision. Raises CannotChallenge.

    `is_rethink` begins with the informal stage. The same sent again by the same person (a double click) is one challenge.
    """
    referral = Referral.objects.locked().get(pk=referral_id)
    decision = referral.decisions.filter(is_current=True).first()
    if not permissions.can_challenge_decision(by, referral) or by.agency is None:
        raise CannotChallenge("Only an agency that this is shared with may challenge the hub's decision.")
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
    """The hub challenges what an agency answered; otherwise as `challenge_decision`. Raises CannotChallenge."""
    referral = Referral.objects.locked().get(shares=share_id)
    share = Share.objects.locked().select_related("agency", "referral").get(pk=share_id)
    if share.state not in ANSWERED or not permissions.can_challenge_answers(by, referral):
        raise CannotChallenge("Only the hub may challenge an agency's answer, while the referral is open.")
    earlier = referral.challenges.open().filter(share=share).first()
    challenge = Challenge(referral=referral, hub=by.agency, agency=share.agency, matter=Matter.ANSWER, share=share)
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
    level = ChallengeLevel.RETHINK if is_rethink else ChallengeLevel.PRACTITIONERS
    challenge.level, challenge.is_risk_now, challenge.wanted = level, is_risk_now, wanted
    challenge.opened_at, challenge.opened_by = at, by
    challenge.due_at = challenge_due_at(at, level=level, is_risk_now=is_risk_now)
    challenge.save(force_insert=True)
    _take_position(challenge, challenge.raising_side, words, safe_action, by=by, at=at)
    _record(challenge, "challenge.raised", by=by, at=at, **from_to("", challenge.state))
    _tell(challenge, challenge.answering_side, "raised", by=by, at=at)
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
    moved = _begin(challenge, state, level=challenge.level, at=at)
    _record(challenge, "challenge.responded", by=by, at=at, stance=str(stance), **moved)
    _tell(challenge, challenge.raising_side, "responded", by=by, at=at)
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
    moved = _begin(challenge, state, level=challenge.level + 1, at=at)
    _take_position(challenge, challenge.raising_side, words, safe_action, by=by, at=at)
    _record(challenge, "challenge.stepped_up", by=by, at=at, **moved)
    _tell(challenge, challenge.answering_side, "stepped_up", by=by, at=at)
    return challenge


@transaction.atomic
def resolve_challenge(
    *,
    challenge_id: uuid.UUID,
    words: str,
    learning: str = "",
    outcome: ChallengeOutcome | str = "",
    by: User,
    at: datetime,
) -> Challenge:
    """Accept the response, whose stance becomes the outcome. Raises CannotChallenge.

    At the last stage either side records what the safeguarding partners decided, and gives the `outcome`. An upheld
    challenge changes nothing by itself: the decision-maker decides again, and the first decision is kept.
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
    challenge.outcome, challenge.learning = ChallengeOutcome(outcome), learning
    moved = _end(challenge, state, words, by=by, at=at)
    _record(challenge, "challenge.resolved", by=by, at=at, outcome=str(challenge.outcome), **moved)
    for side in Side:
        _tell(challenge, side, "resolved", by=by, at=at)
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
    _record(challenge, "challenge.withdrawn", by=by, at=at, **moved)
    _tell(challenge, challenge.answering_side, "withdrawn", by=by, at=at)
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
    _record(challenge, "challenge.met", by=by, at=at)
    return meeting


def note_new_decision(*, decision: ThresholdDecision, at: datetime) -> None:
    """Upheld challenges to earlier decisions on this referral have led to this one. In the decision's transaction."""
    upheld = Challenge.objects.to_reconsider().filter(referral=decision.referral_id, matter=Matter.DECISION)
    upheld.update(reconsidered_at=at, led_to=decision)


def note_late_challenges(*, at: datetime) -> int:
    """Note each stage that has run over, once, and tell the side that is waited for; return how many."""
    late = Challenge.objects.late(at=at).filter(late_noted_at=None).order_by("pk").values_list("pk", flat=True)
    return sum(_note_late(pk, at=at) for pk in late[:1000])


@transaction.atomic
def _note_late(pk: uuid.UUID, *, at: datetime) -> bool:
    # Somebody who moves it at this moment holds the row: what is late then is seen the next time.
    still_late = Challenge.objects.late(at=at).filter(pk=pk, late_noted_at=None)
    challenge = still_late.select_for_update(of=("self",), skip_locked=True).first()
    if challenge is None:
        return False
    challenge.late_noted_at = at
    challenge.save(update_fields=["late_noted_at"])
    _record(challenge, "challenge.late", by=None, at=at)
    waits_for_raiser = challenge.state == ChallengeState.RESPONDED
    side = challenge.raising_side if waits_for_raiser else challenge.answering_side
    _tell(challenge, side, "late", by=None, at=at)
    return True


def _locked(challenge_id: uuid.UUID) -> Challenge:
    """The referral is locked first, as everywhere, so that two who act on it wait for each other, never for ever."""
    referral = Referral.objects.locked().get(challenges=challenge_id)
    challenge = Challenge.objects.locked().select_related("hub", "agency").get(pk=challenge_id)
    challenge.referral = referral
    return challenge


def _next(challenge: Challenge, move: ChallengeMove, *, by: User, at: datetime) -> ChallengeState:
    if not permissions.speaks_for(permissions.side_in(by, challenge), challenge, move):
        raise CannotChallenge("The other side of this challenge has to do that.")
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


def _begin(challenge: Challenge, state: ChallengeState, *, level: int, at: datetime) -> dict[str, Any]:
    """The other side's turn begins, with a limit of its own; returns what the record says of the move."""
    moved = from_to(challenge.state, state)
    challenge.state, challenge.level, challenge.late_noted_at = state, level, None
    challenge.due_at = challenge_due_at(at, level=level, is_risk_now=challenge.is_risk_now)
    challenge.save(update_fields=["state", "level", "late_noted_at", "due_at"])
    return moved


def _end(challenge: Challenge, state: ChallengeState, words: str, *, by: User, at: datetime) -> dict[str, Any]:
    moved = from_to(challenge.state, state)
    challenge.state, challenge.end_words, challenge.ended_at, challenge.ended_by = state, words, at, by
    challenge.save(update_fields=["state", "end_words", "ended_at", "ended_by", "outcome", "learning"])
    return moved


def _record(challenge: Challenge, what: str, *, by: User | None, at: datetime, **details: Any) -> None:
    audit.record(
        verb=Verb.CHANGED,
        what=what,
        at=at,
        actor=by,
        subject=challenge.referral,
        challenge=str(challenge.pk),
        level=int(challenge.level),
        **details,
    )


def _tell(challenge: Challenge, side: Side, event: str, *, by: User | None, at: datetime) -> None:
    enqueue(
        tasks.email_side_about_challenge, at=at, by=by, challenge_id=challenge.pk, side=str(side.value), event=event
    )

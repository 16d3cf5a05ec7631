"""The lists of challenges, and what waits in them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from referrals.enums import ANSWERED, ChallengeLevel, Matter
from referrals.models import (
    Challenge,
    ChallengeMeeting,
    ChallengePosition,
    Referral,
    Share,
    ShareAnswer,
    ThresholdDecision,
)
from referrals.models.challenge import ChallengeQuerySet
from referrals.queries.marks import has_no

BY_DUE = ("due_at", "pk")
LATEST_END_FIRST = ("-ended_at", "-pk")
SHOWN = {
    "OPEN": "Open",
    "LATE": "Open and late",
    "OURS": "Waiting for us",
    "RECONSIDER": "Upheld, for us to decide again",
    "ENDED": "Ended",
}


def challenges_for(user: User, *, at: datetime, filters: dict[str, Any] | None = None) -> ChallengeQuerySet:
    """Challenges of this person's side. Filters: show (one of SHOWN, open ones by default), level."""
    wanted = filters or {}
    challenges = Challenge.objects.visible_to(user)
    show = wanted.get("show", "OPEN")
    if show == "ENDED":
        challenges = challenges.ended()
    elif show == "RECONSIDER":
        challenges = challenges.to_reconsider().decided_by_agency(user.agency_id)
    elif show == "LATE":
        challenges = challenges.late(at=at)
    elif show == "OURS":
        challenges = challenges.waiting_for_agency(user.agency_id)
    else:
        challenges = challenges.open()
    if "level" in wanted:
        challenges = challenges.filter(level=wanted["level"])
    return challenges.select_related("referral", "hub", "agency")


def challenges_order(filters: dict[str, Any]) -> tuple[str, ...]:
    """Open ones by what is due first, ended ones by what ended last."""
    return LATEST_END_FIRST if filters.get("show") in ("ENDED", "RECONSIDER") else BY_DUE


def challenges_about(user: User, referral: Referral) -> list[Challenge]:
    """The challenges about one referral that this person may see, the latest first."""
    if has_no("challenges", referral):
        return []
    about = Challenge.objects.visible_to(user).filter(referral=referral)
    return list(about.select_related("referral", "hub", "agency").order_by("-opened_at", "-pk"))


@dataclass(frozen=True)
class Stage:
    """One stage of a challenge: what each side said, when they met, and whether it ended without a response."""

    level: ChallengeLevel
    positions: list[ChallengePosition]
    meetings: list[ChallengeMeeting]
    ran_out: bool


@dataclass(frozen=True)
class Challenged:
    """What a challenge is about, or led to: when it was made, in short, and the words that the other side may read."""

    at: datetime | None
    summary: str
    words: str


def what_is_challenged(challenge: Challenge, *, of_hub: bool = False) -> Challenged:
    """The decision in the words that may be told, or the answer as it was given. The hub reads its decision in short too."""
    if challenge.decision is not None:
        return _of_decision(challenge.decision, of_hub=of_hub)
    if challenge.answer is not None:
        return _of_answer(challenge.answer)
    # A school acknowledges a notice, and writes no answer.
    if challenge.matter == Matter.ANSWER and challenge.share is not None:
        return Challenged(challenge.share.answered_at, challenge.share.get_state_display(), challenge.share.answer)
    return Challenged(None, "No answer in time", "")


def what_it_led_to(challenge: Challenge, *, of_hub: bool = False) -> Challenged | None:
    """The decision, or the answer, that an upheld challenge led to; None before that."""
    if challenge.led_to is not None:
        return _of_decision(challenge.led_to, of_hub=of_hub)
    return _of_answer(challenge.led_to_answer) if challenge.led_to_answer is not None else None


def decision_to_challenge(referral: Referral) -> Challenged | None:
    """The decision that stands, in the words that may be told."""
    decision = referral.decisions.filter(is_current=True).first()
    return None if decision is None else _of_decision(decision, of_hub=False)


def answer_to_challenge(share: Share) -> Challenged:
    """What the agency answered last, or that it has not."""
    answer = share.answers.order_by("-number").first() if share.state in ANSWERED else None
    return Challenged(None, "No answer in time", "") if answer is None else _of_answer(answer)


def _of_decision(decision: ThresholdDecision, *, of_hub: bool) -> Challenged:
    of_hub_only = f"Decision {decision.number}: {decision.get_pathway_display()}, {decision.get_level_display()}"
    return Challenged(decision.decided_at, of_hub_only if of_hub else "The hub's decision", decision.may_be_told)


def _of_answer(answer: ShareAnswer) -> Challenged:
    reason = f": {answer.get_rejection_reason_display()}" if answer.rejection_reason else ""
    return Challenged(answer.answered_at, f"{answer.get_state_display()}{reason}", answer.words)


def stages_of(challenge: Challenge) -> list[Stage]:
    """The stages so far, the first one first."""
    positions = list(challenge.positions.select_related("by").order_by("at", "pk"))
    meetings = list(challenge.meetings.select_related("by").order_by("held_at", "pk"))
    # A stage to which it went by itself is one too, though nobody spoke at it.
    first = min([position.level for position in positions], default=challenge.level)
    return [
        Stage(
            ChallengeLevel(level),
            [position for position in positions if position.level == level],
            [meeting for meeting in meetings if meeting.level == level],
            level < challenge.level and not any(one.level == level and one.stance for one in positions),
        )
        for level in range(first, challenge.level + 1)
    ]

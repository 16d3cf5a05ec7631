"""The lists of challenges, and what waits in them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from referrals.enums import ChallengeLevel
from referrals.models import Challenge, ChallengeMeeting, ChallengePosition, Referral

BY_DUE = ("due_at", "pk")
LATEST_END_FIRST = ("-ended_at", "-pk")
SHOWN = {
    "OPEN": "Open",
    "LATE": "Open and late",
    "OURS": "Waiting for us",
    "RECONSIDER": "Upheld, for us to decide again",
    "ENDED": "Ended",
}


def challenges_for(user: User, *, at: datetime, filters: dict[str, Any] | None = None) -> QuerySet[Challenge]:
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
    about = Challenge.objects.visible_to(user).filter(referral=referral)
    return list(about.select_related("referral", "hub", "agency").order_by("-opened_at", "-pk"))


@dataclass(frozen=True)
class Stage:
    """One stage of a challenge: what each side said, and when they met."""

    level: ChallengeLevel
    positions: list[ChallengePosition]
    meetings: list[ChallengeMeeting]


def stages_of(challenge: Challenge) -> list[Stage]:
    """The stages so far, the first one first."""
    positions = list(challenge.positions.select_related("by").order_by("at", "pk"))
    meetings = list(challenge.meetings.select_related("by").order_by("held_at", "pk"))
    levels = sorted({position.level for position in positions} | {challenge.level})
    return [
        Stage(
            ChallengeLevel(level),
            [position for position in positions if position.level == level],
            [meeting for meeting in meetings if meeting.level == level],
        )
        for level in levels
    ]

"""Supervisors' reviews of PPNs of high risk: most done in time, some returned and answered, the latest still waiting."""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from accounts.models import User
from devtools.demo_data.copying import Table
from devtools.demo_data.identity import next_id
from devtools.demo_data.people import Setting
from referrals.enums import ReturnReason, ReviewState
from referrals.models import Review

POINTS = (
    "what daily life is like for the person",
    "sent within 24 hours of the report",
    "the concern in detail",
    "the person's own words, or what they showed",
    "what the person needs",
    "the harm, and how likely or grave it is",
    "self-defined ethnicity",
    "place of birth, of a child and of the parents",
    "religion or belief",
    "first or preferred language",
)
RETURNED: tuple[tuple[ReturnReason, str, str], ...] = (
    (
        ReturnReason.VOICE_MISSING,
        "I cannot hear the person in this. What did they say, in their own words, and who else was in the room?",
        "I have my pocket note: the words were “I am fine when it is quiet.” A grown-up was in the next room.",
    ),
    (
        ReturnReason.HISTORY_MISSING,
        "Please look up earlier attendances at this address; I remember at least one this spring.",
        "Two earlier attendances found, both without a notice. I have told the hub by telephone too.",
    ),
    (
        ReturnReason.RISK_RATIONALE,
        "You chose high and I think you are right, but the reasons are not on the page. What would lower it?",
        "High because it has become more frequent in six weeks and there are keys in more than one hand.",
    ),
    (
        ReturnReason.HOUSEHOLD,
        "Who else lives there? You name a sibling and I cannot find the sibling under People.",
        "A younger sibling, seen asleep and well. The hub has the name and the school.",
    ),
)
STILL_OPEN = timedelta(days=30)
STILL_RETURNED = timedelta(days=90)


class Reviews:
    """Makes the rounds of review of one PPN after the other."""

    def __init__(self, random: Random, setting: Setting, *, now: datetime) -> None:
        self.random, self.now = random, now
        self.table = Table(Review)
        self.supervisor_of = {user.team_id: user for user in reversed(setting.by_role["LINE_MANAGER"])}
        self.shown_team = setting.people["sergeant"].team_id
        # One of the demo officer's is back with them and waits for their answer.
        self.to_return_to: User | None = setting.people["officer"]

    def follow(self, referral_id: UUID, author: User, *, quality: int, submitted_at: datetime) -> None:
        """Add the rounds of a PPN of high risk, as far as the present day has come."""
        random = self.random
        row = {
            "referral_id": referral_id,
            "author_id": author.pk,
            "team_id": author.team_id,
            "due_at": submitted_at + timedelta(hours=2),
        }
        supervisor = self.supervisor_of[author.team_id]
        done_at = submitted_at + timedelta(hours=random.uniform(0.3, 2.4))
        is_shown = author.team_id == self.shown_team and self.now - submitted_at < STILL_OPEN
        must_return = author == self.to_return_to and self.now - submitted_at < STILL_RETURNED
        if not must_return and (done_at >= self.now or random.random() < (0.4 if is_shown else 0)):
            late_at = submitted_at + timedelta(hours=2, minutes=1)
            self._add(
                row,
                number=1,
                asked_at=submitted_at,
                state=ReviewState.WAITING,
                became_late_at=late_at if late_at < self.now else None,
            )
            return
        reviewed = self._reviewed(supervisor, done_at, quality)
        if not must_return and random.random() >= (0.5 if is_shown else 0.3 if quality < 3 else 0.06):
            self._add(row, number=1, asked_at=submitted_at, state=ReviewState.APPROVED, **reviewed)
            return
        code, note, answer = random.choice(RETURNED)
        returned = reviewed | {"return_codes": [str(code)], "note": note}
        answered_at = done_at + timedelta(hours=random.uniform(2, 20))
        again_at = answered_at + timedelta(hours=random.uniform(0.5, 5))
        if must_return or again_at >= self.now:
            self.to_return_to = None if must_return else self.to_return_to
            self._add(row, number=1, asked_at=submitted_at, state=ReviewState.RETURNED, **returned)
            return
        answered = {"answer": answer, "answered_at": answered_at}
        self._add(row, number=1, asked_at=submitted_at, state=ReviewState.RESUBMITTED, **returned, **answered)
        approved = self._reviewed(supervisor, again_at, min(quality + 1, 4))
        self._add(row, number=2, asked_at=answered_at, state=ReviewState.APPROVED, **approved)

    def _add(self, row: dict[str, Any], *, state: ReviewState, **values: Any) -> None:
        self.table.add(id=next_id(self.random), state=str(state), **row, **values)

    def _reviewed(self, supervisor: User, at: datetime, quality: int) -> dict[str, Any]:
        met = [point for point in POINTS if self.random.random() < (0, 0.45, 0.65, 0.85, 0.97)[quality]]
        return {
            "reviewed_at": at,
            "reviewed_by_id": supervisor.pk,
            "safeguarding_done": True,
            "points_met": met,
            "points_missed": [point for point in POINTS if point not in met],
        }

"""Two scenarios, put to the same people before and after a session, and what each person chose (ADR 0057).

A version is never changed, but followed by the next. Each scenario has five answers, worth 0 to 4 by their place, so what somebody
chose is the worth of it. The database holds that, and that an answer stays what it was.
"""

import uuid
from datetime import date, datetime, timedelta
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import Agency, User
from common.clock import london_day
from partners.enums import AskedWhen
from partners.models.bookings import Booking
from partners.models.sessions import Session

SCENARIOS = (1, 2)
WORTHS = (0, 1, 2, 3, 4)
CONFIDENCES = (1, 2, 3, 4, 5)
LONGEST_TITLE, LONGEST_STORY, LONGEST_QUESTION, LONGEST_CHOICE, LONGEST_WHY = 120, 2000, 200, 300, 600
# A session often ends a little early, and the second answers are given while everybody is still there.
TURNS_BEFORE_THE_END = timedelta(minutes=15)
# How many days after a session people may still say what they learned, thought and ask. Results come when they are over.
DAYS_AFTER = 14


def scenarios_turn_at(session: Session) -> datetime:
    """From then on the second answers are given; of a session of one date until then the first."""
    return session.ends_at - TURNS_BEFORE_THE_END


def first_answers_until(session: Session) -> datetime:
    """Until then the first answers are given: of several dates until the end of the first, which has taught something."""
    turn = scenarios_turn_at(session)
    if session.date_count == 1:
        return turn
    return min(turn, session.dates.earliest("starts_at").ends_at)


def last_day_after(session: Session) -> date:
    """The last day on which people may say what they learned and what they thought."""
    return london_day(session.ends_at) + timedelta(days=DAYS_AFTER)


class ScenarioVersionQuerySet(models.QuerySet["ScenarioVersion"]):
    def of_force(self, agency_id: uuid.UUID | None) -> Self:
        """Versions of a force, the newest first."""
        return self.filter(force=agency_id).order_by("-number") if agency_id else self.none()


class ScenarioVersion(models.Model):
    """What a force asks at its sessions from then on, until the next version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    request_key = models.UUIDField(unique=True, help_text="Of the request that wrote it")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = ScenarioVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["force", "number"], name="scenario_versions_follow_each_other"),
            models.CheckConstraint(name="scenario_version_counts_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"


class Scenario(models.Model):
    """One of the two of a version. The answer at a place of `choices`, from 0, is worth that much; `reasons` says why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ScenarioVersion, on_delete=models.PROTECT, related_name="scenarios", db_index=False)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=LONGEST_TITLE)
    story = models.TextField(max_length=LONGEST_STORY)
    question = models.CharField(max_length=LONGEST_QUESTION)
    choices = ArrayField(models.CharField(max_length=LONGEST_CHOICE))
    reasons = ArrayField(models.CharField(max_length=LONGEST_WHY))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="scenario_placed_once"),
            models.CheckConstraint(
                name="scenario_is_one_of_two_with_five_answers",
                condition=Q(position__in=SCENARIOS, choices__len=len(WORTHS), reasons__len=len(WORTHS)),
            ),
            models.CheckConstraint(name="scenario_has_words", condition=~Q(title="") & ~Q(story="") & ~Q(question="")),
        ]

    def __str__(self) -> str:
        return self.title


class ScenarioAnswer(models.Model):
    """What one person chose in both scenarios, once before and once after; for themselves alone, and counted with others."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ScenarioVersion, on_delete=models.PROTECT, related_name="answers")
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="scenario_answers")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked = models.CharField(max_length=6, choices=AskedWhen)
    first = models.PositiveSmallIntegerField(help_text="Worth of the answer to the first scenario")
    second = models.PositiveSmallIntegerField(help_text="Worth of the answer to the second scenario")
    confidence = models.PositiveSmallIntegerField(help_text="From 1 to 5")
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "version", "asked"],
                name="scenario_answer_once_before_and_once_after",
                violation_error_message="You have answered these scenarios already.",
            ),
            models.CheckConstraint(
                name="scenario_answer_is_one_of_those_offered",
                condition=Q(first__in=WORTHS, second__in=WORTHS, confidence__in=CONFIDENCES),
            ),
        ]

    def __str__(self) -> str:
        return f"Answer {self.pk}"

    @property
    def total(self) -> int:
        """Of both scenarios, 0 to 8."""
        return self.first + self.second

"""One run of an exercise: its groups, the sheets that were released, what each group decided, and its mock strategy meeting."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from training.enums import COMPARED, OVER, UNDER_WAY, GroupChoice, JudgedRisk, MeetingOutcome, MeetingRole, RunState
from training.models.exercises import Exercise, Inject
from training.models.sessions import TrainingSession

FEWEST_GROUPS, MOST_GROUPS = 1, 8
MOST_ACTIONS = 3


class ExerciseRunQuerySet(models.QuerySet["ExerciseRun"]):
    def run_by(self, user: User) -> Self:
        """Those that this person leads: as a trainer of the force, who is in none of its groups.

        Nor of another run of the same exercise, in any version, while that one is still to come for them.
        """
        if user.agency_id is None or not user.may(Permission.RUN_TRAINING):
            return self.none()
        still_to_come = self.model.objects.still_to_come_for(user).values("exercise__title")
        led = self.filter(force=user.agency_id).exclude(pk__in=_where_member(user))
        return led.exclude(exercise__title__in=still_to_come)

    def still_to_come_for(self, user: User) -> Self:
        """Those in whose groups this person is and that are not over: of their exercises they read nothing ahead."""
        return self.taken_part_in_by(user).exclude(state__in=OVER)

    def taken_part_in_by(self, user: User) -> Self:
        """Those in whose groups this person is. Who has left the force leaves them behind."""
        return self.filter(force=user.agency_id, pk__in=_where_member(user)) if user.agency_id else self.none()

    def visible_to(self, user: User) -> Self:
        """Those that somebody leads or is in."""
        return self.filter(
            Q(pk__in=self.model.objects.run_by(user).values("pk"))
            | Q(pk__in=self.model.objects.taken_part_in_by(user).values("pk"))
        )

    def under_way(self) -> Self:
        return self.filter(state__in=UNDER_WAY)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


def _where_member(user: User) -> "models.QuerySet[GroupMember, uuid.UUID]":
    return GroupMember.objects.filter(person=user).values_list("run", flat=True)


class ExerciseRun(models.Model):
    """An exercise on one day. `session`: the attachment day, whose register then logs the hours."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="runs")
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(
        TrainingSession, null=True, blank=True, on_delete=models.PROTECT, related_name="exercise_runs"
    )
    title = models.CharField(max_length=100, help_text="For example the intake")
    planned_for = models.DateTimeField()
    facilitator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.PLANNED)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    met_at = models.DateTimeField(null=True, blank=True, help_text="When the strategy meeting began")
    debriefed_at = models.DateTimeField(null=True, blank=True, help_text="When the debrief began")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    end_reason = models.CharField(max_length=300, blank=True, help_text="Why it was cancelled")

    objects = ExerciseRunQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["force", "planned_for", "id"], name="exercise_run_by_day")]
        constraints = [
            models.CheckConstraint(
                name="exercise_run_started_says_who_and_when",
                condition=Q(state__in=(RunState.PLANNED, RunState.CANCELLED), started_at=None, started_by=None)
                | (
                    ~Q(state__in=(RunState.PLANNED, RunState.CANCELLED))
                    & Q(started_at__isnull=False, started_by__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="exercise_run_ended_says_who_and_when",
                condition=Q(
                    state__in=(RunState.ENDED, RunState.CANCELLED), ended_at__isnull=False, ended_by__isnull=False
                )
                | (~Q(state__in=(RunState.ENDED, RunState.CANCELLED)) & Q(ended_at=None, ended_by=None)),
            ),
            models.CheckConstraint(
                name="exercise_run_debriefed_says_when",
                condition=Q(state__in=COMPARED, debriefed_at__isnull=False)
                | (~Q(state__in=COMPARED) & Q(debriefed_at=None)),
            ),
            models.CheckConstraint(
                name="exercise_run_cancelled_says_why",
                condition=(Q(state=RunState.CANCELLED) & ~Q(end_reason=""))
                | (~Q(state=RunState.CANCELLED) & Q(end_reason="")),
                violation_error_message="Say why the run is cancelled.",
            ),
            models.CheckConstraint(name="exercise_run_has_a_title", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("training:exercise_run", args=[self.pk])

    @property
    def is_compared(self) -> bool:
        return self.state in COMPARED

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    def minutes_at(self, moment: datetime) -> int:
        """Whole minutes from the start until then; none before it has started."""
        return int((moment - self.started_at).total_seconds()) // 60 if self.started_at else 0


class RunGroupQuerySet(models.QuerySet["RunGroup"]):
    def visible_to(self, user: User) -> Self:
        """All groups of the runs that somebody leads; one's own; and from the debrief on the others of the same run."""
        led = Q(run__in=ExerciseRun.objects.run_by(user).values("pk"))
        part = ExerciseRun.objects.taken_part_in_by(user)
        own = Q(Exists(GroupMember.objects.filter(group=OuterRef("pk"), person=user)), run__in=part.values("pk"))
        others = Q(run__in=part.filter(state__in=COMPARED).values("pk"))
        return self.filter(led | own | others)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class RunGroup(models.Model):
    """A table of a run."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(ExerciseRun, on_delete=models.PROTECT, related_name="groups")
    name = models.CharField(max_length=40)

    objects = RunGroupQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "name"],
                name="run_group_named_once_in_its_run",
                violation_error_message="There is a group of that name already.",
            ),
            models.CheckConstraint(name="run_group_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("training:run_group", args=[self.pk])


class GroupMember(models.Model):
    """That somebody is in a group of a run, whom they play, and, once it has ended, whether they took part."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(ExerciseRun, on_delete=models.PROTECT, related_name="members")
    group = models.ForeignKey(RunGroup, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    plays = models.CharField(max_length=20, choices=MeetingRole)
    took_part = models.BooleanField(null=True, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "person"],
                name="group_member_in_one_group_of_a_run",
                violation_error_message="This person is in a group of this run already.",
            )
        ]

    def __str__(self) -> str:
        return f"Member {self.pk}"


class GroupGuest(models.Model):
    """Somebody of a partner agency who sits in a group for the day: a name without an account, who sees and writes nothing here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(ExerciseRun, on_delete=models.PROTECT, related_name="guests", db_index=False)
    group = models.ForeignKey(RunGroup, on_delete=models.PROTECT, related_name="guests")
    name = models.CharField(max_length=100)
    agency_name = models.CharField(max_length=100, help_text="Where they work")
    plays = models.CharField(max_length=20, choices=MeetingRole)
    took_part = models.BooleanField(null=True, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "name", "agency_name"],
                name="group_guest_once_in_a_run",
                violation_error_message="This guest is in a group of this run already.",
            ),
            models.CheckConstraint(name="group_guest_has_name_and_agency", condition=~Q(name="") & ~Q(agency_name="")),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.agency_name}"


class InjectRelease(models.Model):
    """That a sheet was given out in a run. In order, once, and never taken back (held by triggers)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    run = models.ForeignKey(ExerciseRun, on_delete=models.PROTECT, related_name="releases")
    inject = models.ForeignKey(Inject, on_delete=models.PROTECT, related_name="releases")
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "inject"],
                name="inject_release_once_in_a_run",
                violation_error_message="This sheet has been released already.",
            )
        ]

    def __str__(self) -> str:
        return f"Release {self.pk}"


class GroupDecision(models.Model):
    """What a group decided on a sheet, and why. The last number counts; those before stay (held by triggers)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(RunGroup, on_delete=models.PROTECT, related_name="decisions")
    inject = models.ForeignKey(Inject, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    choice = models.CharField(max_length=10, choices=GroupChoice)
    risk = models.PositiveSmallIntegerField(
        null=True, blank=True, choices=JudgedRisk, help_text="Empty: they cannot say"
    )
    reasons = models.TextField()
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "inject", "number"], name="group_decision_numbered_once"),
            models.CheckConstraint(
                name="group_decision_says_why",
                condition=Q(number__gte=1) & ~Q(reasons="") & ~Q(choice=""),
                violation_error_message="Say why the group decides so.",
            ),
            models.CheckConstraint(
                name="group_decision_names_a_risk_there_is",
                condition=Q(risk=None) | Q(risk__gte=1, risk__lte=4),
            ),
        ]

    def __str__(self) -> str:
        return f"Decision {self.pk}"


class MockMeeting(models.Model):
    """The record of a group's mock strategy meeting. A correction is the next version; those before stay (held by triggers)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(RunGroup, on_delete=models.PROTECT, related_name="meetings")
    number = models.PositiveSmallIntegerField()
    shared = models.TextField(help_text="What each agency brought")
    outcome = models.CharField(max_length=12, choices=MeetingOutcome)
    reasons = models.TextField()
    disagreed = models.TextField(blank=True, help_text="Who saw it otherwise, and why")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="mock_meeting_numbered_once"),
            models.CheckConstraint(
                name="mock_meeting_says_what_and_why",
                condition=Q(number__gte=1) & ~Q(shared="") & ~Q(outcome="") & ~Q(reasons=""),
                violation_error_message="Say what was shared, what was decided, and why.",
            ),
        ]

    def __str__(self) -> str:
        return f"Meeting {self.pk}"


class MockAction(models.Model):
    """Something that the meeting gave somebody to do."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(MockMeeting, on_delete=models.PROTECT, related_name="actions")
    position = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=300)
    owner = models.CharField(max_length=20, choices=MeetingRole)
    due = models.CharField(max_length=60, help_text="In the words of the story, for example before school tomorrow")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "position"], name="mock_action_placed_once"),
            models.CheckConstraint(
                name="mock_action_says_what_and_when",
                condition=Q(position__gte=1, position__lte=MOST_ACTIONS) & ~Q(what="") & ~Q(due=""),
            ),
        ]

    def __str__(self) -> str:
        return self.what


@dataclass(frozen=True)
class AgreedStep:
    """What a mock meeting gives somebody to do, before it is kept."""

    what: str
    owner: str
    due: str


@dataclass(frozen=True)
class MeetingWords:
    """What a group writes of its meeting."""

    shared: str
    outcome: str
    reasons: str
    disagreed: str = ""
    actions: Sequence[AgreedStep] = ()

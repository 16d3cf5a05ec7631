"""Questions about exercises and their runs. What a group may read of an exercise is asked here, through its releases, and nowhere else."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet

from accounts.models import User
from training.enums import RunState
from training.models import (
    Exercise,
    ExerciseRun,
    GroupDecision,
    GroupGuest,
    GroupMember,
    Inject,
    InjectRelease,
    MockAction,
    MockMeeting,
    RunGroup,
    TrainingSession,
)
from training.models.exercise_runs import ExerciseRunQuerySet
from training.models.exercises import ExerciseQuerySet


def exercises_to_read(user: User) -> ExerciseQuerySet:
    """For trainers all of their force, in every version, but for what they are in a group of and that is not over yet."""
    still_to_come = ExerciseRun.objects.still_to_come_for(user)
    return Exercise.objects.of(user).exclude(title__in=still_to_come.values("exercise__title"))


def listed_exercises(user: User) -> ExerciseQuerySet:
    """By title, the newest version first, with how many sheets and runs each has."""
    found = exercises_to_read(user).select_related("written_by", "next_version")
    counted = found.annotate(sheets=Count("injects", distinct=True), run_count=Count("runs", distinct=True))
    return counted.order_by("title", "-number", "pk")


def runs_to_lead(user: User) -> ExerciseRunQuerySet:
    """Runs of the force, with how many people are in each."""
    return ExerciseRun.objects.run_by(user).select_related("exercise", "facilitator").annotate(people=Count("members"))


def own_groups(user: User) -> "QuerySet[GroupMember]":
    """Where somebody takes part or took part, the newest first."""
    runs = ExerciseRun.objects.taken_part_in_by(user).exclude(state=RunState.CANCELLED)
    found = GroupMember.objects.filter(person=user, run__in=runs.values("pk"))
    return found.select_related("run__exercise", "group").order_by("-run__planned_for", "pk")


def sessions_for_runs(user: User, *, at: datetime) -> "QuerySet[TrainingSession]":
    """Sessions that a run may hang on: planned, and not over for more than a day."""
    found = TrainingSession.objects.planned().filter(force=user.agency_id, ends_at__gt=at - timedelta(days=1))
    return found.select_related("module_version__module").order_by("starts_at", "pk")


@dataclass(frozen=True)
class Sheet:
    """A sheet that is out, with what one group decided on it: the newest counts."""

    inject: Inject
    released_at: datetime
    minute: int
    decisions: Sequence[GroupDecision] = ()

    @property
    def latest(self) -> GroupDecision | None:
        return self.decisions[0] if self.decisions else None

    @property
    def earlier(self) -> Sequence[GroupDecision]:
        return self.decisions[1:]


def sheets_of(group: RunGroup) -> list[Sheet]:
    """What this group has been given, the newest first, in two queries. What is not out is not among it."""
    given: dict[UUID, list[GroupDecision]] = defaultdict(list)
    for decision in group.decisions.select_related("written_by").order_by("-number"):
        given[decision.inject_id].append(decision)
    releases = InjectRelease.objects.filter(run=group.run_id).select_related("inject").order_by("-inject__position")
    return [
        Sheet(one.inject, one.released_at, group.run.minutes_at(one.released_at), given[one.inject_id])
        for one in releases
    ]


def meetings_of(group: RunGroup) -> list[MockMeeting]:
    """The versions of a group's record, the newest first."""
    found = group.meetings.select_related("written_by").order_by("-number")
    return list(found.prefetch_related(Prefetch("actions", MockAction.objects.order_by("position"))))


@dataclass
class DeskRow:
    """A sheet on the facilitator's desk: when it was given out, and which groups have answered."""

    inject: Inject
    release: InjectRelease | None
    minute: int | None
    answered: list[tuple[RunGroup, GroupDecision | None]] = field(default_factory=list)


def desk_of(run: ExerciseRun, groups: Sequence[RunGroup]) -> list[DeskRow]:
    """Every sheet of the exercise in its order with what these groups decided, in three queries. For who leads the run alone."""
    releases = {one.inject_id: one for one in run.releases.all()}
    latest = latest_decisions(run)
    rows = []
    for inject in run.exercise.injects.in_order():
        release = releases.get(inject.pk)
        minute = run.minutes_at(release.released_at) if release else None
        answered = [(group, latest.get((group.pk, inject.pk))) for group in groups] if release else []
        rows.append(DeskRow(inject, release, minute, answered))
    return rows


def groups_of(run: ExerciseRun) -> list[RunGroup]:
    """By name, each with its members and guests, in three queries."""
    members = GroupMember.objects.select_related("person__team").order_by("added_at", "person__name", "pk")
    guests = GroupGuest.objects.order_by("agency_name", "name", "pk")
    return list(
        run.groups.order_by("name", "pk").prefetch_related(Prefetch("members", members), Prefetch("guests", guests))
    )


def latest_decisions(run: ExerciseRun) -> dict[tuple[UUID, UUID], GroupDecision]:
    """By group and sheet, the decision that counts."""
    found = GroupDecision.objects.filter(group__run=run).order_by("number")
    return {(one.group_id, one.inject_id): one for one in found}


@dataclass(frozen=True)
class Answer:
    """What one group decided on one sheet, beside what was expected."""

    group: RunGroup
    decision: GroupDecision | None
    minutes: int | None
    is_expected: bool
    changes: int


@dataclass(frozen=True)
class ComparisonRow:
    """One sheet that was given out."""

    inject: Inject
    minute: int
    answers: Sequence[Answer]

    @property
    def as_expected(self) -> int:
        """How many groups chose something that was expected."""
        return sum(answer.is_expected for answer in self.answers)


@dataclass(frozen=True)
class Comparison:
    groups: Sequence[RunGroup]
    rows: Sequence[ComparisonRow]
    meetings: Sequence[tuple[RunGroup, MockMeeting | None]]
    not_given: int


def comparison_of(run: ExerciseRun) -> Comparison:
    """By sheet in its order and group by name. Sheets that were not given out are counted alone: somebody may meet them yet.

    Six queries, however many groups there are. `minutes`: from the release to the first decision on it.
    """
    groups = list(run.groups.order_by("name", "pk"))
    versions: dict[tuple[UUID, UUID], list[GroupDecision]] = defaultdict(list)
    for decision in GroupDecision.objects.filter(group__run=run).select_related("written_by").order_by("number"):
        versions[decision.group_id, decision.inject_id].append(decision)
    releases = list(run.releases.select_related("inject").order_by("inject__position"))
    rows = [
        ComparisonRow(
            release.inject,
            run.minutes_at(release.released_at),
            [_answer(group, release, versions[group.pk, release.inject_id]) for group in groups],
        )
        for release in releases
    ]
    last: dict[UUID, MockMeeting] = {}
    meetings = MockMeeting.objects.filter(group__run=run).order_by("number")
    for meeting in meetings.prefetch_related(Prefetch("actions", MockAction.objects.order_by("position"))):
        last[meeting.group_id] = meeting
    held = [(group, last.get(group.pk)) for group in groups]
    return Comparison(groups, rows, held, run.exercise.injects.count() - len(releases))


def _answer(group: RunGroup, release: InjectRelease, versions: Sequence[GroupDecision]) -> Answer:
    if not versions:
        return Answer(group, None, None, is_expected=False, changes=0)
    took = int((versions[0].written_at - release.released_at).total_seconds()) // 60
    is_expected = versions[-1].choice in release.inject.expected_choices
    return Answer(group, versions[-1], took, is_expected, changes=len(versions) - 1)


def groups_at_work(user: User) -> "QuerySet[GroupMember]":
    """Of this person, in runs that are under way."""
    return GroupMember.objects.filter(
        person=user, run__in=ExerciseRun.objects.taken_part_in_by(user).under_way().values("pk")
    )

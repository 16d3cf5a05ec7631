"""Exercises and their runs as they stand in the database; journeys through services are for the tests of services."""

from datetime import UTC, datetime, timedelta
from typing import Any

import factory

from tests.factories.accounts import AgencyFactory, UserFactory
from training.enums import GroupChoice, InjectSource, JudgedRisk, MeetingRole, RunState
from training.models import (
    Exercise,
    ExerciseRun,
    GroupDecision,
    GroupGuest,
    GroupMember,
    Inject,
    InjectRelease,
    MockMeeting,
    RunGroup,
)

WRITTEN = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
STARTED = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
# Stands in each sheet and in what is expected, and nowhere else: whoever finds it on a page has read ahead.
CANARY = "Kingfisher"
EXPECTED = "Hollyhock"
# The steps of a run, in their order.
STEPS = (RunState.RUNNING, RunState.MEETING, RunState.DEBRIEF, RunState.ENDED)


class ExerciseFactory(factory.django.DjangoModelFactory):
    """`ExerciseFactory(force=…, sheets=3, is_ready=False)`: ready unless told otherwise."""

    class Meta:
        model = Exercise

    force = factory.SubFactory(AgencyFactory, kind="POLICE")
    title = factory.Sequence(lambda n: f"Exercise {n}")
    aims = "See neglect as it adds up, and ask the second question."
    opening = "Everybody in it is invented."
    minutes = 90
    written_at = WRITTEN
    written_by = factory.SubFactory(UserFactory, agency=factory.SelfAttribute("..force"), roles=["TRAINER"])

    @classmethod
    def _create(cls, model_class: type[Exercise], *args: Any, **kwargs: Any) -> Exercise:
        sheets, is_ready = kwargs.pop("sheets", 3), kwargs.pop("is_ready", True)
        exercise: Exercise = super()._create(model_class, *args, **kwargs)
        for place in range(1, sheets + 1):
            InjectFactory(exercise=exercise, position=place, minute=10 * place)
        if is_ready:
            exercise.ready_at = WRITTEN + timedelta(days=1)
            exercise.ready_by = UserFactory(agency=exercise.force, roles=["TRAINER"])
            exercise.save(update_fields=["ready_at", "ready_by"])
        return exercise


class InjectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Inject

    exercise = factory.SubFactory(ExerciseFactory, sheets=0, is_ready=False)
    position = 1
    minute = 10
    source = InjectSource.SCHOOL
    addressed_to = MeetingRole.EDUCATION
    title = factory.LazyAttribute(lambda inject: f"{CANARY} title {inject.position}")
    text = factory.LazyAttribute(lambda inject: f"{CANARY} text {inject.position}")
    asks = factory.LazyAttribute(lambda inject: f"{CANARY} question {inject.position}")
    expected = factory.LazyAttribute(lambda inject: f"{EXPECTED} {inject.position}")
    expected_choices = factory.LazyFunction(lambda: [GroupChoice.ASK, GroupChoice.RING])
    expected_risk = JudgedRisk.SIGNIFICANT
    for_facilitator = f"{EXPECTED} note"


class ExerciseRunFactory(factory.django.DjangoModelFactory):
    """`ExerciseRunFactory(exercise=…, state="RUNNING", groups=[[olu], [lin]], released=2)`: taken step by step to its state."""

    class Meta:
        model = ExerciseRun

    exercise = factory.SubFactory(ExerciseFactory)
    force = factory.SelfAttribute("exercise.force")
    title = factory.Sequence(lambda n: f"Intake {n}")
    planned_for = STARTED
    facilitator = factory.SelfAttribute("exercise.written_by")
    planned_at = WRITTEN + timedelta(days=2)
    planned_by = factory.SelfAttribute("exercise.written_by")

    @classmethod
    def _create(cls, model_class: type[ExerciseRun], *args: Any, **kwargs: Any) -> ExerciseRun:
        state = RunState(kwargs.pop("state", RunState.PLANNED))
        groups, released = kwargs.pop("groups", None), kwargs.pop("released", 0)
        started_at = kwargs.pop("started_at", STARTED)
        run: ExerciseRun = super()._create(model_class, *args, **kwargs)
        if groups is None:
            groups = [[UserFactory(agency=run.force, roles=["FRONTLINE_OFFICER"])]]
        for number, people in enumerate(groups):
            group = RunGroup.objects.create(run=run, name=f"Group {'ABCDEFGH'[number]}")
            for person, plays in zip(people, MeetingRole, strict=False):
                GroupMember.objects.create(
                    run=run, group=group, person=person, plays=plays, added_at=WRITTEN, added_by=run.facilitator
                )
        if state in STEPS:
            for step in STEPS[: STEPS.index(state) + 1]:
                _step(run, step, released, started_at)
        if state == RunState.CANCELLED:
            run.state, run.ended_at, run.ended_by, run.end_reason = state, STARTED, run.facilitator, "Snow."
            run.save()
        return run


def _step(run: ExerciseRun, step: RunState, released: int, started_at: datetime) -> None:
    run.state = step
    if step == RunState.RUNNING:
        run.started_at, run.started_by = started_at, run.facilitator
    if step == RunState.MEETING:
        run.met_at = started_at + timedelta(minutes=60)
    if step == RunState.DEBRIEF:
        run.debriefed_at = started_at + timedelta(minutes=80)
    if step == RunState.ENDED:
        run.ended_at, run.ended_by = started_at + timedelta(minutes=100), run.facilitator
    run.save()
    if step == RunState.RUNNING:
        for inject in run.exercise.injects.in_order()[:released]:
            InjectRelease.objects.create(
                run=run,
                inject=inject,
                released_at=started_at + timedelta(minutes=inject.minute),
                released_by=run.facilitator,
            )


class GroupGuestFactory(factory.django.DjangoModelFactory):
    """Somebody of a partner agency, plainly fictitious; `added_by` is a trainer."""

    class Meta:
        model = GroupGuest

    group = factory.SubFactory(RunGroup)
    run = factory.SelfAttribute("group.run")
    name = "H. Fictitious"
    agency_name = "Testham Housing (fictitious)"
    plays = MeetingRole.HOUSING
    added_at = STARTED
    added_by = factory.SelfAttribute("run.planned_by")


class GroupDecisionFactory(factory.django.DjangoModelFactory):
    """Of the group's first member, on a sheet that is out."""

    class Meta:
        model = GroupDecision

    group = factory.SubFactory(RunGroup)
    number = 1
    choice = GroupChoice.WATCH
    risk = JudgedRisk.SOME
    reasons = "We know too little, and would ask the school first."
    written_at = STARTED + timedelta(minutes=15)
    written_by = factory.LazyAttribute(lambda one: one.group.members.order_by("pk").first().person)


class MockMeetingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MockMeeting

    group = factory.SubFactory(RunGroup)
    number = 1
    shared = "The school brought the attendance."
    outcome = "JOINT"
    reasons = "The small one loses weight, and nobody knows why."
    written_at = STARTED + timedelta(minutes=70)
    written_by = factory.LazyAttribute(lambda one: one.group.members.order_by("pk").first().person)

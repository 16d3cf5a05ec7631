"""Induction plans: how each step stands, worked out from the one place that says who needs what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import User
from common.row_values import known_as
from common.waiting import Waiting
from training.enums import NeedKind, RecordState, Standing, StepStanding
from training.models import (
    EarlierAcceptance,
    EarlierSignOff,
    Induction,
    InductionChange,
    InductionStep,
    Module,
    ProfileAssignment,
    Skill,
    TrainingRecord,
)
from training.models.inductions import InductionQuerySet
from training.queries.earlier import beside_modules
from training.queries.needs import Holding, Need, needs_under, proofs_of, requirements_of

SOON = timedelta(days=7)
DEFAULT_WORKING_DAYS = 60

# What waits for whom, in the order in which a reader wants it.
WORST_FIRST = tuple(StepStanding)
BY_STANDING = {
    Standing.SENT_BACK: StepStanding.SENT_BACK,
    Standing.MET: StepStanding.DONE,
    Standing.DUE: StepStanding.DONE,
}


@dataclass(frozen=True)
class PlannedStep:
    """A step, how it stands, and the need that says so. A late one is marked beside whatever it waits for."""

    step: InductionStep
    standing: StepStanding
    is_late: bool
    need: Need | None = None
    on_paper: Sequence[EarlierSignOff] = ()

    @property
    def is_done(self) -> bool:
        """Nobody has to do anything about it."""
        return self.standing in (StepStanding.DONE, StepStanding.NOT_ASKED)

    @property
    def can_be_logged(self) -> bool:
        """A module of which no record is under way or in date."""
        waits = (StepStanding.LATE, StepStanding.TO_DO, StepStanding.DECLARED)
        return self.step.module_id is not None and self.standing in waits

    @property
    def can_be_declared(self) -> bool:
        """A module that the person has not said to be done."""
        return self.can_be_logged and self.step.declared_at is None

    @property
    def needs_evidence(self) -> bool:
        """A skill of which nothing waits for an answer."""
        return self.step.skill_id is not None and not self.is_done and self.standing != StepStanding.WITH_ANSWER


def with_paper(plan: "Plan", *, seen_by: User) -> "Plan":
    """The same with what this person sees of what was signed on paper before, beside each step by the title of its module.

    In two queries at most.
    """
    beside = beside_modules(plan.induction.person, seen_by=seen_by)
    steps = [
        replace(one, on_paper=tuple(beside.get(known_as(one.step.title), ()))) if one.step.module_id else one
        for one in plan.steps
    ]
    return replace(plan, steps=steps)


@dataclass(frozen=True)
class Plan:
    """An induction with its steps by day, and what the profile asks for that is still open, in the plan or not."""

    induction: Induction
    steps: list[PlannedStep]
    unmet: list[Need]
    not_planned: list[Need]

    @property
    def done(self) -> int:
        return sum(one.standing is StepStanding.DONE for one in self.steps)

    @property
    def late(self) -> int:
        return sum(one.is_late for one in self.steps)

    @property
    def next_step(self) -> PlannedStep | None:
        """The first that is not done."""
        return next((one for one in self.steps if not one.is_done), None)

    def waiting_for(self, *standings: StepStanding) -> int:
        """How many steps stand so."""
        return sum(one.standing in standings for one in self.steps)

    @property
    def with_mentor(self) -> int:
        return self.waiting_for(StepStanding.WITH_MENTOR)

    @property
    def with_manager(self) -> int:
        return self.waiting_for(StepStanding.WITH_MANAGER)

    @property
    def with_trainer(self) -> int:
        return self.waiting_for(StepStanding.DECLARED, StepStanding.SENT_BACK)


def inductions_to_read() -> InductionQuerySet:
    """With all that a list or a page shows."""
    steps = InductionStep.objects.select_related("module", "skill").order_by("due_on", "module__title", "skill__name")
    return Induction.objects.select_related(
        "person__team", "mentor", "line_manager", "assignment__profile", "made_by", "closed_by"
    ).prefetch_related(Prefetch("steps", steps))


def changes_of(induction: Induction) -> list[InductionChange]:
    """What was moved since, the newest first."""
    found = InductionChange.objects.filter(induction=induction)
    return list(found.select_related("changed_by", "step__module", "step__skill").order_by("-changed_at", "-pk"))


def plans_of(inductions: Iterable[Induction], *, force_id: UUID | None, on: date) -> list[Plan]:
    """How these stand on that day, in six queries whatever their number. All are of one force."""
    inductions = list(inductions)
    requirements = requirements_of(force_id, on=on)
    proofs = proofs_of([one.person for one in inductions], requirements)
    plans = []
    for induction in inductions:
        # Without a day until which what is missing is due: the plan has a day for each step.
        holding = Holding(induction.assignment.profile)
        needs = needs_under(induction.person, [holding], requirements, proofs, on=on)
        plans.append(_plan(induction, needs, on=on))
    return plans


def plan_of(induction: Induction, *, on: date) -> Plan:
    """One of them."""
    return plans_of([induction], force_id=induction.agency_id, on=on)[0]


def own_plans(person: User, *, on: date) -> list[Plan]:
    """Somebody's plans that are under way; who has none costs one query."""
    found = list(
        inductions_to_read().open().filter(person=person, agency=person.agency_id).order_by("complete_by", "pk")
    )
    return plans_of(found, force_id=person.agency_id, on=on) if found else []


def _plan(induction: Induction, needs: list[Need], *, on: date) -> Plan:
    by_thing: dict[UUID, Need] = {}
    for need in needs:
        for one in (need, *need.choice):
            thing = one.module or one.skill
            if thing is not None:
                by_thing.setdefault(thing.pk, one)
    steps = [_step(step, by_thing, on=on) for step in induction.steps.all()]
    planned = {step.step.module_id or step.step.skill_id for step in steps}
    unmet = [need for need in needs if not need.is_met]
    not_planned = [
        need
        for need in unmet
        if not planned & {thing.pk for one in (need, *need.choice) if (thing := one.module or one.skill)}
    ]
    return Plan(induction, steps, unmet, not_planned)


def _step(step: InductionStep, by_thing: dict[UUID, Need], *, on: date) -> PlannedStep:
    need = by_thing.get(step.module_id or step.skill_id)  # type: ignore[arg-type]
    standing = _standing(step, need, on=on)
    is_open = standing not in (StepStanding.DONE, StepStanding.NOT_ASKED)
    return PlannedStep(step, standing, is_open and step.is_past(on=on), need)


def _standing(step: InductionStep, need: Need | None, *, on: date) -> StepStanding:
    if need is None:
        return StepStanding.NOT_ASKED
    if need.standing in BY_STANDING:
        return BY_STANDING[need.standing]
    if need.standing is Standing.WAITING:
        if need.kind is NeedKind.SKILL or need.record is None:
            return StepStanding.WITH_ANSWER
        is_with_mentor = need.record.state == RecordState.LOGGED
        return StepStanding.WITH_MENTOR if is_with_mentor else StepStanding.WITH_MANAGER
    if step.declared_at is not None:
        return StepStanding.DECLARED
    return StepStanding.LATE if step.is_past(on=on) else StepStanding.TO_DO


# --- making one -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """A module or skill that the profile asks for, with the working days after which it is proposed; none for one to choose."""

    title: str
    key: str
    working_days: int | None
    module: Module | None = None
    skill: Skill | None = None
    is_choice: bool = False


def proposals_for(assignment: ProfileAssignment, *, on: date) -> list[Proposal]:
    """What a plan for this profile may hold.

    The days are those of the newest plan that was made for this profile; what that did not hold is spread evenly over
    sixty working days.
    """
    profile = assignment.profile
    requirements = requirements_of(profile.force_id, on=on)
    newest = Induction.objects.filter(assignment__profile=profile).order_by("-made_at", "-pk").first()
    steps = InductionStep.objects.filter(induction=newest) if newest else InductionStep.objects.none()
    known = {module or skill: days for module, skill, days in steps.values_list("module", "skill", "working_days")}
    asked = requirements.required.get(profile.pk, frozenset())
    required: list[Module | Skill] = [module for module in requirements.modules if module.pk in asked]
    required += [link.skill for link in requirements.skills[profile.pk]]
    found = []
    for number, thing in enumerate(required, start=1):
        spread = max(1, DEFAULT_WORKING_DAYS * number // len(required))
        found.append(_proposal(thing, known.get(thing.pk, spread)))
    optional = requirements.optional[profile.pk]
    return found + [replace(_proposal(module, known.get(module.pk)), is_choice=True) for module in optional]


def _proposal(thing: Module | Skill, working_days: int | None) -> Proposal:
    if isinstance(thing, Module):
        return Proposal(thing.title, f"module_{thing.pk}", working_days, module=thing)
    return Proposal(thing.name, f"skill_{thing.pk}", working_days, skill=thing)


def filled_in(person: User | None, module: str) -> dict[str, str]:
    """What the form to log a module begins with: the person, and the two and the module of their plan where there is one."""
    if person is None:
        return {"person": "", "module": module}
    plan = Induction.objects.open().filter(person=person, agency=person.agency_id).order_by("complete_by", "pk").first()
    named = {"mentor": str(plan.mentor_id), "line_manager": str(plan.line_manager_id)} if plan else {}
    return {"person": person.email, "module": module, **named}


# --- what waits -------------------------------------------------------------------------------------------------------


def steps_without_record(*, on: date) -> QuerySet[InductionStep]:
    """Module steps of open plans of which no record is under way or in date; one that has lapsed is to be done again."""
    logged = TrainingRecord.objects.filter(
        ~Q(state=RecordState.COMPLETE) | Q(lapses_on=None) | Q(lapses_on__gt=on),
        person=OuterRef("induction__person"),
        module_version__module=OuterRef("module"),
    )
    on_paper = EarlierAcceptance.objects.holding().filter(
        Q(lapses_on=None) | Q(lapses_on__gt=on), person=OuterRef("induction__person"), module=OuterRef("module")
    )
    open_plans = Induction.objects.open()
    return InductionStep.objects.filter(
        ~Exists(logged), ~Exists(on_paper), module__isnull=False, induction__in=open_plans
    )


def steps_due(user: User, *, on: date) -> QuerySet[InductionStep]:
    """Of the person's own: to be done within a week or late, and not yet said to be done."""
    return steps_without_record(on=on).filter(
        induction__person=user, induction__agency=user.agency_id, declared_at=None, due_on__lte=on + SOON
    )


def steps_declared(user: User, *, on: date) -> QuerySet[InductionStep]:
    """Of starters whom this trainer may log modules for: said to be done, and nothing logged."""
    return (
        steps_without_record(on=on)
        .filter(declared_at__isnull=False, induction__agency=user.agency_id)
        .exclude(induction__person=user)
    )


def plans_past(user: User, *, on: date) -> QuerySet[Induction]:
    """In which this person is named and whose last day has gone by."""
    named = Induction.objects.open().filter(agency=user.agency_id, complete_by__lt=on)
    return named.filter(Q(mentor=user) | Q(line_manager=user))


def rows_to_count(user: User, *, on: date) -> tuple[QuerySet[Any], ...]:
    """What `waiting_lines` is given the numbers of, in that order."""
    due = steps_due(user, on=on)
    declared = steps_declared(user, on=on) if user.may(Permission.RUN_TRAINING) else InductionStep.objects.none()
    return due, due.filter(due_on__lt=on), declared, plans_past(user, on=on)


def waiting_lines(user: User, counts: Sequence[int]) -> list[Waiting]:
    """Steps for the starter, steps to log for the trainer, and plans that are late for the two who are named."""
    due, late, declared, past = counts
    own, theirs = f"{reverse('training:mine')}#induction", reverse("training:inductions")
    return [
        Waiting("Induction steps due within a week", due, own, is_late=late > 0),
        Waiting("Induction steps that starters say are done", declared, theirs),
        Waiting("Induction plans past their last day", past, theirs, is_late=True),
    ]

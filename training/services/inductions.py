"""Induction plans: made from a profile, moved with a reason, and closed when nothing is missing."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import add_working_days, london_day
from common.errors import DomainError
from common.templatetags.dates import day
from jobs.services import enqueue
from training import tasks
from training.enums import InductionMove, InductionState, SignerRole, next_induction_state
from training.models import Induction, InductionChange, InductionStep, Module, ProfileAssignment
from training.permissions import SIGNING_PERMISSIONS, can_declare, can_plan_induction, may_move_induction
from training.queries.inductions import inductions_to_read, plan_of, proposals_for
from training.queries.prerequisites import Gap, gaps_of_plan
from training.services.prerequisites import check_order, note_out_of_order

SHORTEST_WORDS = 10
MOST_WORKING_DAYS = 500


class CannotPlan(DomainError):
    pass


class CannotMoveInduction(DomainError):
    pass


class TooShortAReason(CannotMoveInduction):
    """The words that say why are too short."""


class CannotDeclare(DomainError):
    pass


class CannotCloseInduction(DomainError):
    pass


@transaction.atomic
def make_induction(
    *,
    assignment_id: UUID,
    mentor: User,
    line_manager: User,
    working_days: Mapping[UUID, int],
    by: User,
    at: datetime,
    knowing: str = "",
) -> Induction:
    """Plan what a profile asks of somebody: each module and skill by so many working days after the first. Raises CannotPlan.

    `working_days` holds every module and skill that the profile asks for, and of the modules to choose from at least as
    many as are needed. What is missing counts as due, and not missing, until the last day of the plan, unless the profile
    has a day already. An order that cannot work, because of what is to be completed first, is planned only if whoever plans it was
    shown that and goes on: `knowing` is the stamp of it. Raises NotInOrder.
    """
    assignments = ProfileAssignment.objects.locked().select_related("profile", "person")
    assignment = assignments.get(pk=assignment_id)
    profile, person = assignment.profile, assignment.person
    if by.agency is None or not can_plan_induction(by, force_id=profile.force_id, person_id=person.pk):
        raise CannotPlan("Another trainer of the agency makes this plan.")
    today = london_day(at)
    if not person.is_active or person.agency_id != by.agency_id:
        raise CannotPlan(f"{person} is not of your agency.")
    if assignment.ends_on is not None and assignment.ends_on <= today:
        raise CannotPlan(f"{person} is no longer in this profile.")
    if Induction.objects.filter(assignment=assignment).exists():
        raise CannotPlan(f"{person} has a plan for this profile already.")
    _check_people(person, mentor, line_manager, CannotPlan)
    planned = _checked_days(assignment, working_days, on=today)
    if not planned:
        raise CannotPlan("This profile asks for nothing yet. Add modules or skills to it first.")

    modules = Module.objects.filter(pk__in=[thing for thing, is_module in planned.items() if is_module]).by_title()
    due = {thing: add_working_days(assignment.starts_on, days) for thing, days in working_days.items()}
    gaps = gaps_of_plan(person, {module: due[module.pk] for module in modules}, on=today)
    check_order(gaps, knowing=knowing)

    induction = Induction.objects.create(
        assignment=assignment,
        agency=by.agency,
        person=person,
        mentor=mentor,
        line_manager=line_manager,
        starts_on=assignment.starts_on,
        complete_by=max(due[thing] for thing in planned),
        made_at=at,
        made_by=by,
    )
    InductionStep.objects.bulk_create(
        InductionStep(
            induction=induction,
            module_id=thing if is_module else None,
            skill_id=None if is_module else thing,
            working_days=working_days[thing],
            due_on=due[thing],
        )
        for thing, is_module in planned.items()
    )
    if assignment.complete_by is None:
        assignment.complete_by = induction.complete_by
        assignment.save(update_fields=["complete_by"])
    known = note_out_of_order(gaps, by=by, at=at, induction=induction)
    _record("made", induction, by=by, at=at, steps=len(planned), **known)
    enqueue(tasks.email_about_induction, at=at, by=by, induction_id=induction.pk)
    return induction


@transaction.atomic
def declare_done(*, step_id: UUID, words: str, by: User, at: datetime) -> InductionStep:
    """The person says that they did a module and what they can do now; a trainer logs it. Said once. Raises CannotDeclare."""
    # The plan first, so that nothing is said of one that closes meanwhile.
    Induction.objects.locked().get(steps=step_id)
    step = InductionStep.objects.select_for_update(of=("self",)).select_related("induction", "module").get(pk=step_id)
    if by.pk == step.induction.person_id and step.declared_at is not None:
        return step
    if not can_declare(by, step):
        raise CannotDeclare("Only the person says so, of a module, while the plan is under way.")
    words = words.strip()
    if len(words) < SHORTEST_WORDS:
        raise CannotDeclare(f"Write what you did and can do now. At least {SHORTEST_WORDS} characters.")
    step.declared_at, step.declared_words = at, words
    step.save(update_fields=["declared_at", "declared_words"])
    _record("step_declared", step.induction, by=by, at=at, step=str(step.pk))
    return step


@transaction.atomic
def move_step(
    *, step_id: UUID, due_on: date, where: str, reason: str, by: User, at: datetime, knowing: str = ""
) -> InductionStep:
    """Give a step another day, or say where and with whom; another day needs a reason, and an order that cannot work `knowing`.

    Raises CannotMoveInduction or NotInOrder.
    """
    found = InductionStep.objects.select_related("module", "skill").get(pk=step_id)
    induction = _moved(found.induction_id, InductionMove.MOVE_STEP, by=by)
    step = InductionStep.objects.select_related("module", "skill", "induction").get(pk=step_id)
    if not induction.starts_on <= due_on <= induction.complete_by:
        raise CannotMoveInduction(
            f"The day must be between {day(induction.starts_on)} and {day(induction.complete_by)}, the plan's last day. "
            "Extend the plan for a later one."
        )
    was, where = step.due_on, where.strip()
    gaps: list[Gap] = []
    if due_on != was:
        reason = _checked_reason(reason)
        if step.module_id is not None:
            gaps = _gaps_of_move(step, due_on, on=london_day(at))
            check_order(gaps, knowing=knowing)
        _note(
            induction,
            InductionMove.MOVE_STEP,
            by=by,
            at=at,
            step=step,
            was=day(was),
            becomes=day(due_on),
            reason=reason,
        )
    if (due_on, where) != (was, step.where):
        step.due_on, step.where = due_on, where
        step.save(update_fields=["due_on", "where"])
        known = note_out_of_order(gaps, by=by, at=at, induction=induction)
        _record("step_moved", induction, by=by, at=at, step=str(step.pk), **known)
    return step


@transaction.atomic
def extend_induction(*, induction_id: UUID, complete_by: date, reason: str, by: User, at: datetime) -> Induction:
    """Give the plan a later last day; the steps keep theirs until they are moved. Raises CannotMoveInduction."""
    # The assignment first, as whoever ends it does: else the two wait for each other.
    assignment = ProfileAssignment.objects.locked().get(induction=induction_id)
    induction = _moved(induction_id, InductionMove.EXTEND, by=by)
    if complete_by <= induction.complete_by:
        raise CannotMoveInduction(f"The new last day must be after {day(induction.complete_by)}.")
    was, reason = induction.complete_by, _checked_reason(reason)
    induction.complete_by = complete_by
    induction.save(update_fields=["complete_by"])
    if assignment.complete_by is not None and assignment.complete_by < complete_by:
        assignment.complete_by = complete_by
        assignment.save(update_fields=["complete_by"])
    _note(induction, InductionMove.EXTEND, by=by, at=at, was=day(was), becomes=day(complete_by), reason=reason)
    _record("extended", induction, by=by, at=at)
    return induction


@transaction.atomic
def change_people(
    *, induction_id: UUID, mentor: User, line_manager: User, reason: str, by: User, at: datetime
) -> Induction:
    """Another mentor or line manager from now on; who was named in records stays named there. Raises CannotMoveInduction."""
    induction = _moved(induction_id, InductionMove.CHANGE_PEOPLE, by=by)
    before = (induction.mentor, induction.line_manager)
    if (mentor, line_manager) == before:
        return induction
    _check_people(induction.person, mentor, line_manager, CannotMoveInduction)
    reason = _checked_reason(reason)
    induction.mentor, induction.line_manager = mentor, line_manager
    induction.save(update_fields=["mentor", "line_manager"])
    was, becomes = (f"mentor {one}, line manager {other}" for one, other in (before, (mentor, line_manager)))
    _note(induction, InductionMove.CHANGE_PEOPLE, by=by, at=at, was=was, becomes=becomes, reason=reason)
    _record("people_changed", induction, by=by, at=at)
    new = [str(one.pk) for one in (mentor, line_manager) if one not in before]
    enqueue(tasks.email_about_people_of_induction, at=at, by=by, induction_id=induction.pk, new=new)
    return induction


@transaction.atomic
def close_induction(*, induction_id: UUID, by: User, at: datetime) -> Induction:
    """Close a plan as complete; refused while anything that the profile asks for is not met. Raises CannotCloseInduction."""
    induction = _moved(induction_id, InductionMove.CLOSE, by=by, refusal=CannotCloseInduction)
    unmet = plan_of(inductions_to_read().get(pk=induction.pk), on=london_day(at)).unmet
    if unmet:
        titles = "; ".join(need.title for need in unmet)
        raise CannotCloseInduction(f"Not everything is met yet: {titles}.")
    return _close(induction, InductionMove.CLOSE, InductionState.COMPLETE, reason="", by=by, at=at)


@transaction.atomic
def stop_induction(*, induction_id: UUID, reason: str, by: User, at: datetime) -> Induction:
    """End a plan that is not to be completed; what was done stays done. Raises CannotMoveInduction."""
    induction = _moved(induction_id, InductionMove.STOP, by=by)
    return _close(induction, InductionMove.STOP, InductionState.STOPPED, reason=_checked_reason(reason), by=by, at=at)


@transaction.atomic
def stop_with_profile(*, assignment: ProfileAssignment, by: User, at: datetime) -> None:
    """Who has left a profile has no plan for it any more."""
    for induction in Induction.objects.locked().open().filter(assignment=assignment):
        reason = "The profile ended."
        _close(induction, InductionMove.STOP, InductionState.STOPPED, reason=reason, by=by, at=at)


@transaction.atomic
def reopen_induction(*, induction_id: UUID, reason: str, by: User, at: datetime) -> Induction:
    """Take back that a plan was closed or stopped; that it was stays in its history. Raises CannotMoveInduction."""
    assignment = ProfileAssignment.objects.locked().get(induction=induction_id)
    induction = _moved(induction_id, InductionMove.REOPEN, by=by)
    if assignment.ends_on is not None:
        raise CannotMoveInduction(
            f"{induction.person} is not in this profile any more. Add them again, and make a plan."
        )
    if not induction.person.is_active or induction.person.agency_id != induction.agency_id:
        raise CannotMoveInduction(f"{induction.person} has left.")
    was, reason = InductionState(induction.state).label, _checked_reason(reason)
    induction.state, induction.closed_at, induction.closed_by = InductionState.OPEN, None, None
    induction.save(update_fields=["state", "closed_at", "closed_by"])
    _note(induction, InductionMove.REOPEN, by=by, at=at, was=was, becomes=InductionState.OPEN.label, reason=reason)
    _record("reopened", induction, by=by, at=at)
    return induction


def _close(
    induction: Induction, move: InductionMove, state: InductionState, *, reason: str, by: User, at: datetime
) -> Induction:
    was = InductionState(induction.state).label
    induction.state, induction.closed_at, induction.closed_by = state, at, by
    induction.save(update_fields=["state", "closed_at", "closed_by"])
    _note(induction, move, by=by, at=at, was=was, becomes=state.label, reason=reason)
    _record("closed" if move is InductionMove.CLOSE else "stopped", induction, by=by, at=at)
    return induction


def _moved(
    induction_id: UUID, move: InductionMove, *, by: User, refusal: type[DomainError] = CannotMoveInduction
) -> Induction:
    """The plan, locked, if this person may make that move now."""
    induction = Induction.objects.locked().select_related("person", "mentor", "line_manager").get(pk=induction_id)
    if not may_move_induction(by, induction, move):
        raise refusal(
            "Only a trainer can do this. The named line manager can move steps, extend the plan and close it."
        )
    if next_induction_state(move, induction.state) is None:
        raise refusal(f"This plan is {InductionState(induction.state).label.lower()}.")
    return induction


def _check_people(person: User, mentor: User, line_manager: User, refusal: type[DomainError]) -> None:
    if mentor.pk == line_manager.pk:
        raise refusal("Mentor and line manager must be two people.")
    if person.pk in (mentor.pk, line_manager.pk):
        raise refusal("Nobody is their own mentor or line manager.")
    for one, role in ((mentor, SignerRole.MENTOR), (line_manager, SignerRole.LINE_MANAGER)):
        if one.agency_id != person.agency_id or not one.is_active or not one.may(SIGNING_PERMISSIONS[role]):
            raise refusal(f"{one} may not sign as {role.label.lower()}.")


def _checked_days(assignment: ProfileAssignment, working_days: Mapping[UUID, int], *, on: date) -> dict[UUID, bool]:
    """What is planned, and whether it is a module. Everything that is asked for is in it, and nothing else."""
    proposals = proposals_for(assignment, on=on)
    offered = {thing.pk: one for one in proposals if (thing := one.module or one.skill)}
    if not working_days.keys() <= offered.keys():
        raise CannotPlan("A plan holds what the profile asks for, and nothing else.")
    if any(not 0 < days <= MOST_WORKING_DAYS for days in working_days.values()):
        raise CannotPlan(f"Enter between 1 and {MOST_WORKING_DAYS} working days.")
    missing = [one.title for pk, one in offered.items() if not one.is_choice and pk not in working_days]
    if missing:
        raise CannotPlan(f"Enter the working days of {missing[0]}.")
    choice = [pk for pk, one in offered.items() if one.is_choice]
    needed = min(assignment.profile.optional_needed, len(choice))
    if sum(pk in working_days for pk in choice) < needed:
        raise CannotPlan(f"Enter the working days of at least {needed} of the modules to choose from.")
    return {pk: one.module is not None for pk, one in offered.items() if pk in working_days}


def _gaps_of_move(step: InductionStep, due_on: date, *, on: date) -> list[Gap]:
    """What the move of a step brings out of order; what was so before, and has nothing to do with it, is not asked again."""
    steps = InductionStep.objects.filter(induction=step.induction_id, module__isnull=False).select_related("module")
    due = {one.module: due_on if one.pk == step.pk else one.due_on for one in steps if one.module is not None}
    person = User.objects.get(pk=step.induction.person_id)
    gaps = gaps_of_plan(person, due, on=on)
    return [gap for gap in gaps if step.module_id in (gap.module.pk, gap.first.pk)]


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    if len(reason) < SHORTEST_WORDS:
        raise TooShortAReason(f"Say why. At least {SHORTEST_WORDS} characters.")
    return reason


def _note(
    induction: Induction,
    move: InductionMove,
    *,
    by: User,
    at: datetime,
    reason: str,
    was: str,
    becomes: str,
    step: InductionStep | None = None,
) -> None:
    InductionChange.objects.create(
        induction=induction,
        step=step,
        move=move,
        was=was,
        becomes=becomes,
        reason=reason,
        changed_at=at,
        changed_by=by,
    )


def _record(what: str, induction: Induction, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"training.induction_{what}", at=at, actor=by, subject=induction, **details)

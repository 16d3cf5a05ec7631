"""One run of an exercise: planned, its groups drawn, sheets released, decisions recorded, the mock meeting, the debrief and the end."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.statistics.picking import draw
from training.enums import (
    CpdKind,
    GroupChoice,
    JudgedRisk,
    MeetingOutcome,
    MeetingRole,
    RunMove,
    RunState,
    TrainingSessionState,
    next_run_state,
)
from training.models import (
    Exercise,
    ExerciseRun,
    GroupDecision,
    GroupGuest,
    GroupMember,
    InjectRelease,
    MockAction,
    MockMeeting,
    RunGroup,
    TrainingSession,
)
from training.models.exercise_runs import FEWEST_GROUPS, MOST_ACTIONS, MOST_GROUPS, MeetingWords
from training.permissions import can_join_run, can_run_training, leads_run
from training.services.cpd import CannotLogCpd
from training.services.cpd_groups import log_cpd_for_group
from training.services.registers import hours_of_minutes

SHORTEST_REASONS = 20
MOST_MEMBERS = 120
GROUP_LETTERS = "ABCDEFGH"


class CannotPlanRun(DomainError):
    pass


class IsInThePast(CannotPlanRun):
    """A run cannot begin before today."""


class CannotDivide(DomainError):
    pass


class IsInAGroup(CannotDivide):
    """Who is to be added is there already."""


class CannotMoveRun(DomainError):
    pass


class CannotRelease(DomainError):
    pass


class CannotDecideInGroup(DomainError):
    pass


class TooFewReasons(CannotDecideInGroup):
    """The words that say why are too short."""


class CannotRecordMeeting(DomainError):
    pass


class TooFewReasonsOfMeeting(CannotRecordMeeting):
    """The words that say why are too short."""


class CannotEndRun(DomainError):
    pass


@transaction.atomic
def plan_run(
    *,
    exercise: Exercise,
    title: str,
    planned_for: datetime,
    facilitator: User,
    session: TrainingSession | None = None,
    by: User,
    at: datetime,
) -> ExerciseRun:
    """Plan a run of an exercise that is in use, by itself or on the day of a training session. Raises CannotPlanRun."""
    if not can_run_training(by) or exercise.force_id != by.agency_id:
        raise CannotPlanRun("Only a trainer of the force plans a run.")
    # Locked, so that it is not taken out of use meanwhile.
    Exercise.objects.locked().get(pk=exercise.pk)
    if not Exercise.objects.in_use().filter(pk=exercise.pk).exists():
        raise CannotPlanRun("Choose an exercise that is ready.")
    if facilitator.agency_id != exercise.force_id or not can_run_training(facilitator):
        raise CannotPlanRun("Choose a trainer of the force as facilitator.")
    if session is not None:
        _check_session(session, exercise)
    if london_day(planned_for) < london_day(at):
        raise IsInThePast("A run is today or later.")
    if not title.strip():
        raise CannotPlanRun("Write for whom it is.")
    same = {"exercise": exercise, "title": title.strip(), "planned_for": planned_for, "state": RunState.PLANNED}
    if ExerciseRun.objects.filter(**same).exists():
        raise CannotPlanRun("This run is planned already. You find it under Exercises.")
    run = ExerciseRun.objects.create(
        exercise=exercise,
        force_id=exercise.force_id,
        session=session,
        title=title.strip(),
        planned_for=planned_for,
        facilitator=facilitator,
        planned_at=at,
        planned_by=by,
    )
    _record("planned", run, by=by, at=at)
    return run


@transaction.atomic
def divide(*, run_id: UUID, people: Sequence[User], groups: int, by: User, at: datetime) -> list[RunGroup]:
    """Draw groups of people, as equal as can be, in place of those that there were; guests are spread over them. Raises CannotDivide.

    The draw can be repeated: its seed is the id of the run. Roles at the table are given out in their order.
    """
    run, _ = _to_lead(run_id, RunMove.DIVIDE, by, CannotDivide)
    found = {str(person.pk): person for person in people}
    if not FEWEST_GROUPS <= groups <= MOST_GROUPS:
        raise CannotDivide(f"Choose {FEWEST_GROUPS} to {MOST_GROUPS} groups.")
    if not groups <= len(found) <= MOST_MEMBERS:
        raise CannotDivide(f"Name at least one person for each group, and {MOST_MEMBERS} at most.")
    for person in found.values():
        _check_can_join(person, run, CannotDivide)
    GroupMember.objects.filter(run=run).delete()
    guests = list(run.guests.order_by("agency_name", "name", "pk"))
    run.guests.all().delete()
    run.groups.all().delete()
    made = [RunGroup(run=run, name=f"Group {GROUP_LETTERS[number]}") for number in range(groups)]
    RunGroup.objects.bulk_create(made)
    roles = list(MeetingRole)
    drawn = [found[one.id] for one in draw(str(run.pk), found, len(found))]
    GroupMember.objects.bulk_create(
        GroupMember(
            run=run,
            group=made[place % groups],
            person=person,
            plays=roles[place // groups % len(roles)],
            added_at=at,
            added_by=by,
        )
        for place, person in enumerate(drawn)
    )
    for place, guest in enumerate(guests):
        guest.group = made[place % groups]
    GroupGuest.objects.bulk_create(guests)
    _record("divided", run, by=by, at=at, groups=groups, people=len(drawn))
    return made


@transaction.atomic
def add_member(*, run_id: UUID, person: User, group: RunGroup, plays: str, by: User, at: datetime) -> GroupMember:
    """Put one more person into a group, also one who comes late. Raises CannotDivide."""
    run, _ = _to_lead(run_id, RunMove.ADD, by, CannotDivide)
    _check_place(run, group, plays)
    _check_can_join(person, run, CannotDivide)
    if run.members.filter(person=person).exists():
        raise IsInAGroup(f"{person} is in a group of this run already.")
    member = GroupMember.objects.create(run=run, group=group, person=person, plays=plays, added_at=at, added_by=by)
    _record("member_added", run, by=by, at=at)
    return member


@transaction.atomic
def change_member(*, member_id: UUID, group: RunGroup, plays: str, by: User, at: datetime) -> GroupMember:
    """Put somebody into another group, or let them play somebody else. Raises CannotDivide."""
    member, run = _to_change(member_id, RunMove.ADD, by)
    _check_place(run, group, plays)
    if (member.group_id, member.plays) != (group.pk, plays):
        member.group, member.plays = group, plays
        member.save(update_fields=["group", "plays"])
        _record("member_changed", run, by=by, at=at)
    return member


@transaction.atomic
def take_out(*, member_id: UUID, by: User, at: datetime) -> ExerciseRun:
    """Take somebody out of the groups before the start. Raises CannotDivide."""
    member, run = _to_change(member_id, RunMove.DIVIDE, by)
    member.delete()
    _record("member_taken_out", run, by=by, at=at)
    return run


@transaction.atomic
def add_guest(
    *, run_id: UUID, name: str, agency_name: str, group: RunGroup, plays: str, by: User, at: datetime
) -> GroupGuest:
    """Put somebody of a partner agency into a group, by name: they see and write nothing here. Raises CannotDivide."""
    run, _ = _to_lead(run_id, RunMove.ADD, by, CannotDivide)
    _check_place(run, group, plays)
    name, agency_name = " ".join(name.split()), " ".join(agency_name.split())
    if not name or not agency_name:
        raise CannotDivide("Write the name of the guest and where they work.")
    if run.guests.filter(name__iexact=name, agency_name__iexact=agency_name).exists():
        raise IsInAGroup(f"{name} of {agency_name} is in a group of this run already.")
    guest = GroupGuest.objects.create(
        run=run, group=group, name=name, agency_name=agency_name, plays=plays, added_at=at, added_by=by
    )
    _record("guest_added", run, by=by, at=at)
    return guest


@transaction.atomic
def take_guest_out(*, guest_id: UUID, by: User, at: datetime) -> ExerciseRun:
    """Take a guest out of the groups before the start. Raises CannotDivide."""
    run_id = GroupGuest.objects.values_list("run", flat=True).filter(pk=guest_id).first()
    run = _to_lead(run_id, RunMove.DIVIDE, by, CannotDivide)[0] if run_id else None
    guest = run.guests.filter(pk=guest_id).first() if run else None
    if run is None or guest is None:
        raise CannotDivide("The groups were changed meanwhile. Look at them again.")
    guest.delete()
    _record("guest_taken_out", run, by=by, at=at)
    return run


@transaction.atomic
def start(*, run_id: UUID, by: User, at: datetime) -> ExerciseRun:
    """From now on the clock of the exercise runs, and sheets may be released. Raises CannotMoveRun."""
    run, state = _to_lead(run_id, RunMove.START, by, CannotMoveRun)
    sizes = [group.members.count() for group in run.groups.order_by("name")]
    if not sizes or not all(sizes):
        raise CannotMoveRun("Put somebody into each group first.")
    run.state, run.started_at, run.started_by = state, at, by
    run.save(update_fields=["state", "started_at", "started_by"])
    _record("started", run, by=by, at=at, groups=len(sizes))
    return run


@transaction.atomic
def release_next(*, run_id: UUID, position: int, by: User, at: datetime) -> InjectRelease:
    """Give out the sheet of that position, which is the next. One that is out already stays as it was given out.

    Raises CannotRelease.
    """
    run, _ = _to_lead(run_id, RunMove.RELEASE, by, CannotRelease)
    if (out := run.releases.filter(inject__position=position).first()) is not None:
        return out
    inject = run.exercise.injects.exclude(pk__in=run.releases.values("inject")).in_order().first()
    if inject is None:
        raise CannotRelease("Every sheet is out.")
    if inject.position != position:
        raise CannotRelease(f"Sheet {inject.position} comes next.")
    release = InjectRelease.objects.create(run=run, inject=inject, released_at=at, released_by=by)
    _record("sheet_released", run, by=by, at=at, sheet=position)
    return release


@transaction.atomic
def record_decision(
    *, group_id: UUID, inject_id: UUID, choice: str, risk: int | None, reasons: str, by: User, at: datetime
) -> GroupDecision:
    """What a group decides on a sheet that is out, and why. What it decided before stays; the same again adds nothing.

    Raises CannotDecideInGroup.
    """
    group = _to_write(group_id, RunMove.DECIDE, by, CannotDecideInGroup)
    if not group.run.releases.filter(inject=inject_id).exists():
        raise CannotDecideInGroup("This sheet is not out.")
    reasons = reasons.strip()
    if choice not in GroupChoice.values or risk not in (None, *JudgedRisk.values):
        raise CannotDecideInGroup("Choose from what is offered.")
    if len(reasons) < SHORTEST_REASONS:
        raise TooFewReasons(f"Write your reasons in at least {SHORTEST_REASONS} characters.")
    last = group.decisions.filter(inject=inject_id).order_by("-number").first()
    content = (choice, risk, reasons)
    if last is not None and last.written_by_id == by.pk and (last.choice, last.risk, last.reasons) == content:
        return last
    decision = GroupDecision.objects.create(
        group=group,
        inject_id=inject_id,
        number=last.number + 1 if last else 1,
        choice=choice,
        risk=risk,
        reasons=reasons,
        written_at=at,
        written_by=by,
    )
    audit.record(
        verb=Verb.CHANGED, what="training.exercise_decided", at=at, actor=by, subject=group, version=decision.number
    )
    return decision


@transaction.atomic
def begin_meeting(*, run_id: UUID, by: User, at: datetime) -> ExerciseRun:
    """No more sheets: each group holds its strategy meeting. Raises CannotMoveRun."""
    run, state = _to_lead(run_id, RunMove.MEET, by, CannotMoveRun)
    run.state, run.met_at = state, at
    run.save(update_fields=["state", "met_at"])
    _record("meeting_begun", run, by=by, at=at, sheets=run.releases.count())
    return run


@transaction.atomic
def record_meeting(*, group_id: UUID, words: MeetingWords, by: User, at: datetime) -> MockMeeting:
    """The record of a group's strategy meeting; the version before stays. Raises CannotRecordMeeting."""
    group = _to_write(group_id, RunMove.WRITE, by, CannotRecordMeeting)
    kept = {name: getattr(words, name).strip() for name in ("shared", "reasons", "disagreed")}
    if not kept["shared"] or words.outcome not in MeetingOutcome.values:
        raise CannotRecordMeeting("Write what each agency brought, and choose what was decided.")
    if len(kept["reasons"]) < SHORTEST_REASONS:
        raise TooFewReasonsOfMeeting(f"Write your reasons in at least {SHORTEST_REASONS} characters.")
    steps = [(one.what.strip(), one.owner, one.due.strip()) for one in words.actions]
    if len(steps) > MOST_ACTIONS or any(
        not what or owner not in MeetingRole.values or not due for what, owner, due in steps
    ):
        raise CannotRecordMeeting(f"Each of up to {MOST_ACTIONS} actions says what, by whom and by when.")
    meeting = MockMeeting.objects.create(
        group=group,
        number=1 + group.meetings.count(),
        outcome=words.outcome,
        written_at=at,
        written_by=by,
        **kept,
    )
    MockAction.objects.bulk_create(
        MockAction(meeting=meeting, position=place, what=what, owner=owner, due=due)
        for place, (what, owner, due) in enumerate(steps, start=1)
    )
    audit.record(
        verb=Verb.CHANGED, what="training.exercise_met", at=at, actor=by, subject=group, version=meeting.number
    )
    return meeting


@transaction.atomic
def debrief(*, run_id: UUID, by: User, at: datetime) -> ExerciseRun:
    """From now on everybody of the run sees what each group decided and what was expected. Raises CannotMoveRun."""
    run, state = _to_lead(run_id, RunMove.DEBRIEF, by, CannotMoveRun)
    run.state, run.debriefed_at = state, at
    run.save(update_fields=["state", "debriefed_at"])
    _record("debrief_begun", run, by=by, at=at)
    return run


@transaction.atomic
def end_run(
    *, run_id: UUID, took_part: Collection[UUID] = (), hours: Decimal | None = None, by: User, at: datetime
) -> ExerciseRun:
    """End a run, and log its hours for these members, once; of guests it is noted whether they took part.

    Where a session has the run, its register says of members who was there and for how long, and nothing but of guests is noted here.
    Raises CannotEndRun.
    """
    run, state = _to_lead(run_id, RunMove.END, by, CannotEndRun)
    members = list(run.members.select_related("person").order_by("pk"))
    guests = list(run.guests.order_by("pk"))
    if unknown := set(took_part) - {one.pk for one in (*members, *guests)}:
        raise CannotEndRun(f"{len(unknown)} of these people are in no group of this run.")
    if run.session_id is None:
        if hours is None:
            raise CannotEndRun("Say how many hours it took.")
        for member in members:
            member.took_part = member.pk in took_part
        GroupMember.objects.bulk_update(members, ["took_part"])
        _log(run, [one.person for one in members if one.took_part], hours, by=by, at=at)
    for guest in guests:
        guest.took_part = guest.pk in took_part
    GroupGuest.objects.bulk_update(guests, ["took_part"])
    run.state, run.ended_at, run.ended_by = state, at, by
    run.save(update_fields=["state", "ended_at", "ended_by"])
    _record("ended", run, by=by, at=at, people=len(took_part))
    return run


@transaction.atomic
def cancel_run(*, run_id: UUID, reason: str, by: User, at: datetime) -> ExerciseRun:
    """Call a planned run off. Raises CannotMoveRun."""
    run, state = _to_lead(run_id, RunMove.CANCEL, by, CannotMoveRun)
    if not reason.strip():
        raise CannotMoveRun("Say why the run is cancelled.")
    run.state, run.ended_at, run.ended_by, run.end_reason = state, at, by, reason.strip()
    run.save(update_fields=["state", "ended_at", "ended_by", "end_reason"])
    _record("cancelled", run, by=by, at=at)
    return run


def people_to_divide(run: ExerciseRun) -> list[User]:
    """Who is in its groups; before there are any, whoever is expected at its session, but for trainers."""
    members = [one.person for one in run.members.select_related("person").order_by("person__name", "pk")]
    if members or run.session is None:
        return members
    entries = run.session.entries.select_related("person").order_by("person__name", "pk")
    return [entry.person for entry in entries if can_join_run(entry.person, run)]


def hours_so_far(run: ExerciseRun, *, at: datetime) -> Decimal:
    """From the start until now, as the CPD log counts hours."""
    return hours_of_minutes(run.minutes_at(at))


def cpd_key(run: ExerciseRun) -> UUID:
    """The same for the same run, so that nothing is logged twice. It follows from the service's secret: see registers.cpd_key."""
    return UUID(bytes=salted_hmac("training.exercise", str(run.pk), algorithm="sha256").digest()[:16], version=4)


def note_reading(*, run: ExerciseRun, by: User, at: datetime) -> None:
    """Write down that somebody saw what groups decided that are not theirs."""
    audit.record(verb=Verb.READ, what="training.exercise_run_read", at=at, actor=by, subject=run)


def _log(run: ExerciseRun, people: list[User], hours: Decimal, *, by: User, at: datetime) -> None:
    """For those of them who are still at work in the force."""
    people = [person for person in people if person.is_active and person.agency_id == run.force_id]
    if not people:
        return
    assert run.started_at is not None  # noqa: S101 -- a run in debrief has started
    try:
        log_cpd_for_group(
            people=people,
            done_on=london_day(run.started_at),
            kind=CpdKind.EXERCISE,
            topic=f"Exercise: {run.exercise.title}",
            hours=hours,
            learned=run.exercise.aims,
            key=cpd_key(run),
            trainer=run.facilitator.name,
            by=by,
            at=at,
        )
    except CannotLogCpd as error:
        raise CannotEndRun(str(error)) from error


def _check_can_join(person: User, run: ExerciseRun, refusal: type[DomainError]) -> None:
    if not can_join_run(person, run):
        raise refusal(f"{person} cannot be in a group: only people of your agency, and no trainer.")


def _check_session(session: TrainingSession, exercise: Exercise) -> None:
    """Locked, so that it is not cancelled or closed meanwhile."""
    found = TrainingSession.objects.locked().get(pk=session.pk)
    if found.force_id != exercise.force_id:
        raise CannotPlanRun("This session is of another agency.")
    if found.state != TrainingSessionState.PLANNED:
        raise CannotPlanRun(f"This session is: {found.get_state_display().lower()}.")


def _check_place(run: ExerciseRun, group: RunGroup, plays: str) -> None:
    if group.run_id != run.pk:
        raise CannotDivide("This group is of another run.")
    if not run.groups.filter(pk=group.pk).exists():
        raise CannotDivide("The groups were drawn again meanwhile. Choose one of them.")
    if plays not in MeetingRole.values:
        raise CannotDivide("Choose whom they play.")


def _to_lead(run_id: UUID, move: RunMove, by: User, refusal: type[DomainError]) -> tuple[ExerciseRun, RunState]:
    run = ExerciseRun.objects.locked().select_related("exercise", "facilitator").get(pk=run_id)
    if not leads_run(by, run):
        raise refusal("Only a trainer of the force who is in no group may do that.")
    state = next_run_state(move, run.state)
    if state is None:
        raise refusal(f"This run is: {run.get_state_display().lower()}.")
    return run, state


def _to_change(member_id: UUID, move: RunMove, by: User) -> tuple[GroupMember, ExerciseRun]:
    """A member of a run that is locked. Groups that were drawn again meanwhile have others."""
    run_id = GroupMember.objects.values_list("run", flat=True).filter(pk=member_id).first()
    run = _to_lead(run_id, move, by, CannotDivide)[0] if run_id else None
    member = run.members.filter(pk=member_id).first() if run else None
    if run is None or member is None:
        raise CannotDivide("The groups were changed meanwhile. Look at them again.")
    return member, run


def _to_write(group_id: UUID, move: RunMove, by: User, refusal: type[DomainError]) -> RunGroup:
    """The group, locked: of two members who write at once the second sees what the first wrote."""
    group = RunGroup.objects.select_for_update(of=("self",), no_key=True).get(pk=group_id)
    # Locked too, so that nothing is written into a run that goes on meanwhile.
    group.run = run = ExerciseRun.objects.select_for_update(of=("self",), no_key=True).get(pk=group.run_id)
    if by.agency_id != run.force_id or not group.members.filter(person=by).exists():
        raise refusal("Only the members of the group write for it.")
    if next_run_state(move, run.state) is None:
        raise refusal(f"This run is: {run.get_state_display().lower()}.")
    return group


def _record(what: str, run: ExerciseRun, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"training.exercise_run_{what}", at=at, actor=by, subject=run, **details)

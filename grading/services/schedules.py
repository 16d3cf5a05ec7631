"""Planning reports, and asking for each on its day: once, whatever clock, worker or database dies in between."""

from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from grading.enums import (
    KIND_OF,
    LAST_DAY_OF_SCHEDULES,
    PLANNABLE,
    ReportKind,
    Rhythm,
    ScheduleMove,
    ScheduleState,
    next_schedule_state,
)
from grading.models import Report, ReportSchedule, ReportSlot
from grading.permissions.schedules import can_plan_reports, can_run_schedule
from grading.queries.reports import possible_readers
from grading.services.clock import set_clock
from grading.services.reports import request_for_slot


class CannotPlan(DomainError):
    pass


@transaction.atomic
def plan_reports(
    *,
    rhythm: Rhythm,
    day: int,
    time: time,
    readers: Collection[User],
    by: User,
    at: datetime,
    kind: ReportKind = ReportKind.DIP_SAMPLE,
    month: int | None = None,
) -> ReportSchedule:
    """Have a report made on one day of each month of the rhythm, from the next such day on. Raises CannotPlan.

    An annual report is made once a year, in a month that is given, of the year before. `readers` get a mail with a link each time, as long as they may read the report.
    """
    if by.agency is None or not can_plan_reports(by):
        raise CannotPlan("Only a MASH supervisor of a police force may plan reports.")
    schedule = ReportSchedule(
        force=by.agency, kind=kind, rhythm=rhythm, month=month, day=day, time=time, planned_at=at, planned_by=by
    )
    _check(schedule, readers, at=at)
    schedule.next_due_at = schedule.due_after(at)
    schedule.save()
    schedule.readers.set(readers)
    set_clock(schedule)
    _record("planned", schedule, by=by, at=at, readers=len(readers))
    return schedule


@transaction.atomic
def change_schedule(
    *,
    schedule_id: UUID,
    rhythm: Rhythm,
    day: int,
    time: time,
    readers: Collection[User],
    by: User,
    at: datetime,
    month: int | None = None,
) -> ReportSchedule:
    """Another rhythm, day, time or list of readers; what was due and not asked for yet is left out. Raises CannotPlan."""
    schedule = _moved(schedule_id, ScheduleMove.CHANGE, by=by)
    schedule.rhythm, schedule.month, schedule.day, schedule.time = rhythm, month, day, time
    _check(schedule, readers, at=at)
    schedule.readers.set(readers)
    _keep(schedule, at=at)
    _record("changed", schedule, by=by, at=at, readers=len(readers))
    return schedule


@transaction.atomic
def pause_schedule(*, schedule_id: UUID, by: User, at: datetime) -> ReportSchedule:
    """Have nothing made until it runs again. Raises CannotPlan."""
    return _switch(schedule_id, ScheduleMove.PAUSE, "paused", by=by, at=at)


@transaction.atomic
def resume_schedule(*, schedule_id: UUID, by: User, at: datetime) -> ReportSchedule:
    """Let it run again, from its next day on: nothing is made for the days of the pause. Raises CannotPlan."""
    return _switch(schedule_id, ScheduleMove.RESUME, "resumed", by=by, at=at)


@transaction.atomic
def end_schedule(*, schedule_id: UUID, by: User, at: datetime) -> ReportSchedule:
    """End it for good; its reports stay. Raises CannotPlan."""
    schedule = _moved(schedule_id, ScheduleMove.END, by=by)
    schedule.ended_at, schedule.ended_by = at, by
    _keep(schedule, at=at)
    _record("ended", schedule, by=by, at=at)
    return schedule


def request_slots(*, at: datetime) -> list[Report]:
    """Ask for the report of every slot that is due and has none; those asked for now.

    Any number of clocks may call this at the same time, and each as late as it likes: a schedule that another one holds is
    left to it, the slot, its report and when the next one is due are one transaction, and the database takes a slot once.
    """
    due = ReportSchedule.objects.due(at=at).order_by("next_due_at", "pk").values_list("pk", flat=True)
    return [report for pk in list(due) for report in _fill(pk, at=at)]


def _fill(schedule_id: UUID, *, at: datetime) -> list[Report]:
    asked: list[Report] = []
    while True:
        with transaction.atomic():
            # One slot a transaction: where the clock was away for long, what is done stays done.
            waiting = ReportSchedule.objects.due(at=at).select_for_update(of=("self",), skip_locked=True)
            schedule = waiting.filter(pk=schedule_id).first()
            if schedule is None or schedule.next_due_at is None:
                return asked
            due_at = schedule.next_due_at
            due_on = london_day(due_at)
            slot = ReportSlot.objects.create(
                schedule=schedule,
                due_on=due_on,
                due_at=due_at,
                year=schedule.year_reported_on(due_on),
                filled_at=at,
            )
            report = request_for_slot(slot, at=at)
            schedule.next_due_at = schedule.due_after(due_at)
            schedule.save(update_fields=["next_due_at"])
        if report is not None:
            asked.append(report)


def _switch(schedule_id: UUID, move: ScheduleMove, done: str, *, by: User, at: datetime) -> ReportSchedule:
    """A move that changes nothing but the state."""
    schedule = _moved(schedule_id, move, by=by)
    _keep(schedule, at=at)
    _record(done, schedule, by=by, at=at)
    return schedule


def _moved(schedule_id: UUID, move: ScheduleMove, *, by: User) -> ReportSchedule:
    """The schedule, locked and in the state that the move leads to; not saved yet."""
    schedule = ReportSchedule.objects.locked().get(pk=schedule_id)
    if not can_run_schedule(by, schedule):
        raise CannotPlan("Only a MASH supervisor of this force may do that.")
    state = next_schedule_state(move, schedule.state)
    if state is None:
        raise CannotPlan(f"This schedule is {schedule.get_state_display().lower()}: it cannot be changed that way.")
    schedule.state = state
    return schedule


def _check(schedule: ReportSchedule, readers: Collection[User], *, at: datetime) -> None:
    if schedule.kind not in PLANNABLE:
        raise CannotPlan("Reports of rounds are not planned: a round gets its report when it is published.")
    if schedule.kind != KIND_OF[Rhythm(schedule.rhythm)]:
        raise CannotPlan("An annual report is made once a year, and no other report is.")
    if (schedule.rhythm == Rhythm.YEARLY) != (schedule.month in range(1, 13)):
        raise CannotPlan("Choose the month of what is made once a year, and of nothing else.")
    if not 1 <= schedule.day <= LAST_DAY_OF_SCHEDULES:
        raise CannotPlan(f"Choose a day from 1 to {LAST_DAY_OF_SCHEDULES}: every month has those.")
    if not readers:
        raise CannotPlan("Choose at least one person who is told.")
    allowed = possible_readers(schedule.force_id, on=london_day(at)).filter(pk__in=[one.pk for one in readers])
    if allowed.count() != len({one.pk for one in readers}):
        raise CannotPlan("Somebody of the list may not read the reports of this force.")


def _keep(schedule: ReportSchedule, *, at: datetime) -> None:
    schedule.next_due_at = _due_next(schedule, at=at) if schedule.state == ScheduleState.RUNNING else None
    schedule.save()
    set_clock(schedule)


def _due_next(schedule: ReportSchedule, *, at: datetime) -> datetime:
    """When it is due from now on; never again on a day, nor of a year, that has had its report."""
    due = schedule.due_after(at)
    while _has_slot(schedule, london_day(due)):
        due = schedule.due_after(due)
    return due


def _has_slot(schedule: ReportSchedule, day: date) -> bool:
    year = schedule.year_reported_on(day)
    return schedule.slots.filter(Q(due_on=day) if year is None else Q(due_on=day) | Q(year=year)).exists()


def _record(done: str, schedule: ReportSchedule, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(
        verb=Verb.CHANGED,
        what=f"grading.schedule_{done}",
        at=at,
        actor=by,
        subject=schedule,
        kind=schedule.kind,
        rhythm=schedule.rhythm,
        month=schedule.month,
        day=schedule.day,
        time=f"{schedule.time:%H:%M}",
        **details,
    )

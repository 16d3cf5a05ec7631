"""Who may plan reports."""

from accounts.models import User
from grading.enums import ScheduleMove, next_schedule_state
from grading.models import ReportSchedule
from grading.permissions.reports import can_make_reports


def can_plan_reports(user: User) -> bool:
    """Who may have reports made, of a police force."""
    return can_make_reports(user) and user.agency is not None and user.agency.is_police


def can_run_schedule(user: User, schedule: ReportSchedule) -> bool:
    return can_plan_reports(user) and user.agency_id == schedule.force_id


def moves_open_to(user: User, schedule: ReportSchedule) -> set[ScheduleMove]:
    """The buttons that this person may be shown."""
    if not can_run_schedule(user, schedule):
        return set()
    return {move for move in ScheduleMove if next_schedule_state(move, schedule.state) is not None}

"""What django-celery-beat knows of our schedules. It only says when to look: what is due is in our own rows."""

from django_celery_beat.models import CrontabSchedule, PeriodicTask

from grading.enums import ScheduleState
from grading.models import ReportSchedule

TASK = "grading.request_due_reports"
# The regular look comes round by then, so a nudge that waited longer is worth nothing.
WORTH_SECONDS = 300


def name_of(schedule: ReportSchedule) -> str:
    """The name under which the clock keeps it."""
    return f"reports of schedule {schedule.pk}"


def set_clock(schedule: ReportSchedule) -> None:
    """Have the clock look at the minute at which the schedule is due; of one that has ended it forgets all."""
    if schedule.state == ScheduleState.ENDED:
        # One by one, so that the clock hears of it.
        for task in PeriodicTask.objects.filter(name=name_of(schedule)):
            task.delete()
        return
    PeriodicTask.objects.update_or_create(
        name=name_of(schedule),
        defaults={
            "task": TASK,
            "crontab": _crontab(schedule),
            "enabled": schedule.state == ScheduleState.RUNNING,
            "expire_seconds": WORTH_SECONDS,
        },
    )


def _crontab(schedule: ReportSchedule) -> CrontabSchedule:
    wanted = {
        "minute": str(schedule.time.minute),
        "hour": str(schedule.time.hour),
        "day_of_month": str(schedule.day),
        "month_of_year": ",".join(map(str, schedule.months)),
        "day_of_week": "*",
        "timezone": "Europe/London",
    }
    return CrontabSchedule.objects.filter(**wanted).first() or CrontabSchedule.objects.create(**wanted)

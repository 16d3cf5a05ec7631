"""Reminding members of their sessions: a week before, and a day before; each once, and anew when a session is moved."""

from datetime import datetime, timedelta

from django.db import transaction

from jobs.services import enqueue
from training import tasks
from training.models import RegisterEntry, TrainingSession

WEEK, DAY = timedelta(days=7), timedelta(days=1)
AT_A_TIME = 500


@transaction.atomic
def remind_of_sessions(*, at: datetime) -> int:
    """Remind whoever is expected within a week, and again within a day; returns how many, 500 at most in one go.

    Two clocks may run: an entry that another one holds is left to it. Who was added late gets the later reminder alone.
    """
    waiting = (
        RegisterEntry.objects.unset()
        .filter(session__in=TrainingSession.objects.planned(), person__is_active=True, watched_at=None)
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")
    )
    a_day = list(waiting.due(after=at, until=at + DAY).filter(reminded_day_at=None)[:AT_A_TIME])
    a_week = list(waiting.due(after=at + DAY, until=at + WEEK).filter(reminded_week_at=None)[: AT_A_TIME - len(a_day)])
    for entries, name in ((a_day, "reminded_day_at"), (a_week, "reminded_week_at")):
        RegisterEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(**{name: at})
    for entry in (*a_day, *a_week):
        enqueue(tasks.remind_member_of_session, at=at, entry_id=entry.pk)
    return len(a_day) + len(a_week)

"""Looking through the access log by the clock, in bounded steps."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from audit import services as audit
from common.clock import london_day
from insights.queries.unusual import findings_of

WATCHER = "unusual"
ENTRIES_A_STEP = 5_000
# What a slow transaction writes late is not passed over.
SETTLED_AFTER = timedelta(minutes=5)


@transaction.atomic
def watch_log(*, at: datetime, limit: int = ENTRIES_A_STEP) -> int:
    """Take the next entries, judge the days of the people in them anew, and list what is unusual; return how many entries were taken.

    A day is judged as a whole, so what comes in parts is found too, and doing it twice lists nothing twice.
    """
    waiting, _ = audit.entries_to_watch(WATCHER, until=at - SETTLED_AFTER, limit=limit)
    if not waiting:
        return 0
    days = sorted({(actor, london_day(moment)) for _, actor, moment in waiting if actor})
    people = {
        str(one.pk): one
        for one in User.objects.filter(pk__in={actor for actor, _ in days}).select_related("team", "agency")
    }
    for actor, day in days:
        if actor in people:
            audit.list_unusual(findings_of(people[actor], day), at=at)
    audit.move_watch(WATCHER, to=waiting[-1][0])
    return len(waiting)

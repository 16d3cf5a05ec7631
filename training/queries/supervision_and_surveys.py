"""What of supervision, surveys, exercises, knowledge tests and inductions waits for somebody on the home page: all of it in one query."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Func, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import User
from common.clock import ONE_DAY, london_day
from common.waiting import Waiting
from training.enums import SupervisionState
from training.models import KnowledgeTest, Supervision, SupervisionSession, Survey
from training.queries.exercises import groups_at_work
from training.queries.inductions import rows_to_count, waiting_lines
from training.queries.supervision import recent_openings, unread_records

# So long before a session is due somebody is asked to plan it.
PLAN_AHEAD = timedelta(days=14)


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Sessions to plan or to account for, records to read or opened by a superior, surveys to answer, exercises under way, tests to take."""
    if user.agency_id is None:
        return []
    today = london_day(at)
    own = Supervision.objects.of(user)
    planned = SupervisionSession.objects.filter(supervision=OuterRef("pk"), state=SupervisionState.PLANNED)
    without_plan = own.current(on=today).filter(~Exists(planned))
    due = without_plan.due_by(today + PLAN_AHEAD)
    late = without_plan.due_by(today - ONE_DAY)
    supervised = Supervision.objects.filter(supervisor=user, agency=user.agency_id)
    passed = SupervisionSession.objects.filter(
        supervision__in=supervised, state=SupervisionState.PLANNED, planned_on__lt=today
    )
    unread = unread_records(user)
    opened = recent_openings(user, at=at)
    surveys = Survey.objects.to_answer_by(user, on=today)
    exercises = groups_at_work(user)
    tests = KnowledgeTest.objects.to_take_by(user, at=at)

    inductions = rows_to_count(user, on=today)
    counted = User.objects.filter(pk=user.pk).values_list(
        *(_count(rows) for rows in (due, late, passed, unread, opened, surveys, exercises, tests, *inductions))
    )
    to_plan, overdue, to_account, to_read, glass, to_answer, at_work, to_take, *of_inductions = counted.get()
    supervision = reverse("training:supervision")
    return [
        line
        for line in (
            Waiting("Supervision sessions to plan", to_plan, supervision, is_late=overdue > 0),
            Waiting("Supervision sessions to record as held or missed", to_account, supervision, is_late=True),
            Waiting("Supervision records to read and confirm", to_read, f"{supervision}#to-read"),
            Waiting("Supervision records of yours that a superior opened", glass, f"{supervision}#opened"),
            Waiting("Staff surveys to answer, anonymously", to_answer, reverse("training:surveys")),
            Waiting("Exercises under way, with your group in them", at_work, reverse("training:exercises")),
            Waiting("Knowledge tests to take", to_take, reverse("training:knowledge")),
            *waiting_lines(user, of_inductions),
        )
        if line.count
    ]


def _count(rows: "QuerySet[Any]") -> Coalesce:
    """How many, as one value of a larger query."""
    counted = rows.order_by().annotate(how_many=Func("pk", function="COUNT", output_field=IntegerField()))
    return Coalesce(Subquery(counted.values("how_many")), 0)

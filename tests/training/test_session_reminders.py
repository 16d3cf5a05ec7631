"""Members are reminded a week and a day before a session, each once, and anew when it is moved."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings

from jobs.models import Job
from tests.factories.programmes import CohortFactory, CohortMemberFactory, ProgrammeFactory, TrainingSessionFactory
from tests.people import NOW, Cast
from training.models import Cohort, TrainingSession
from training.schedules import remind_members
from training.services.reminders import remind_of_sessions
from training.services.training_sessions import change_session

STARTS = NOW + timedelta(days=30)


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    cohort = CohortFactory(programme=ProgrammeFactory(force=cast.police, set_up_by=cast.tess))
    for person in (cast.olu, cast.mina):
        CohortMemberFactory(cohort=cohort, person=person)
    return cohort


def look(*before: timedelta, of: datetime = STARTS) -> list[int]:
    return [remind_of_sessions(at=of - one) for one in before]


def test_each_is_reminded_a_week_and_a_day_before_and_never_twice(cohort):
    TrainingSessionFactory(cohort=cohort, starts_at=STARTS)
    week, day, minute = timedelta(days=7), timedelta(days=1), timedelta(minutes=1)

    assert look(week + minute, week, week - minute, day + minute, day, day - minute, minute) == [0, 2, 0, 0, 2, 0, 0]
    assert look(timedelta()) == [0]
    reminded = Job.objects.filter(task="training.tasks.remind_member_of_session")
    assert reminded.count() == 4
    assert set(reminded.values_list("arguments", flat=True)[0]) == {"entry_id"}


def test_who_was_added_late_gets_the_later_one_alone(cohort):
    TrainingSessionFactory(cohort=cohort, starts_at=STARTS)

    assert look(timedelta(hours=3), timedelta(hours=2)) == [2, 0]


def test_nobody_is_reminded_of_what_was_called_off_or_is_over_or_when_marked_or_gone(cast, cohort):
    TrainingSessionFactory(cohort=cohort, starts_at=STARTS, state="CANCELLED")
    session = TrainingSessionFactory(cohort=cohort, starts_at=STARTS)
    session.entries.filter(person=cast.olu).update(
        presence="EXCUSED", marked_how="TICK", marked_at=NOW, marked_by=cast.tess
    )
    cast.mina.is_active = False
    cast.mina.save()

    assert look(timedelta(days=6), timedelta(hours=5)) == [0, 0]


def test_a_moved_session_is_reminded_of_anew(cast, cohort):
    session: TrainingSession = TrainingSessionFactory(cohort=cohort, starts_at=STARTS)
    assert look(timedelta(days=7)) == [2]
    moved = STARTS + timedelta(days=14)
    change_session(
        session_id=session.pk,
        starts_at=moved,
        ends_at=moved + timedelta(hours=3),
        delivery=session.delivery,
        place=session.place,
        trainer=cast.tess,
        by=cast.tess,
        at=STARTS - timedelta(days=6),
    )

    assert look(timedelta(days=5)) == [0]
    assert look(timedelta(days=7), of=moved) == [2]


def test_a_video_is_reminded_of_before_its_last_day_and_not_to_who_has_watched_it(cast, cohort):
    video = TrainingSessionFactory(cohort=cohort, delivery="VIDEO", starts_at=NOW, ends_at=STARTS)
    video.entries.filter(person=cast.olu).update(watched_at=NOW, watched_version=video.module_version)

    assert look(timedelta(days=7), timedelta(days=1)) == [1, 1]


def test_the_clock_looks_every_ten_minutes(cohort):
    (entry,) = [one for one in settings.CELERY_BEAT_SCHEDULE.values() if one["task"] == remind_members.name]
    remind_members()

    assert entry["schedule"] == 600
    assert not Job.objects.exists()

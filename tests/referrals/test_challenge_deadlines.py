"""The deadlines of challenges: each stage ends in time, and what nobody responds to goes up by itself."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Entry
from common.clock import is_working_day, london_day
from jobs import services as jobs
from jobs.models import Job
from referrals import queries, services
from referrals.enums import WORKING_DAYS_AT, ChallengeLevel, ChallengeState, Matter
from tests.people import NOW
from tests.referrals.differences import LATER, fresh

MOMENTS = st.integers(0, 5 * 365 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(at=MOMENTS, level=st.sampled_from(ChallengeLevel))
def test_a_stage_ends_at_the_close_of_a_working_day_and_never_before_it_began(at, level):
    due = services.challenge_due_at(at, level=level, is_risk_now=False)

    assert due > at
    assert is_working_day(london_day(due))
    between = (london_day(at) + timedelta(days=n) for n in range(1, (london_day(due) - london_day(at)).days + 1))
    assert sum(map(is_working_day, between)) == WORKING_DAYS_AT[level]


@given(at=MOMENTS, level=st.sampled_from(ChallengeLevel))
def test_with_risk_now_each_stage_ends_the_same_day_weekend_or_not(at, level):
    due = services.challenge_due_at(at, level=level, is_risk_now=True)

    assert at < due
    assert london_day(due - timedelta(microseconds=1)) == london_day(at)


@pytest.mark.parametrize(
    ("level", "due"),
    [
        (0, datetime(2026, 11, 23, 17, tzinfo=UTC)),
        (1, datetime(2026, 11, 23, 17, tzinfo=UTC)),
        (2, datetime(2026, 11, 24, 17, tzinfo=UTC)),
        (3, datetime(2026, 11, 27, 16, 30, tzinfo=UTC)),
        (5, datetime(2026, 11, 27, 16, 30, tzinfo=UTC)),
    ],
)
def test_limits_from_a_friday(level, due):
    assert services.challenge_due_at(NOW, level=level, is_risk_now=False) == due


def mails_about(challenge, mailoutbox, *, at):
    """Send what waits, and say who was written to, mail by mail."""
    for job in Job.objects.filter(task="referrals.tasks.email_side_about_challenge"):
        jobs.run(job_id=job.pk, at=at)
    return sorted(mail.to for mail in mailoutbox)


def test_what_is_late_is_noted_once_a_stage_and_both_sides_are_told(difference, cast, mailoutbox):
    challenge = difference.about(Matter.DECISION)
    difference.respond(challenge)
    Job.objects.all().delete()
    due = fresh(challenge).due_at
    late = due + timedelta(minutes=1)

    assert services.note_late_challenges(at=due) == 0
    assert [services.note_late_challenges(at=late) for _ in range(2)] == [1, 0]

    assert (fresh(challenge).late_noted_at, fresh(challenge).state) == (late, ChallengeState.RESPONDED)
    assert Entry.objects.filter(what="challenge.late").count() == 1
    told = [["mina@example.org"], ["pat@example.org"], ["sam@example.org"]]
    assert mails_about(challenge, mailoutbox, at=late) == told
    difference.step_up(challenge, at=late, words="Not settled.")
    assert fresh(challenge).late_noted_at is None
    assert services.note_late_challenges(at=late + timedelta(days=9)) == 1


@pytest.mark.parametrize("matter", Matter)
def test_what_nobody_responds_to_in_time_goes_to_the_next_stage_by_itself_and_both_sides_are_told(
    difference, cast, mailoutbox, matter
):
    challenge = difference.about(matter)
    Job.objects.all().delete()
    late = challenge.due_at + timedelta(minutes=1)

    assert [services.note_late_challenges(at=late) for _ in range(2)] == [1, 0]

    moved = fresh(challenge)
    assert (moved.level, moved.state, moved.late_noted_at) == (2, ChallengeState.OPEN, None)
    assert moved.due_at == services.challenge_due_at(late, level=2, is_risk_now=False)
    assert list(Entry.objects.filter(what__startswith="challenge.").order_by("pk").values_list("what", "actor_id")) == [
        ("challenge.raised", str(difference.raiser(challenge).pk)),
        ("challenge.late", ""),
        ("challenge.moved_up", ""),
    ]
    told = [["mina@example.org"], ["pat@example.org"], ["sam@example.org"]]
    assert mails_about(challenge, mailoutbox, at=late) == told
    assert [(stage.level, stage.ran_out) for stage in queries.stages_of(moved)] == [(1, True), (2, False)]


def test_nothing_goes_further_by_itself_than_the_last_stage(difference, mailoutbox):
    challenge, at = difference.about(Matter.DECISION), NOW
    for _ in range(7):
        at += timedelta(days=20)
        services.note_late_challenges(at=at)

    assert (fresh(challenge).level, fresh(challenge).state) == (5, ChallengeState.OPEN)
    assert Entry.objects.filter(what="challenge.moved_up").count() == 4


def test_what_has_ended_is_never_late(difference):
    challenge = difference.about(Matter.DECISION)
    difference.withdraw(challenge)

    assert services.note_late_challenges(at=LATER) == 0
    assert not fresh(challenge).is_late(at=LATER)

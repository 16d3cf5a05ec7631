"""Deadlines of decisions and reviews: risk sets them, in the hub's working time; late is noted once, by the clock."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Entry
from common import clock
from jobs import services as jobs
from jobs.models import Job
from referrals import services
from referrals.enums import HOURS_TO_DECIDE, HOURS_TO_REVIEW, Lateness, RiskLevel
from referrals.models import LateDecision, Referral
from referrals.schedules import mark_late_decisions
from tests.factories.referrals import ReferralFactory
from tests.people import make_cast
from tests.races import at_once

LONDON = clock.LONDON
FRIDAY = datetime(2026, 11, 20, 15, 0, tzinfo=LONDON)

moments = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001 -- hypothesis wants naive bounds and adds the zone
    max_value=datetime(2031, 12, 31),  # noqa: DTZ001 -- hypothesis wants naive bounds and adds the zone
    timezones=st.just(UTC),
)
# Minutes around the two clock changes of a year, when an hour of the London clock is missing or comes twice.
changes = st.tuples(
    st.sampled_from([datetime(2026, 10, 25, tzinfo=UTC), datetime(2027, 3, 28, tzinfo=UTC)]),
    st.integers(-72 * 60, 72 * 60),
).map(lambda pair: pair[0] + timedelta(minutes=pair[1]))
risks = st.sampled_from(list(RiskLevel))


def due(moment, risk):
    return clock.add_working_hours(moment, HOURS_TO_DECIDE[risk])


@pytest.mark.parametrize(
    ("submitted", "risk", "expected"),
    [
        ("2026-11-20 15:00", RiskLevel.HIGH, "2026-11-23 11:00"),
        ("2026-11-20 09:00", RiskLevel.HIGH, "2026-11-20 13:00"),
        ("2026-11-21 12:00", RiskLevel.HIGH, "2026-11-23 12:30"),
        ("2026-12-24 16:00", RiskLevel.HIGH, "2026-12-29 11:30"),
        ("2026-11-19 16:00", RiskLevel.MEDIUM, "2026-11-24 15:00"),
        ("2026-11-19 16:00", RiskLevel.STANDARD, "2026-12-02 12:30"),
    ],
)
def test_risk_sets_when_a_decision_is_due(life, monkeypatch, submitted, risk, expected):
    moment = datetime.fromisoformat(submitted).replace(tzinfo=LONDON)
    monkeypatch.setattr("tests.referrals.conftest.NOW", moment)

    assert life.submitted(risk_level=risk).due_at == datetime.fromisoformat(expected).replace(tzinfo=LONDON)


@given(moment=moments | changes, risk=risks)
def test_a_decision_is_due_after_its_submission_within_the_hours_and_on_no_bank_holiday(moment, risk):
    deadline = due(moment, risk)
    local = deadline.astimezone(LONDON)
    hours = clock.STANDARD_WEEK.on(local.date())

    assert deadline > moment
    assert hours is not None
    assert hours.opens < local.time() <= hours.closes
    assert not clock.is_bank_holiday(local.date())
    assert local.weekday() < 5


@given(first=moments | changes, second=moments | changes, risk=risks)
def test_what_was_submitted_earlier_is_never_due_later(first, second, risk):
    earlier, later = sorted((first, second))

    assert due(earlier, risk) <= due(later, risk)


@given(moment=moments | changes)
def test_the_higher_the_risk_the_sooner_it_is_due(moment):
    assert due(moment, RiskLevel.HIGH) < due(moment, RiskLevel.MEDIUM) < due(moment, RiskLevel.STANDARD)


@given(moment=moments | changes, risk=risks)
def test_the_hub_has_exactly_its_working_hours_whatever_the_clocks_do(moment, risk):
    assert clock.working_time_left(moment, due(moment, risk)) == timedelta(hours=HOURS_TO_DECIDE[risk])


@given(moment=moments | changes, wait=st.integers(0, 400))
def test_time_left_never_grows_while_time_goes_by(moment, wait):
    deadline = due(moment, RiskLevel.STANDARD)

    left = clock.working_time_left(moment + timedelta(minutes=wait), deadline)

    assert left <= clock.working_time_left(moment, deadline)


@given(moment=moments | changes)
def test_a_review_is_due_after_elapsed_hours_at_night_too(moment):
    assert clock.add_calendar_hours(moment, HOURS_TO_REVIEW[RiskLevel.HIGH]) - moment == timedelta(hours=2)


@given(moment=moments | changes)
def test_out_of_hours_is_when_no_working_time_goes_by(moment):
    instant = timedelta(microseconds=1)

    assert clock.is_open(moment) == (clock.working_time_left(moment, moment + instant) == instant)
    assert clock.is_open(clock.next_opening(moment))
    assert clock.next_opening(moment) > moment
    assert clock.end_of_last_working_day(moment) <= moment


@pytest.mark.parametrize(
    ("moment", "is_open", "opens"),
    [
        ("2026-11-20 16:29", True, "2026-11-23 08:30"),
        ("2026-11-20 16:30", False, "2026-11-23 08:30"),
        ("2026-11-23 08:29", False, "2026-11-23 08:30"),
        ("2026-11-23 08:30", True, "2026-11-24 08:30"),
        ("2026-12-24 20:00", False, "2026-12-29 08:30"),
    ],
)
def test_the_hub_is_open_by_its_week(moment, is_open, opens):
    at = datetime.fromisoformat(moment).replace(tzinfo=LONDON)

    assert clock.is_open(at) is is_open
    assert clock.next_opening(at) == datetime.fromisoformat(opens).replace(tzinfo=LONDON)


def waiting(author, *, due_at, **fields):
    return ReferralFactory(author=author, submitted_at=due_at - timedelta(hours=4), due_at=due_at, **fields)


def noted(referral):
    return list(LateDecision.objects.filter(referral=referral).order_by("noted_at").values_list("lateness", flat=True))


def test_a_decision_that_became_late_is_noted_once_and_the_supervisors_told(cast, mailoutbox):
    late, soon = waiting(cast.olu, due_at=FRIDAY), waiting(cast.olu, due_at=FRIDAY + timedelta(hours=1))
    decided = waiting(cast.olu, due_at=FRIDAY, state="DECIDED")
    at = FRIDAY + timedelta(minutes=1)

    assert [services.note_late_decisions(at=FRIDAY), services.note_late_decisions(at=at)] == [0, 1]
    assert services.note_late_decisions(at=at + timedelta(minutes=1)) == 0

    assert (noted(late), noted(soon), noted(decided)) == ([Lateness.LATE], [], [])
    assert LateDecision.objects.get().due_at == FRIDAY
    assert Entry.objects.get(what="referral.became_late").details == {"lateness": "LATE"}
    jobs.run(job_id=Job.objects.get().pk, at=timezone.now())
    (mail,) = mailoutbox
    assert mail.to == [cast.sam.email]
    assert "Became late: 1." in mail.body
    assert late.reference not in mail.body


def test_what_still_waits_when_the_next_working_day_has_ended_is_very_late(cast):
    referral = waiting(cast.olu, due_at=FRIDAY)
    monday = datetime(2026, 11, 23, 17, 0, tzinfo=LONDON)

    services.note_late_decisions(at=monday - timedelta(minutes=1))
    assert noted(referral) == [Lateness.LATE]
    services.note_late_decisions(at=monday)

    assert noted(referral) == [Lateness.LATE, Lateness.VERY_LATE]


def test_the_note_stays_when_the_decision_is_made(cast, life):
    referral = life.submitted()
    services.note_late_decisions(at=referral.due_at + timedelta(minutes=1))
    services.decide_referral(
        referral_id=referral.pk,
        level=4,
        pathway="SECTION_17",
        rationale="The fictitious child is alone at night, often, and no adult came. " * 2,
        by=cast.mina,
        at=referral.due_at + timedelta(hours=1),
    )

    assert noted(referral) == [Lateness.LATE]


def test_the_database_notes_each_once_and_never_before_it_was_due(cast):
    row = {"referral": waiting(cast.olu, due_at=FRIDAY), "lateness": Lateness.LATE, "due_at": FRIDAY}
    LateDecision.objects.create(**row, noted_at=FRIDAY + timedelta(minutes=1))

    with pytest.raises(IntegrityError, match="late_decision_is_noted_once"), transaction.atomic():
        LateDecision.objects.create(**row, noted_at=FRIDAY + timedelta(minutes=2))
    early = row | {"lateness": Lateness.VERY_LATE}
    with pytest.raises(IntegrityError, match="noted_after_it_was_due"), transaction.atomic():
        LateDecision.objects.create(**early, noted_at=FRIDAY)


def test_the_clock_runs_it(cast):
    waiting(cast.olu, due_at=timezone.now() - timedelta(minutes=5))

    mark_late_decisions()

    assert LateDecision.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clocks_note_it_once():
    cast = make_cast()
    for _ in range(5):
        waiting(cast.olu, due_at=FRIDAY)
    note = partial(services.note_late_decisions, at=FRIDAY + timedelta(minutes=1))

    counts = at_once(note, note)

    assert sum(counts) == LateDecision.objects.count() == Referral.objects.count() == 5

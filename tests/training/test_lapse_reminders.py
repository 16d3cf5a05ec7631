"""People hear 60, 30 and 7 days before something of theirs lapses, each time once and in one mail; who leads a team once a week."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from celery.schedules import crontab
from django.conf import settings
from django.core import mail
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import User
from jobs.models import Job
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.training import (
    EarlierAcceptanceFactory,
    EarlierSignOffFactory,
    ModuleVersionFactory,
    RoleProfileFactory,
    SkillEvidenceFactory,
    SkillFactory,
    TrainingRecordFactory,
)
from tests.people import NOW, Cast, make_cast
from tests.races import at_once
from training import notifications
from training.enums import EvidenceAnswer
from training.models import LapseReminder, Module, ModuleVersion, ProfileSkill, TrainingDigest, TrainingRecord
from training.schedules import remind_of_what_lapses
from training.services.lapse_reminders import remind_of_lapses

# A Friday, on which who leads a team hears nothing.
TODAY = date(2026, 11, 20)
MONDAY = NOW + timedelta(days=3)


@pytest.fixture
def needed(cast: Cast) -> ModuleVersion:
    """A module that officers need; it holds for a year."""
    return needed_by_officers(cast)


def needed_by_officers(cast: Cast, **fields) -> ModuleVersion:
    fields = {"module__force": cast.police, "required_for": ["FRONTLINE_OFFICER"], "valid_months": 12} | fields
    return ModuleVersionFactory(**fields)


def lapses_in(days: int, cast: Cast, version: ModuleVersion, person: User | None = None) -> TrainingRecord:
    """A record that no longer counts after so many days."""
    people = {"trainer": cast.tess, "mentor": cast.moss, "line_manager": cast.sam}
    record: TrainingRecord = TrainingRecordFactory(
        person=person or cast.olu,
        module_version=version,
        state="COMPLETE",
        lapses_on=TODAY + timedelta(days=days),
        **people,
    )
    return record


def look(*days: int) -> list[int]:
    """How many digests the clock makes so many days after today."""
    return [remind_of_lapses(at=NOW + timedelta(days=one)) for one in days]


def noted() -> list[int]:
    return list(LapseReminder.objects.order_by("noted_at", "-days").values_list("days", flat=True))


def mails(*, at: datetime = NOW) -> list[mail.EmailMessage]:
    """What the digests that there are say if they are sent at that moment."""
    mail.outbox.clear()
    for digest in TrainingDigest.objects.order_by("person__name"):
        notifications.email_digest(digest_id=str(digest.pk), at=at)
    return list(mail.outbox)


# --- the person -------------------------------------------------------------------------------------------------------


def test_day_by_day_somebody_is_told_three_times_and_never_twice_of_the_same(cast, needed):
    lapses_in(62, cast, needed)

    told = [day for day in range(70) if remind_of_lapses(at=NOW + timedelta(days=day))]

    selves = TrainingDigest.objects.filter(audience="SELF").order_by("sent_on")
    assert [(one.sent_on - TODAY).days for one in selves] == [2, 32, 55]
    assert noted() == [60, 30, 7]
    assert {2, 32, 55} <= set(told)


def test_what_was_passed_unseen_is_noted_together_and_gives_one_mail(cast, needed):
    lapses_in(20, cast, needed)
    lapses_in(5, cast, needed_by_officers(cast))

    assert look(0, 0, 1) == [1, 0, 0]
    assert sorted(noted()) == [7, 30, 30, 60, 60]
    (sent,) = mails()
    assert sent.to == [cast.olu.email]
    assert "1 thing runs out within 7 days. Also 1 thing runs out within 30 days." in sent.body


def test_a_digest_is_no_flood_unless_something_lapses_within_a_week(cast, needed):
    for days in (60, 61, 64, 13):
        lapses_in(days, cast, needed_by_officers(cast))

    # 60 and 13 days away today; 61 tomorrow and 64 in four days wait until six days have passed.
    assert look(0, 1, 4, 5) == [1, 0, 0, 0]
    # On day 6 the one of 13 days is 7 days away, and those that waited come with it.
    assert look(6, 7, 8) == [1, 0, 0]
    assert TrainingDigest.objects.filter(audience="SELF").count() == 2
    days = list(TrainingDigest.objects.order_by("sent_on").values_list("sent_on", flat=True))
    assert all(later - earlier >= timedelta(days=6) for earlier, later in pairwise(days))


def test_within_a_week_somebody_hears_at_once_though_they_heard_yesterday(cast, needed):
    lapses_in(60, cast, needed)
    lapses_in(8, cast, needed_by_officers(cast))

    assert look(0, 1) == [1, 1]


@pytest.mark.parametrize(("days", "expected"), [(61, 0), (60, 1), (1, 1), (0, 0), (-3, 0)])
def test_it_begins_60_days_before_and_ends_when_it_has_lapsed(cast, needed, days, expected):
    lapses_in(days, cast, needed)

    assert look(0) == [expected]


def test_nobody_hears_of_what_was_renewed_or_nobody_asks_for_or_when_gone(cast, needed):
    lapses_in(20, cast, needed)
    lapses_in(400, cast, needed)
    lapses_in(20, cast, ModuleVersionFactory(module__force=cast.police))
    retired = needed_by_officers(cast)
    lapses_in(20, cast, retired)
    Module.objects.filter(pk=retired.module_id).update(
        retired_on=TODAY, retired_reason="Replaced.", retired_at=NOW, retired_by=cast.tess
    )
    gone = UserFactory(agency=cast.police, roles=["FRONTLINE_OFFICER"], is_active=False)
    lapses_in(20, cast, needed, gone)

    assert look(0) == [0]
    assert not LapseReminder.objects.exists()


def test_skills_are_among_what_lapses(cast):
    skill = SkillFactory(force=cast.police, valid_months=12)
    profile = RoleProfileFactory(force=cast.police, account_role="FRONTLINE_OFFICER")
    ProfileSkill.objects.create(profile=profile, skill=skill, level=None)
    entry = SkillEvidenceFactory(
        person=cast.olu, skill=skill, answered_by=cast.lin, lapses_on=TODAY + timedelta(days=30)
    )
    assert entry.answer == EvidenceAnswer.CONFIRMED

    assert look(0) == [1]
    assert set(LapseReminder.objects.values_list("evidence", "record", "days")) == {
        (entry.pk, None, 60),
        (entry.pk, None, 30),
    }


def test_the_mail_names_nobody_and_no_module_and_says_where_to_look(cast, needed):
    lapses_in(30, cast, needed)
    look(0)

    (sent,) = mails()

    assert "1 thing runs out within 30 days." in sent.body
    assert "/training/" in sent.body
    assert needed.module.title not in sent.body + sent.subject
    assert "Fictitious" not in sent.body + sent.subject


def test_who_renewed_it_before_the_mail_goes_out_gets_none(cast, needed):
    lapses_in(30, cast, needed)
    look(0)
    lapses_in(400, cast, needed)

    assert mails() == []


def test_who_left_before_the_mail_goes_out_gets_none(cast, needed):
    lapses_in(30, cast, needed)
    look(0)
    User.objects.filter(pk=cast.olu.pk).update(is_active=False)

    assert mails() == []


# --- who leads a team -------------------------------------------------------------------------------------------------


def test_on_mondays_who_leads_a_team_hears_how_much_and_once_a_week(cast, needed):
    lapses_in(30, cast, needed)
    lapses_in(-5, cast, needed_by_officers(cast))
    look(0, 1, 2)
    assert not TrainingDigest.objects.filter(audience="LEADER").exists()

    assert look(3, 3, 4, 9, 10) == [1, 0, 0, 0, 1]

    leaders = TrainingDigest.objects.filter(audience="LEADER").order_by("sent_on")
    assert [(one.person, (one.sent_on - TODAY).days) for one in leaders] == [(cast.lin, 3), (cast.lin, 10)]
    (first, *_) = [one for one in mails(at=MONDAY) if one.to == [cast.lin.email]]
    assert "1 thing runs out within 30 days. 1 has run out already." in first.body
    assert f"/training/matrix/?team={cast.response_team.pk}&state=OPEN" in first.body


def test_a_leader_of_a_team_in_which_nothing_lapses_hears_nothing(cast, needed):
    lapses_in(200, cast, needed)

    assert look(3) == [0]


def test_a_leader_who_leads_no_more_when_the_mail_goes_out_gets_none(cast, needed):
    lapses_in(30, cast, needed)
    look(3)
    cast.lin.role_grants.update(ends_on=TODAY)

    assert [one.to for one in mails(at=MONDAY)] == [[cast.olu.email]]


def test_five_hundred_lapses_of_fifty_people_on_one_day_are_fifty_mails_and_one(cast):
    team = TeamFactory(agency=cast.police, name="Large")
    leader = UserFactory(agency=cast.police, team=team, roles=["LINE_MANAGER"])
    versions = [needed_by_officers(cast) for _ in range(10)]
    for person in UserFactory.create_batch(50, agency=cast.police, team=team, roles=["FRONTLINE_OFFICER"]):
        for version in versions:
            lapses_in(33, cast, version, person)

    assert look(3) == [51]

    assert LapseReminder.objects.filter(days=30).count() == 500
    sent = mails(at=MONDAY)
    assert len(sent) == 51
    (of_leader,) = [one for one in sent if one.to == [leader.email]]
    assert "500 things run out within 30 days." in of_leader.body
    assert Job.objects.filter(task="training.tasks.email_digest").count() == 51


@pytest.mark.parametrize("count", [1, 3])
def test_the_clock_takes_the_same_queries_for_one_person_and_for_many(cast, needed, count, django_assert_num_queries):
    for _ in range(count):
        person = UserFactory(agency=cast.police, team=cast.response_team, roles=["FRONTLINE_OFFICER"])
        lapses_in(20, cast, needed, person)

    with django_assert_num_queries(17 + count):
        # One more for each mail: the job that sends it.
        look(0)


# --- two clocks, and what the database holds --------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_the_same_moment_tell_everybody_once():
    cast = make_cast()
    version = needed_by_officers(cast)
    for _ in range(5):
        with transaction.atomic():
            lapses_in(20, cast, version, UserFactory(agency=cast.police, roles=["FRONTLINE_OFFICER"]))

    made = at_once(lambda: remind_of_lapses(at=NOW), lambda: remind_of_lapses(at=NOW))

    assert sum(made) == 5
    assert TrainingDigest.objects.count() == 5
    assert LapseReminder.objects.count() == 10


def test_the_database_keeps_each_time_once_and_lets_nothing_be_changed_or_removed(cast, needed):
    record = lapses_in(20, cast, needed)
    look(0)
    digest = TrainingDigest.objects.get()
    another = lapses_in(20, cast, needed, cast.mina)

    for deed in (
        lambda: LapseReminder.objects.create(person=cast.olu, record=record, days=30, noted_at=NOW, digest=digest),
        lambda: LapseReminder.objects.create(person=cast.olu, record=record, days=10, noted_at=NOW, digest=digest),
        lambda: LapseReminder.objects.create(person=cast.olu, days=7, noted_at=NOW, digest=digest),
        lambda: LapseReminder.objects.create(person=cast.mina, record=another, days=7, noted_at=NOW, digest=digest),
        lambda: LapseReminder.objects.create(person=cast.olu, record=another, days=7, noted_at=NOW, digest=digest),
        lambda: TrainingDigest.objects.create(person=cast.olu, audience="SELF", sent_on=TODAY, made_at=NOW),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            deed()
    for deed in (
        lambda: LapseReminder.objects.update(days=7),
        lambda: TrainingDigest.objects.update(made_at=NOW),
        lambda: LapseReminder.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="What was written here is not"), transaction.atomic():
            deed()


def test_the_clock_looks_every_morning_at_ten_past_seven(cast):
    (entry,) = [one for one in settings.CELERY_BEAT_SCHEDULE.values() if one["task"] == remind_of_what_lapses.name]

    remind_of_what_lapses()

    assert entry["schedule"] == crontab(hour=7, minute=10)
    assert not Job.objects.exists()


# --- signed on paper before -------------------------------------------------------------------------------------------


def test_what_was_accepted_from_paper_is_told_of_three_times_as_a_record_is(cast, needed):
    sign_off = EarlierSignOffFactory(person=cast.olu)
    lapses_on = TODAY + timedelta(days=62)
    one = EarlierAcceptanceFactory(sign_off=sign_off, module=needed.module, accepted_by=cast.tess, lapses_on=lapses_on)

    told = [day for day in range(70) if remind_of_lapses(at=NOW + timedelta(days=day))]

    assert {2, 32, 55} <= set(told)
    assert list(LapseReminder.objects.order_by("-days").values_list("acceptance", "record", "days")) == [
        (one.pk, None, 60),
        (one.pk, None, 30),
        (one.pk, None, 7),
    ]


def test_nobody_is_told_of_what_was_taken_back_nor_of_anothers_paper(cast, needed):
    sign_off = EarlierSignOffFactory(person=cast.olu)
    gone = EarlierAcceptanceFactory(
        sign_off=sign_off,
        module=needed.module,
        accepted_by=cast.tess,
        lapses_on=TODAY + timedelta(days=20),
        taken_back_at=NOW,
        taken_back_by=cast.tess,
        taken_back_because="Of somebody else.",
    )
    digest = TrainingDigest.objects.create(person=cast.mina, audience="SELF", sent_on=TODAY, made_at=NOW)

    assert look(0) == [0]
    with pytest.raises(IntegrityError, match="their own training"), transaction.atomic():
        LapseReminder.objects.create(person=cast.mina, acceptance=gone, days=30, noted_at=NOW, digest=digest)

"""Sessions of programmes: planned for cohorts, moved, called off, joined by who has to catch up; and whoever is expected is told."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from audit.models import Entry
from common.errors import DomainError
from jobs.models import Job
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.programmes import (
    CohortFactory,
    CohortMemberFactory,
    ProgrammeFactory,
    TrainingSessionFactory,
)
from tests.factories.training import ModuleVersionFactory
from tests.people import NOW, Cast
from training import notifications
from training.enums import TRAINING_SESSION_MOVES, TrainingSessionMove, TrainingSessionState
from training.models import Cohort, ModuleVersion, RegisterEntry, TrainingSession
from training.services import training_sessions as services

STARTS = NOW + timedelta(days=10)
ROOM = "Training wing, room 2 (fictitious)"


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    """Olu and Mina, in a programme of one module."""
    cohort = CohortFactory(programme=ProgrammeFactory(force=cast.police, set_up_by=cast.tess))
    for person in (cast.olu, cast.mina):
        CohortMemberFactory(cohort=cohort, person=person)
    return cohort


def version_of(cohort: Cohort) -> ModuleVersion:
    return ModuleVersion.objects.get(module=cohort.programme.modules.get())


def plan(cast: Cast, *cohorts: Cohort, **fields) -> TrainingSession:
    defaults = {
        "module": cohorts[0].programme.modules.get(),
        "cohorts": cohorts,
        "starts_at": STARTS,
        "ends_at": STARTS + timedelta(hours=3),
        "delivery": "FACE_TO_FACE",
        "place": ROOM,
        "trainer": cast.tess,
        "by": cast.tess,
        "at": NOW,
    }
    return services.plan_session(**defaults | fields)


def move(cast: Cast, session: TrainingSession, **fields) -> TrainingSession:
    names = ("starts_at", "ends_at", "delivery", "place", "joining_link", "trainer")
    kept = {name: getattr(session, name) for name in names}
    return services.change_session(session_id=session.pk, by=cast.tess, at=NOW, **kept | fields)


def jobs(name: str) -> int:
    return Job.objects.filter(task=f"training.tasks.{name}").count()


def test_a_session_of_two_cohorts_expects_each_person_once(cast, cohort):
    second = CohortFactory(programme=ProgrammeFactory(force=cast.police, gives=[version_of(cohort)]))
    for person in (cast.olu, cast.lin):
        CohortMemberFactory(cohort=second, person=person)
    CohortMemberFactory(cohort=second, person=UserFactory(agency=cast.police, is_active=False))

    session = plan(cast, cohort, second)

    assert sorted(session.entries.values_list("person__name", flat=True)) == [
        "Lin Fictitious",
        "Mina Fictitious",
        "Olu Fictitious",
    ]
    assert session.state == TrainingSessionState.PLANNED
    assert set(session.entries.values_list("presence", flat=True)) == {""}
    assert Entry.objects.get(what="training.session_planned").object_id == str(session.pk)


def test_it_gives_the_version_that_is_taught_on_its_day(cast, cohort):
    first = version_of(cohort)
    second = ModuleVersionFactory(module=first.module, number=2, starts_on=STARTS.date())

    assert plan(cast, cohort).module_version == second
    earlier = plan(cast, cohort, starts_at=STARTS - timedelta(days=1), ends_at=STARTS)
    assert earlier.module_version == first
    assert move(cast, earlier, starts_at=STARTS, ends_at=STARTS + timedelta(hours=1)).module_version == second


def test_a_session_that_has_been_may_be_written_down(cast, cohort):
    yesterday = NOW - timedelta(days=1)

    assert plan(cast, cohort, starts_at=yesterday, ends_at=yesterday + timedelta(hours=1)).entries.count() == 2


def test_what_cannot_be_is_not_planned(cast, cohort):
    elsewhere = CohortFactory()
    other = ModuleVersionFactory(module__force=cast.police).module
    for fields, message in (
        ({"cohorts": []}, "at least one cohort"),
        ({"cohorts": [elsewhere]}, "not a cohort of your agency"),
        ({"module": other}, "not a module of"),
        ({"delivery": "WEBINAR"}, "how the session is given"),
        ({"place": " "}, "where the session is"),
        ({"joining_link": "https://meet.example.org/x"}, "has no link"),
        ({"delivery": "VIRTUAL"}, "has a place"),
        ({"ends_at": STARTS + timedelta(minutes=14)}, "15 minutes to 24 hours"),
        ({"ends_at": STARTS + timedelta(hours=25)}, "15 minutes to 24 hours"),
        ({"delivery": "VIDEO", "place": "", "ends_at": STARTS}, "for a year at most"),
        ({"trainer": cast.olu}, "not a trainer of this agency"),
        ({"starts_at": datetime(2019, 1, 1, tzinfo=UTC), "ends_at": datetime(2019, 1, 1, 1, tzinfo=UTC)}, "not taught"),
        ({"by": cast.lin}, "Only a trainer"),
        ({"by": UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINER"])}, "not a cohort of your agency"),
    ):
        with pytest.raises(services.CannotPlan, match=message):
            plan(cast, cohort, **fields)
    assert not TrainingSession.objects.exists()


def test_moving_it_tells_each_who_is_expected_and_reminds_them_anew(cast, cohort):
    session = plan(cast, cohort)
    session.entries.update(reminded_week_at=NOW)

    move(cast, session, starts_at=STARTS + timedelta(days=1), ends_at=STARTS + timedelta(days=1, hours=2))

    assert jobs("email_member_about_change") == 2
    assert set(session.entries.values_list("reminded_week_at", flat=True)) == {None}
    assert Entry.objects.get(what="training.session_changed").details == {"fields": ["ends_at", "starts_at"]}


def test_another_trainer_alone_is_told_to_nobody_and_the_same_again_changes_nothing(cast, cohort):
    session = plan(cast, cohort)
    second = UserFactory(agency=cast.police, roles=["TRAINER"])

    move(cast, session, trainer=second)
    move(cast, session, trainer=second)

    assert jobs("email_member_about_change") == 0
    assert Entry.objects.filter(what="training.session_changed").count() == 1


def test_what_has_begun_is_not_moved_but_a_video_may_be_there_for_longer(cast, cohort):
    begun = plan(cast, cohort, starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=1))
    video = plan(
        cast, cohort, starts_at=NOW - timedelta(days=1), ends_at=NOW + timedelta(days=5), delivery="VIDEO", place=""
    )

    with pytest.raises(services.CannotChange, match="has begun"):
        move(cast, begun, place="Room 3 (fictitious)")
    assert move(cast, video, ends_at=STARTS).ends_at == STARTS
    video.entries.filter(person=cast.olu).update(watched_at=NOW, watched_version=video.module_version)
    with pytest.raises(services.CannotChange, match="watched this video already"):
        move(cast, video, delivery="VIRTUAL", ends_at=NOW)


def test_calling_it_off_keeps_the_reason_and_tells_whoever_was_expected(cast, cohort):
    session = plan(cast, cohort)

    with pytest.raises(services.CannotCancel, match="Say why"):
        services.cancel_session(session_id=session.pk, reason=" ", by=cast.tess, at=NOW)
    services.cancel_session(session_id=session.pk, reason=" The trainer is ill. ", by=cast.tess, at=NOW)

    session.refresh_from_db()
    assert (session.state, session.cancel_reason, session.cancelled_by) == (
        "CANCELLED",
        "The trainer is ill.",
        cast.tess,
    )
    assert jobs("email_member_about_cancellation") == 2
    with pytest.raises(services.CannotCancel, match="is cancelled"):
        services.cancel_session(session_id=session.pk, reason="Again.", by=cast.tess, at=NOW)


def test_a_session_at_which_somebody_was_is_not_called_off(cast, cohort):
    session = TrainingSessionFactory(cohort=cohort, starts_at=NOW, presence="EXCUSED")

    with pytest.raises(services.CannotCancel, match="marked in the register already"):
        services.cancel_session(session_id=session.pk, reason="Nobody came.", by=cast.tess, at=NOW)


def test_who_has_to_catch_up_joins_once_and_is_told(cast, cohort):
    second = CohortFactory(programme=cohort.programme)
    member = CohortMemberFactory(cohort=second, person=cast.lin)
    session = plan(cast, cohort)

    def add() -> int:
        return services.add_to_session(session_id=session.pk, members=[member.pk], by=cast.tess, at=NOW)

    assert (add(), add()) == (1, 0)
    entry = RegisterEntry.objects.get(session=session, person=cast.lin)
    assert entry.cohort == second
    assert jobs("email_member_about_place") == 1


def test_nobody_joins_what_has_begun_or_what_is_not_given_to_them(cast, cohort):
    session = plan(cast, cohort)
    begun = TrainingSessionFactory(cohort=cohort, starts_at=NOW)
    stranger = CohortMemberFactory(cohort=CohortFactory(programme=ProgrammeFactory(force=cast.police)))
    member = CohortMemberFactory(cohort=CohortFactory(programme=cohort.programme), person=cast.lin)

    for session_id, members, message in (
        (session.pk, [member.pk, stranger.pk], "in no cohort"),
        (begun.pk, [member.pk], "has begun"),
    ):
        with pytest.raises(services.CannotJoin, match=message):
            services.add_to_session(session_id=session_id, members=members, by=cast.tess, at=NOW)
    with pytest.raises(services.CannotJoin, match="Only a trainer"):
        services.add_to_session(session_id=session.pk, members=[member.pk], by=cast.lin, at=NOW)
    assert not RegisterEntry.objects.filter(person=cast.lin).exists()


@pytest.mark.parametrize("state", list(TrainingSessionState))
def test_each_move_is_refused_where_the_table_does_not_have_it(cast, cohort, state):
    session = TrainingSessionFactory(cohort=cohort, starts_at=STARTS, state=state)
    deeds = {
        TrainingSessionMove.CHANGE: lambda: move(cast, session, place="Room 3 (fictitious)"),
        TrainingSessionMove.CANCEL: lambda: services.cancel_session(
            session_id=session.pk, reason="The trainer is ill.", by=cast.tess, at=NOW
        ),
        TrainingSessionMove.ADD: lambda: services.add_to_session(
            session_id=session.pk, members=[], by=cast.tess, at=NOW
        ),
    }
    for deed, do in deeds.items():
        with transaction.atomic():
            if (deed, state) in TRAINING_SESSION_MOVES:
                do()
            else:
                with pytest.raises(DomainError, match=f"is {state.label.lower()}"):
                    do()
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"ends_at": STARTS - timedelta(hours=1)}, "training_session_begins_before_it_ends"),
        ({"place": ""}, "training_session_is_in_a_place_or_by_link"),
        ({"delivery": "VIRTUAL", "place": ROOM}, "training_session_is_in_a_place_or_by_link"),
        ({"code_opened_at": NOW}, "training_session_code_says_who_and_when"),
        ({"held_at": NOW}, "training_session_held_says_who_and_when"),
        ({"state": "HELD", "held_by": None}, "training_session_held_says_who_and_when"),
        ({"state": "CANCELLED", "cancel_reason": ""}, "training_session_cancelled_says_who_when_and_why"),
    ],
)
def test_the_database_refuses_a_session_that_cannot_be(cohort, fields, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        TrainingSessionFactory(cohort=cohort, **{"starts_at": STARTS} | fields)


# --- mail -------------------------------------------------------------------------------------------------------------


def test_mail_names_nobody_and_no_module_and_leads_to_the_session(cast, cohort, mailoutbox):
    session = plan(cast, cohort)
    entry = session.entries.get(person=cast.olu)

    for send in (
        notifications.remind_member_of_session,
        notifications.email_member_about_place,
        notifications.email_member_about_change,
    ):
        send(entry_id=str(entry.pk))

    assert [mail.to for mail in mailoutbox] == [[cast.olu.email]] * 3
    assert len({mail.subject for mail in mailoutbox}) == 3
    for mail in mailoutbox:
        words = mail.subject + mail.body
        assert session.get_absolute_url() in words
        for secret in ("Olu", "Tess", session.module_version.module.title, ROOM, cohort.name):
            assert secret not in words


def test_no_mail_goes_to_who_is_concerned_no_longer(cast, cohort, mailoutbox):
    session = plan(cast, cohort)
    olu, mina = session.entries.get(person=cast.olu), session.entries.get(person=cast.mina)
    notifications.email_member_about_cancellation(entry_id=str(olu.pk))
    session.entries.filter(pk=olu.pk).update(presence="EXCUSED", marked_how="TICK", marked_at=NOW, marked_by=cast.tess)
    notifications.remind_member_of_session(entry_id=str(olu.pk))
    User.objects.filter(pk=cast.mina.pk).update(is_active=False)
    notifications.remind_member_of_session(entry_id=str(mina.pk))
    gone = str(mina.pk)
    mina.delete()
    notifications.remind_member_of_session(entry_id=gone)

    assert mailoutbox == []


def test_who_was_expected_is_told_that_it_is_cancelled(cast, cohort, mailoutbox):
    session = plan(cast, cohort)
    services.cancel_session(session_id=session.pk, reason="The trainer is ill.", by=cast.tess, at=NOW)
    entry = session.entries.get(person=cast.olu)

    notifications.email_member_about_cancellation(entry_id=str(entry.pk))
    notifications.remind_member_of_session(entry_id=str(entry.pk))

    assert [mail.subject for mail in mailoutbox] == ["A training session of yours is cancelled"]

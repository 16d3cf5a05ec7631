"""The register: by tick, by code, by video; closed once, with CPD for whoever was there; corrected with a reason."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from unittest import mock

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.test import override_settings

from accounts.models import User
from accounts.services import place_person
from audit import services as audit
from audit.models import Entry
from common.errors import DomainError
from common.shown_codes import CODES_ARE_SHOWN_FOR, MOST_WRONG_CODES, PAUSE
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.programmes import CohortFactory, CohortMemberFactory, ProgrammeFactory, TrainingSessionFactory
from tests.factories.training import ModuleVersionFactory
from tests.people import NOW, Cast
from training.enums import TRAINING_SESSION_MOVES, TrainingSessionMove, TrainingSessionState
from training.models import Cohort, CohortMember, CpdEntry, RegisterCorrection, RegisterEntry, TrainingSession
from training.services import registers as services
from training.services import training_sessions

STARTS = NOW
DURING = NOW + timedelta(minutes=10)
REASON = "Came in late, and signed the paper list."


@pytest.fixture
def cohort(cast: Cast) -> Cohort:
    """Olu, Mina and Lin, in a programme of one module of 90 minutes."""
    programme = ProgrammeFactory(
        force=cast.police,
        set_up_by=cast.tess,
        gives=[ModuleVersionFactory(module__force=cast.police, module__title="Child neglect", aims="Sees it.")],
    )
    cohort = CohortFactory(programme=programme)
    for person in (cast.olu, cast.mina, cast.lin):
        CohortMemberFactory(cohort=cohort, person=person)
    return cohort


@pytest.fixture
def session(cohort: Cohort) -> TrainingSession:
    """Three hours in a room."""
    return TrainingSessionFactory(cohort=cohort, starts_at=STARTS)


@pytest.fixture
def video(cohort: Cohort) -> TrainingSession:
    return TrainingSessionFactory(
        cohort=cohort, delivery="VIDEO", starts_at=NOW - timedelta(days=3), ends_at=NOW + timedelta(days=20)
    )


def entry_of(session: TrainingSession, person: User) -> RegisterEntry:
    return session.entries.get(person=person)


def take(session: TrainingSession, by: User, marks: dict[User, str], at: datetime = DURING) -> TrainingSession:
    by_entry = {entry_of(session, person).pk: presence for person, presence in marks.items()}
    return services.take_register(session_id=session.pk, marks=by_entry, by=by, at=at)


def close(session: TrainingSession, by: User, at: datetime = DURING) -> TrainingSession:
    return services.close_register(session_id=session.pk, by=by, at=at)


def correct(session: TrainingSession, person: User, presence: str, by: User, **fields) -> RegisterEntry:
    return services.correct_register(
        entry_id=entry_of(session, person).pk, presence=presence, by=by, **{"reason": REASON, "at": DURING} | fields
    )


def says(session: TrainingSession) -> dict[str, str]:
    return dict(session.entries.values_list("person__name", "presence").order_by("person__name"))


def logged() -> list[tuple[str, str, Decimal, date]]:
    entries = CpdEntry.objects.counted().order_by("person__name")
    return [(one.person.name, one.topic, one.hours, one.done_on) for one in entries]


# --- by tick ----------------------------------------------------------------------------------------------------------


def test_the_register_is_taken_in_one_go_and_who_is_not_marked_stays_unmarked(cast, session):
    take(session, cast.tess, {cast.olu: "PRESENT", cast.mina: "EXCUSED"})

    assert says(session) == {"Lin Fictitious": "", "Mina Fictitious": "EXCUSED", "Olu Fictitious": "PRESENT"}
    entry = entry_of(session, cast.olu)
    assert (entry.marked_how, entry.marked_at, entry.marked_by) == ("TICK", DURING, cast.tess)
    assert Entry.objects.get().details == {"marked": 2}


def test_until_it_is_closed_a_mark_is_changed_or_taken_back_and_the_same_again_changes_nothing(cast, session):
    take(session, cast.tess, {cast.olu: "PRESENT", cast.mina: "ABSENT"})
    take(session, cast.tess, {cast.olu: "", cast.mina: "PARTLY"})
    take(session, cast.tess, {cast.olu: "", cast.mina: "PARTLY"})

    assert says(session) == {"Lin Fictitious": "", "Mina Fictitious": "PARTLY", "Olu Fictitious": ""}
    assert (entry_of(session, cast.olu).marked_at, Entry.objects.count()) == (None, 2)


def test_nobody_is_marked_before_the_beginning(cast, session):
    early = STARTS - timedelta(seconds=1)

    with pytest.raises(services.CannotRegister, match="has begun"):
        take(session, cast.tess, {cast.olu: "PRESENT"}, at=early)
    with pytest.raises(services.CannotRegister, match="has begun"):
        close(session, cast.tess, at=early)
    with pytest.raises(services.CannotShowCode, match="has begun"):
        services.show_code(session_id=session.pk, by=cast.tess, at=early)


def test_one_wrong_mark_leaves_the_whole_register_as_it_was(cast, session):
    other = TrainingSessionFactory(starts_at=STARTS)
    stranger = CohortMemberFactory(cohort=other.cohorts.get())
    TrainingSessionFactory(cohort=stranger.cohort, starts_at=STARTS)
    foreign = RegisterEntry.objects.get(person=stranger.person)
    olu = entry_of(session, cast.olu).pk

    for marks, message in (
        ({olu: "PRESENT", foreign.pk: "PRESENT"}, "not expected"),
        ({olu: "HERE"}, "Choose present"),
    ):
        with pytest.raises(services.CannotRegister, match=message):
            services.take_register(session_id=session.pk, marks=marks, by=cast.tess, at=DURING)
    assert set(says(session).values()) == {""}


@pytest.mark.parametrize("name", ["olu", "lin", "sam", "moss", "leda", "ada", "pat"])
def test_nobody_but_trainers_of_the_agency_keeps_the_register(cast, session, name):
    by = getattr(cast, name)
    held = TrainingSessionFactory(cohort=session.cohorts.get(), starts_at=STARTS, state="HELD")
    deeds = (
        lambda: take(session, by, {cast.mina: "PRESENT"}),
        lambda: close(session, by),
        lambda: services.show_code(session_id=session.pk, by=by, at=DURING),
        lambda: correct(held, cast.mina, "PRESENT", by),
    )

    for do in deeds:
        with pytest.raises(DomainError, match="Only a trainer"):
            do()


def test_a_trainer_of_another_force_keeps_no_register_here(cast, session):
    stranger = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINER"])

    with pytest.raises(services.CannotRegister, match="Only a trainer"):
        take(session, stranger, {cast.olu: "PRESENT"})


def test_no_trainer_marks_themselves(cast, cohort):
    CohortMemberFactory(cohort=cohort, person=cast.tess)
    session = TrainingSessionFactory(cohort=cohort, starts_at=STARTS)
    services.show_code(session_id=session.pk, by=cast.tess, at=DURING)
    shown = services.code_shown(TrainingSession.objects.get(pk=session.pk), at=DURING)

    with pytest.raises(services.CannotRegister, match="Nobody marks themselves"):
        take(session, cast.tess, {cast.tess: "PRESENT"})
    with pytest.raises(services.CannotCheckIn, match="Another trainer"):
        services.check_in(session_id=session.pk, code=shown.digits, by=cast.tess, at=DURING)


# --- closing ----------------------------------------------------------------------------------------------------------


def test_closing_logs_the_hours_of_whoever_was_there_and_of_nobody_else(cast, session):
    take(session, cast.tess, {cast.olu: "PRESENT", cast.mina: "PARTLY"})

    closed = close(session, cast.tess)

    assert (closed.state, closed.held_at, closed.held_by) == ("HELD", DURING, cast.tess)
    assert logged() == [("Olu Fictitious", "Child neglect", Decimal("3.00"), date(2026, 11, 20))]
    entry = CpdEntry.objects.get()
    assert (entry.kind, entry.learned, entry.logged_by) == ("COURSE", "Sees it.", cast.tess)
    assert says(session)["Lin Fictitious"] == ""
    assert list(Entry.objects.order_by("pk").values_list("what", flat=True)) == [
        "training.register_taken",
        "training.cpd_logged",
        "training.register_closed",
    ]


def test_closing_twice_logs_once_whoever_closes_it(cast, session):
    take(session, cast.tess, {cast.olu: "PRESENT"})
    close(session, cast.tess)

    again = close(session, UserFactory(agency=cast.police, roles=["TRAINER"]))

    assert (again.held_by, len(logged())) == (cast.tess, 1)


def test_a_closing_that_breaks_half_way_leaves_nothing(cast, session):
    take(session, cast.tess, {cast.olu: "PRESENT", cast.mina: "PRESENT"})
    real = audit.record

    def breaks(**fields):
        if fields["what"] == "training.register_closed":
            raise RuntimeError
        return real(**fields)

    with mock.patch.object(services.audit, "record", breaks), pytest.raises(RuntimeError):
        close(session, cast.tess)

    session.refresh_from_db()
    assert (session.state, logged()) == ("PLANNED", [])


def test_who_moved_to_another_agency_before_it_was_closed_gets_no_hours_from_here(cast, session):
    take(session, cast.tess, {cast.olu: "PRESENT", cast.mina: "PRESENT"})
    User.objects.filter(pk=cast.olu.pk).update(agency=cast.council, team=None)

    close(session, cast.tess)

    assert [name for name, *_ in logged()] == ["Mina Fictitious"]


@pytest.mark.parametrize(
    ("minutes", "hours"), [(15, "0.25"), (22, "0.25"), (23, "0.50"), (90, "1.50"), (100, "1.75"), (1440, "24.00")]
)
def test_hours_are_to_the_nearest_quarter(cohort, minutes, hours):
    session = TrainingSessionFactory(cohort=cohort, starts_at=STARTS, ends_at=STARTS + timedelta(minutes=minutes))

    assert services.hours_of(session) == Decimal(hours)


# --- correcting -------------------------------------------------------------------------------------------------------


def test_a_late_correction_keeps_what_it_said_who_changed_it_and_why_and_cpd_follows(cast, session):
    take(session, cast.tess, {cast.olu: "ABSENT"})
    close(session, cast.tess)
    second = UserFactory(agency=cast.police, roles=["TRAINER"])

    entry = correct(session, cast.olu, "PRESENT", second)

    assert (entry.presence, entry.marked_how, entry.marked_by) == ("PRESENT", "CORRECTION", second)
    kept = RegisterCorrection.objects.get()
    assert (kept.earlier, kept.later, kept.reason, kept.corrected_by) == ("ABSENT", "PRESENT", REASON, second)
    assert [name for name, *_ in logged()] == ["Olu Fictitious"]


def test_who_was_not_there_after_all_loses_the_hours_and_gets_them_back_once(cast, session):
    take(session, cast.tess, {cast.olu: "PRESENT"})
    close(session, cast.tess)
    second = UserFactory(agency=cast.police, roles=["TRAINER"])

    correct(session, cast.olu, "ABSENT", cast.tess)
    assert logged() == []
    assert Entry.objects.filter(what="training.cpd_taken_back").count() == 1
    for _ in range(2):
        correct(session, cast.olu, "PRESENT", second)
    assert len(logged()) == 1
    taken_back = CpdEntry.objects.exclude(taken_back_at=None).get()
    assert (taken_back.taken_back_by, taken_back.taken_back_because) == (cast.tess, REASON)
    correct(session, cast.olu, "PARTLY", second)
    assert (logged(), CpdEntry.objects.count()) == ([], 2)
    correct(session, cast.olu, "PRESENT", second)
    earlier_ones = RegisterCorrection.objects.order_by("corrected_at", "pk").values_list("earlier", flat=True)
    assert sorted(earlier_ones) == ["ABSENT", "PARTLY", "PRESENT", "PRESENT"]


def test_a_correction_needs_a_reason_a_closed_register_and_something_to_say(cast, session):
    with pytest.raises(services.CannotCorrectRegister, match="not closed"):
        correct(session, cast.olu, "PRESENT", cast.tess)
    close(session, cast.tess)
    for presence, reason, message in (("PRESENT", " late    ", "Say why"), ("HERE", REASON, "Choose present")):
        with pytest.raises(services.CannotCorrectRegister, match=message):
            correct(session, cast.olu, presence, cast.tess, reason=reason)
    take_back = {"presence": "", "reason": REASON}
    correct(session, cast.olu, "ABSENT", cast.tess)
    with pytest.raises(services.CannotCorrectRegister, match="Choose what"):
        services.correct_register(entry_id=entry_of(session, cast.olu).pk, by=cast.tess, at=DURING, **take_back)


def test_nobody_changes_or_removes_a_correction(cast, session):
    close(session, cast.tess)
    correct(session, cast.olu, "PRESENT", cast.tess)

    for sql in ("UPDATE training_registercorrection SET reason = 'x'", "DELETE FROM training_registercorrection"):
        with pytest.raises((ProgrammingError, InternalError), match="never changed"), transaction.atomic():
            connection.cursor().execute(sql)


# --- who came without being on the list ---------------------------------------------------------------------------------


def other_cohort(session: TrainingSession, *people: User, **programme) -> Cohort:
    """A cohort of another programme that gives the session's module, unless told otherwise."""
    gives = {"gives": [session.module_version]} | programme
    cohort = CohortFactory(programme=ProgrammeFactory(force=session.force, set_up_by=session.trainer, **gives))
    for person in people:
        CohortMemberFactory(cohort=cohort, person=person)
    return cohort


def came(session: TrainingSession, person: User, by: User, at: datetime = DURING) -> bool:
    return training_sessions.add_who_came(session_id=session.pk, person=person, by=by, at=at)


def test_somebody_of_another_cohort_who_came_is_put_on_the_list_once_and_not_marked(cast, session):
    cohort = other_cohort(session, cast.gail)

    assert [came(session, cast.gail, cast.tess), came(session, cast.gail, cast.tess)] == [True, False]

    entry = entry_of(session, cast.gail)
    assert (entry.presence, entry.cohort) == ("", cohort)
    take(session, cast.tess, {cast.gail: "PRESENT"})
    close(session, cast.tess)
    assert [name for name, *_ in logged()] == ["Gail Fictitious"]


def test_who_is_in_no_cohort_that_is_given_the_module_is_not_put_on_the_list(cast, session):
    elsewhere = ModuleVersionFactory(module__force=cast.police)
    other_cohort(session, cast.gail, gives=[elsewhere])

    with pytest.raises(training_sessions.CannotJoin, match="Gail Fictitious is in no cohort that is given this module"):
        came(session, cast.gail, cast.tess)


def test_nobody_is_put_on_the_list_before_it_begins_after_it_is_closed_of_a_video_or_by_who_is_no_trainer(
    cast, session, video
):
    other_cohort(session, cast.gail)

    for by, one, at, message in (
        (cast.tess, session, STARTS - timedelta(seconds=1), "once the session has begun"),
        (cast.tess, video, DURING, "once the session has begun"),
        (cast.sam, session, DURING, "trainer"),
    ):
        with pytest.raises(training_sessions.CannotJoin, match=message):
            came(one, cast.gail, by, at)
    close(session, cast.tess)
    with pytest.raises(training_sessions.CannotJoin, match="held"):
        came(session, cast.gail, cast.tess)
    assert not RegisterEntry.objects.filter(person=cast.gail).exists()


# --- by code ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def shown(cast: Cast, session: TrainingSession) -> TrainingSession:
    """The session with its code on the screen since it began."""
    return services.show_code(session_id=session.pk, by=cast.tess, at=STARTS)


def code(session: TrainingSession, at: datetime) -> str:
    found = services.code_shown(session, at=at)
    assert found is not None
    return found.digits


def wrong(session: TrainingSession, at: datetime) -> str:
    """Six digits that are taken neither now nor a minute ago."""
    taken = {code(session, at), code(session, max(at - timedelta(minutes=1), STARTS))}
    return next(digits for digits in ("000000", "000001", "000002") if digits not in taken)


def enter(session: TrainingSession, digits: str, by: User, at: datetime) -> RegisterEntry:
    return services.check_in(session_id=session.pk, code=digits, by=by, at=at)


def test_a_member_types_the_code_and_is_in_the_register(cast, shown):
    digits = code(shown, DURING)
    enter(shown, f" {digits[:3]} {digits[3:]} ", cast.olu, DURING)

    entry = entry_of(shown, cast.olu)
    assert (entry.presence, entry.marked_how, entry.marked_by) == ("PRESENT", "CODE", cast.olu)
    assert [one.what for one in Entry.objects.order_by("pk")] == ["training.code_shown", "training.checked_in"]


def test_the_code_changes_every_minute_and_is_taken_for_two(cast, shown):
    digits = code(shown, DURING)
    codes = {code(shown, STARTS + timedelta(minutes=minute)) for minute in range(30)}

    assert len(codes) > 25
    assert services.code_shown(shown, at=DURING).until == DURING + timedelta(minutes=1)
    enter(shown, digits, cast.olu, DURING + timedelta(seconds=119))
    with pytest.raises(services.CannotCheckIn, match="not the code"):
        enter(shown, digits, cast.mina, DURING + timedelta(seconds=120))


def test_a_code_is_of_one_session_and_of_one_showing(cast, shown, cohort):
    other = TrainingSessionFactory(cohort=cohort, starts_at=STARTS)
    services.show_code(session_id=other.pk, by=cast.tess, at=STARTS)
    other.refresh_from_db()
    later = STARTS + timedelta(minutes=31)
    before = code(shown, STARTS)
    services.show_code(session_id=shown.pk, by=cast.tess, at=later)
    shown.refresh_from_db()

    assert len({code(other, STARTS), before, code(shown, later)}) == 3


def test_codes_come_for_half_an_hour_and_showing_them_again_meanwhile_changes_nothing(cast, shown):
    services.show_code(session_id=shown.pk, by=cast.tess, at=DURING)
    shown.refresh_from_db()
    assert shown.code_opened_at == STARTS
    last = STARTS + CODES_ARE_SHOWN_FOR - timedelta(seconds=1)
    enter(shown, code(shown, last), cast.olu, last)
    with pytest.raises(services.CannotCheckIn, match="No code is shown"):
        enter(shown, code(shown, last), cast.mina, last + timedelta(seconds=1))


def test_each_uses_it_once_and_whom_the_trainer_has_marked_speaks_to_them(cast, shown):
    first = enter(shown, code(shown, DURING), cast.olu, DURING)
    assert enter(shown, "nonsense", cast.olu, DURING + timedelta(minutes=5)).marked_at == first.marked_at
    take(shown, cast.tess, {cast.mina: "ABSENT"})
    with pytest.raises(services.CannotCheckIn, match="marked you already"):
        enter(shown, code(shown, DURING), cast.mina, DURING)


@pytest.mark.parametrize("name", ["sam", "moss", "pat", "gail"])
def test_a_code_is_for_members_only(cast, shown, name):
    with pytest.raises(services.CannotCheckIn, match="not expected"):
        enter(shown, code(shown, DURING), getattr(cast, name), DURING)


def test_after_five_wrong_codes_one_waits_and_the_right_one_does_not_help(cast, shown):
    for _ in range(MOST_WRONG_CODES):
        with pytest.raises(services.CannotCheckIn, match="not the code"):
            enter(shown, wrong(shown, DURING), cast.olu, DURING)
    almost = DURING + PAUSE - timedelta(seconds=1)

    with pytest.raises(services.CannotCheckIn, match="too many"):
        enter(shown, code(shown, DURING), cast.olu, DURING)
    with pytest.raises(services.CannotCheckIn, match="too many"):
        enter(shown, code(shown, almost), cast.olu, almost)
    enter(shown, code(shown, DURING), cast.mina, DURING)
    after = DURING + PAUSE
    assert enter(shown, code(shown, after), cast.olu, after).presence == "PRESENT"


def test_a_closed_register_takes_no_code(cast, shown):
    close(shown, cast.tess)

    with pytest.raises(services.CannotCheckIn, match="closed"):
        enter(shown, code(shown, DURING), cast.olu, DURING)


# --- by video ---------------------------------------------------------------------------------------------------------


def watch(video: TrainingSession, by: User, version: int = 1, at: datetime = DURING) -> RegisterEntry:
    return services.say_watched(session_id=video.pk, version=version, by=by, at=at)


def test_a_member_says_that_they_have_watched_and_it_counts_when_the_trainer_confirms(cast, video):
    entry = watch(video, cast.olu)
    assert (entry.watched_at, entry.watched_version, entry.presence) == (DURING, video.module_version, "")

    take(video, cast.tess, {cast.olu: "PRESENT"})
    close(video, cast.tess)

    assert entry_of(video, cast.olu).marked_how == "VIDEO"
    # As long as the module, on the day on which it was watched.
    assert logged() == [("Olu Fictitious", "Child neglect", Decimal("1.50"), date(2026, 11, 20))]
    assert CpdEntry.objects.get().kind == "READING"


def test_nobody_is_confirmed_who_has_not_said_so(cast, video):
    with pytest.raises(services.CannotRegister, match="Mina Fictitious has not said"):
        take(video, cast.tess, {cast.mina: "PRESENT"})
    take(video, cast.tess, {cast.mina: "EXCUSED"})
    close(video, cast.tess)
    with pytest.raises(services.CannotCorrectRegister, match="has not said"):
        correct(video, cast.mina, "PRESENT", cast.tess)


def test_a_video_that_was_renewed_meanwhile_is_watched_anew(cast, video):
    ModuleVersionFactory(module=video.module_version.module, number=2, starts_on=NOW.date())

    with pytest.raises(services.CannotSayWatched, match="Version 2 is taught now"):
        watch(video, cast.olu, version=1)
    assert watch(video, cast.olu, version=2).watched_version.number == 2


def test_watching_is_said_once_by_who_is_asked_while_the_register_is_open(cast, video, session):
    first = watch(video, cast.olu)
    assert watch(video, cast.olu, at=DURING + timedelta(hours=1)).watched_at == first.watched_at
    for by, where, message in (
        (cast.sam, video, "not asked"),
        (cast.olu, session, "not asked"),
    ):
        with pytest.raises(services.CannotSayWatched, match=message):
            watch(where, by)
    with pytest.raises(services.CannotSayWatched, match="first day"):
        watch(video, cast.mina, at=video.starts_at - timedelta(seconds=1))
    close(video, cast.tess)
    with pytest.raises(services.CannotSayWatched, match="closed"):
        watch(video, cast.mina)


def test_a_video_shows_no_code(cast, video):
    with pytest.raises(services.CannotShowCode, match="no code"):
        services.show_code(session_id=video.pk, by=cast.tess, at=DURING)


# --- the table, and the database --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", list(TrainingSessionState))
def test_each_move_is_refused_where_the_table_does_not_have_it(cast, cohort, state):
    session = TrainingSessionFactory(cohort=cohort, starts_at=STARTS, state=state)
    deeds = {
        TrainingSessionMove.REGISTER: lambda: take(session, cast.tess, {cast.olu: "PRESENT"}),
        TrainingSessionMove.CORRECT: lambda: correct(session, cast.olu, "PRESENT", cast.tess),
    }
    if state == TrainingSessionState.CANCELLED:  # of a held one closing again changes nothing
        deeds[TrainingSessionMove.CLOSE] = lambda: close(session, cast.tess)
    for deed, do in deeds.items():
        with transaction.atomic():
            if (deed, state) in TRAINING_SESSION_MOVES:
                do()
            else:
                with pytest.raises(DomainError, match=f"is {state.label.lower()}|not closed"):
                    do()
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"presence": "PRESENT"}, "marked_says_how_who_and_when"),
        ({"marked_how": "TICK"}, "marked_says_how_who_and_when"),
        ({"presence": "PRESENT", "marked_how": "CODE", "by": "tess"}, "by_code_is_by_oneself"),
        ({"presence": "ABSENT", "marked_how": "CODE", "by": "olu"}, "by_code_is_by_oneself"),
        ({"presence": "PRESENT", "marked_how": "VIDEO", "by": "tess"}, "by_video_was_watched"),
        ({"watched_at": NOW}, "watched_says_which_version"),
    ],
)
def test_the_database_refuses_an_entry_that_cannot_be(cast, session, fields, name):
    if by := fields.pop("by", ""):
        fields |= {"marked_by": getattr(cast, by), "marked_at": NOW}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        session.entries.filter(person=cast.olu).update(**fields)


def test_the_database_refuses_two_entries_of_one_person_and_a_correction_without_a_reason(cast, session):
    entry = entry_of(session, cast.olu)
    with pytest.raises(IntegrityError, match="once_a_person"), transaction.atomic():
        RegisterEntry.objects.create(session=session, person=cast.olu, cohort=entry.cohort, expected_since=NOW)
    with pytest.raises(IntegrityError, match="says_what_and_why"), transaction.atomic():
        RegisterCorrection.objects.create(
            entry=entry, earlier="", later="PRESENT", reason="", corrected_at=NOW, corrected_by=cast.tess
        )


# --- what comes in between ------------------------------------------------------------------------------------------------


def test_what_somebody_said_by_code_is_not_overwritten_by_a_page_that_did_not_know_of_it(cast, session):
    entry = entry_of(session, cast.olu)
    take(session, cast.tess, {cast.olu: "PRESENT"})

    with pytest.raises(services.CannotRegister, match="Olu Fictitious: Present. Choose again"):
        services.take_register(
            session_id=session.pk, marks={entry.pk: "ABSENT"}, seen={entry.pk: ""}, by=cast.tess, at=DURING
        )

    assert says(session)["Olu Fictitious"] == "PRESENT"


def test_who_works_for_another_agency_now_is_in_no_cohort_and_at_no_session_of_the_old_one(
    cast, cohort, session, video
):
    place_person(user=cast.olu, agency=AgencyFactory(), by=None, at=NOW)

    assert cast.olu.pk not in CohortMember.objects.current().values_list("person", flat=True)
    assert not TrainingSession.objects.visible_to(cast.olu).exists()
    services.show_code(session_id=session.pk, by=cast.tess, at=DURING)
    with pytest.raises(services.CannotCheckIn, match="not expected"):
        services.check_in(session_id=session.pk, code="000000", by=cast.olu, at=DURING)
    with pytest.raises(services.CannotSayWatched, match="not asked"):
        services.say_watched(session_id=video.pk, version=1, by=cast.olu, at=DURING)


def test_nobody_can_work_out_the_key_of_the_hours_of_a_session_and_use_it_up(cast, session):
    entry = entry_of(session, cast.olu)

    assert services.cpd_key(session, entry) == services.cpd_key(session, entry)
    with override_settings(SECRET_KEY="another secret of fifty letters and more, for this test"):
        other = services.cpd_key(session, entry)
    assert other != services.cpd_key(session, entry)


def test_who_was_present_does_not_close_the_register_that_logs_their_hours(cast, cohort, session):
    second = UserFactory(agency=cast.police, roles=["TRAINER"])
    CohortMemberFactory(cohort=cohort, person=second)
    session.entries.create(person=second, cohort=cohort, expected_since=NOW)
    take(session, cast.tess, {second: "PRESENT"})

    with pytest.raises(services.CannotRegister, match="another trainer closes"):
        close(session, second)
    close(session, cast.tess)
    assert [name for name, *_ in logged()] == [second.name]

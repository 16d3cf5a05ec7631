"""What happens at one moment in two places: codes while the register is closed, closing twice, the same person twice."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from audit.models import Entry
from jobs.models import Job
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.programmes import CohortFactory, CohortMemberFactory, ProgrammeFactory, TrainingSessionFactory
from tests.people import NOW
from tests.races import at_once, while_another_waits
from training.models import Cohort, CohortMember, CpdEntry, RegisterEntry, TrainingSession
from training.services import programmes, registers, reminders, training_sessions
from training.services.registers import CannotCheckIn

pytestmark = pytest.mark.django_db(transaction=True)
DURING = NOW + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _a_connection_for_each_thread(transactional_db, monkeypatch) -> Iterator[None]:
    """Without the pool, which would let only some of them into the database at a time."""
    connection.close()
    connection.close_pool()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "pool", False)
    yield
    connection.close()


def class_of(count: int) -> TrainingSession:
    """A session that has begun, with its code on the screen."""
    force = AgencyFactory(kind="POLICE")
    cohort = CohortFactory(programme=ProgrammeFactory(force=force))
    for person in UserFactory.create_batch(count, agency=force, roles=["FRONTLINE_OFFICER"]):
        CohortMemberFactory(cohort=cohort, person=person)
    session = TrainingSessionFactory(cohort=cohort, starts_at=NOW)
    return registers.show_code(session_id=session.pk, by=session.trainer, at=NOW)


def check_in(session: TrainingSession, entry: RegisterEntry) -> RegisterEntry:
    shown = registers.code_shown(session, at=DURING)
    assert shown is not None
    return registers.check_in(session_id=session.pk, code=shown.digits, by=entry.person, at=DURING)


def close(session: TrainingSession) -> TrainingSession:
    return registers.close_register(session_id=session.pk, by=session.trainer, at=DURING)


def test_whoever_enters_the_code_while_the_register_is_closed_is_in_both_logs_or_in_neither():
    session = class_of(6)
    entries = list(session.entries.select_related("person"))

    at_once(lambda: close(session), *(lambda e=one: check_in(session, e) for one in entries), refusal=CannotCheckIn)

    present = set(session.entries.filter(presence="PRESENT").values_list("person", flat=True))
    assert set(CpdEntry.objects.values_list("person", flat=True)) == present
    session.refresh_from_db()
    assert session.state == "HELD"


def test_a_code_that_comes_while_the_register_is_being_closed_waits_and_is_refused():
    session = class_of(1)
    entry = session.entries.select_related("person").get()

    given = while_another_waits(lambda: close(session), lambda: check_in(session, entry), refusal=CannotCheckIn)

    assert str(given) == "The register is closed. Speak to the trainer."
    assert not CpdEntry.objects.exists()


def test_a_closing_that_comes_while_somebody_checks_in_waits_and_counts_them():
    session = class_of(1)
    entry = session.entries.select_related("person").get()

    while_another_waits(lambda: check_in(session, entry), lambda: close(session))

    assert CpdEntry.objects.get().person == entry.person


def test_a_register_that_is_closed_in_four_places_at_once_logs_each_once():
    session = class_of(3)
    for entry in session.entries.select_related("person"):
        check_in(session, entry)

    at_once(*[lambda: close(session)] * 4)

    assert CpdEntry.objects.count() == 3


def test_one_person_who_sends_the_code_from_many_devices_is_marked_once():
    session = class_of(1)
    entry = session.entries.select_related("person").get()

    given = at_once(*[lambda: check_in(session, entry)] * 6)

    assert {one.marked_at for one in given} == {DURING}
    assert Entry.objects.filter(what="training.checked_in").count() == 1


def test_two_trainers_who_put_somebody_into_two_cohorts_of_one_programme_succeed_once():
    first = CohortFactory(programme=ProgrammeFactory())
    second = CohortFactory(programme=first.programme)
    person = UserFactory(agency=first.programme.force)

    def add(cohort: Cohort) -> int:
        return programmes.add_members(cohort_id=cohort.pk, people=[person], by=cohort.set_up_by, at=NOW)

    given = at_once(lambda: add(first), lambda: add(second), refusal=programmes.CannotAdd)

    assert sorted(isinstance(one, programmes.CannotAdd) for one in given) == [False, True]
    assert CohortMember.objects.count() == 1


def test_two_clocks_remind_each_once():
    session = class_of(5)
    TrainingSession.objects.filter(pk=session.pk).update(
        starts_at=NOW + timedelta(hours=20), ends_at=NOW + timedelta(hours=22)
    )

    at_once(*[lambda: reminders.remind_of_sessions(at=NOW)] * 3)

    assert Job.objects.filter(task="training.tasks.remind_member_of_session").count() == 5


def test_who_joins_a_cohort_while_a_session_is_being_planned_is_expected_at_it():
    cohort = class_of(2).cohorts.get()
    trainer = UserFactory(agency=cohort.programme.force, roles=["TRAINER"])
    newcomer = UserFactory(agency=cohort.programme.force)

    def plan() -> TrainingSession:
        return training_sessions.plan_session(
            module=cohort.programme.modules.get(),
            cohorts=[cohort],
            starts_at=NOW + timedelta(days=3),
            ends_at=NOW + timedelta(days=3, hours=2),
            delivery="FACE_TO_FACE",
            place="A room (fictitious)",
            trainer=trainer,
            by=trainer,
            at=NOW,
        )

    while_another_waits(
        plan, lambda: programmes.add_members(cohort_id=cohort.pk, people=[newcomer], by=trainer, at=NOW)
    )

    assert TrainingSession.objects.latest("starts_at").entries.filter(person=newcomer).count() == 1

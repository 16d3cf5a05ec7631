"""What happens at one moment in two places: two facilitators release, two of a group answer, the run goes on meanwhile."""

import threading
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection

from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.exercises import ExerciseFactory, ExerciseRunFactory
from tests.people import NOW
from tests.races import at_once, while_another_waits
from training.models import CpdEntry, ExerciseRun, GroupDecision, InjectRelease, MockMeeting
from training.models.exercise_runs import ExerciseRunQuerySet, MeetingWords, RunGroupQuerySet
from training.services import exercise_runs as services
from training.services import exercises as exercise_services

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "The small one is losing weight."


@pytest.fixture(autouse=True)
def _a_connection_for_each_thread(transactional_db, monkeypatch) -> Iterator[None]:
    """Without the pool, which would let only some of them into the database at a time."""
    connection.close()
    connection.close_pool()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "pool", False)
    yield
    connection.close()


def run_in(state: str, *, released: int = 1) -> ExerciseRun:
    force = AgencyFactory(kind="POLICE")
    people = UserFactory.create_batch(4, agency=force, roles=["FRONTLINE_OFFICER"])
    exercise = ExerciseFactory(force=force, sheets=4)
    return ExerciseRunFactory(exercise=exercise, state=state, released=released, groups=[people])


def trainers(run: ExerciseRun):
    return run.exercise.written_by, run.exercise.ready_by


def people(run: ExerciseRun):
    return [member.person for member in run.members.select_related("person")]


def decide(run: ExerciseRun, by, choice: str = "RING"):
    inject = run.exercise.injects.get(position=1)
    return services.record_decision(
        group_id=run.groups.get().pk, inject_id=inject.pk, choice=choice, risk=None, reasons=WHY, by=by, at=NOW
    )


def test_two_facilitators_release_one_sheet_and_no_more():
    run = run_in("RUNNING")
    deeds = [lambda by=by: services.release_next(run_id=run.pk, position=2, by=by, at=NOW) for by in trainers(run) * 2]
    given = at_once(*deeds)

    assert len({release.pk for release in given}) == 1
    assert sorted(InjectRelease.objects.values_list("inject__position", flat=True)) == [1, 2]


def test_of_a_group_that_answers_at_once_every_answer_stays():
    run = run_in("RUNNING")
    at_once(*[lambda by=by: decide(run, by) for by in people(run)])

    assert sorted(GroupDecision.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert GroupDecision.objects.values("written_by").distinct().count() == 4


def test_an_answer_while_the_meeting_begins_is_in_time_or_refused():
    run = run_in("RUNNING")
    first, _ = trainers(run)
    late = while_another_waits(
        lambda: services.begin_meeting(run_id=run.pk, by=first, at=NOW),
        lambda: decide(run, people(run)[0]),
        refusal=services.CannotDecideInGroup,
    )

    assert isinstance(late, services.CannotDecideInGroup)
    assert not GroupDecision.objects.exists()


def test_two_records_of_a_meeting_are_two_versions():
    run = run_in("MEETING")
    group = run.groups.get()
    words = MeetingWords("What each knew.", "JOINT", WHY)
    at_once(
        *[lambda by=by: services.record_meeting(group_id=group.pk, words=words, by=by, at=NOW) for by in people(run)]
    )

    assert sorted(MockMeeting.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_two_facilitators_end_a_run_and_the_hours_are_logged_once():
    run = run_in("DEBRIEF")
    members = list(run.members.values_list("pk", flat=True))
    given = at_once(
        *[
            lambda by=by: services.end_run(run_id=run.pk, took_part=members, hours=Decimal(2), by=by, at=NOW)
            for by in trainers(run)
        ],
        refusal=services.CannotEndRun,
    )

    assert sum(isinstance(one, services.CannotEndRun) for one in given) == 1
    assert CpdEntry.objects.count() == 4


def test_a_sheet_is_not_changed_while_somebody_finds_the_exercise_ready():
    force = AgencyFactory(kind="POLICE")
    reader = UserFactory(agency=force, roles=["TRAINER"])
    draft = ExerciseFactory(force=force, is_ready=False, sheets=2)
    refused = while_another_waits(
        lambda: exercise_services.find_ready(
            exercise_id=draft.pk, read=exercise_services.stamp_of(draft), by=reader, at=NOW
        ),
        lambda: exercise_services.remove_inject(
            inject_id=draft.injects.get(position=1).pk, by=draft.written_by, at=NOW
        ),
        refusal=exercise_services.CannotWriteExercise,
    )

    assert isinstance(refused, exercise_services.CannotWriteExercise)
    assert draft.injects.count() == 2


def test_a_member_is_not_moved_while_the_groups_are_drawn_again():
    run = run_in("PLANNED")
    first, second = trainers(run)
    member, group, crowd = run.members.first(), run.groups.get(), people(run)
    deeds = (
        lambda: services.change_member(member_id=member.pk, group=group, plays="HOUSING", by=second, at=NOW),
        lambda: services.take_out(member_id=run.members.first().pk, by=second, at=NOW),
    )
    for deed in deeds:
        refused = while_another_waits(
            lambda: services.divide(run_id=run.pk, people=crowd, groups=2, by=first, at=NOW),
            deed,
            refusal=services.CannotDivide,
        )
        assert isinstance(refused, services.CannotDivide)
    assert run.members.count() == 4


def test_nobody_is_added_to_a_group_while_the_groups_are_drawn_again():
    run = run_in("PLANNED")
    first, second = trainers(run)
    group, crowd = run.groups.get(), people(run)
    late = UserFactory(agency=run.force, roles=["FRONTLINE_OFFICER"])
    refused = while_another_waits(
        lambda: services.divide(run_id=run.pk, people=crowd, groups=1, by=first, at=NOW),
        lambda: services.add_member(run_id=run.pk, person=late, group=group, plays="HEALTH", by=second, at=NOW),
        refusal=services.CannotDivide,
    )

    assert isinstance(refused, services.CannotDivide)
    assert not run.members.filter(person=late).exists()


def test_a_sheet_is_not_changed_while_it_is_removed():
    draft = ExerciseFactory(force=AgencyFactory(kind="POLICE"), is_ready=False, sheets=2)
    sheet = draft.injects.get(position=1)
    words = {name: getattr(sheet, name) for name in exercise_services.OF_A_SHEET}
    writer, read = draft.written_by, exercise_services.stamp_of(draft)
    refused = while_another_waits(
        lambda: exercise_services.remove_inject(inject_id=sheet.pk, by=writer, at=NOW),
        lambda: exercise_services.write_inject(
            exercise_id=draft.pk, inject_id=sheet.pk, read=read, by=writer, at=NOW, **words
        ),
        refusal=exercise_services.CannotWriteExercise,
    )

    assert "removed meanwhile" in str(refused)
    assert draft.injects.count() == 1


# --- the guards, one by one -------------------------------------------------------------------------------------------


@pytest.fixture
def _locks_off(monkeypatch):
    """No service waits for another."""
    for queryset in (ExerciseRunQuerySet, RunGroupQuerySet):
        monkeypatch.setattr(queryset, "select_for_update", lambda self, **_: self.all())


def meet_before(monkeypatch, place: object, name: str) -> None:
    """Two threads have looked at how things stand before either of them goes on to this."""
    together = threading.Barrier(2)
    deed = getattr(place, name)

    def wait_and_do(*args, **kwargs):
        together.wait(timeout=20)
        return deed(*args, **kwargs)

    monkeypatch.setattr(place, name, wait_and_do)


@pytest.mark.usefixtures("_locks_off")
def test_without_the_lock_two_releases_of_one_sheet_break_and_the_database_alone_holds(monkeypatch):
    """The negative control: it is the lock that holds, not luck. So below."""
    run = run_in("RUNNING")
    by = trainers(run)
    meet_before(monkeypatch, InjectRelease.objects, "create")
    with pytest.raises(IntegrityError, match="in their order"):
        at_once(*[lambda by=one: services.release_next(run_id=run.pk, position=2, by=by, at=NOW) for one in by])

    assert sorted(InjectRelease.objects.values_list("inject__position", flat=True)) == [1, 2]


@pytest.mark.usefixtures("_locks_off")
def test_without_the_lock_one_of_two_answers_is_lost(monkeypatch):
    run = run_in("RUNNING")
    first, second, *_ = people(run)
    meet_before(monkeypatch, GroupDecision.objects, "create")
    with pytest.raises(IntegrityError, match="follows the one before"):
        at_once(lambda: decide(run, first), lambda: decide(run, second))

    assert list(GroupDecision.objects.values_list("number", flat=True)) == [1]


@pytest.mark.usefixtures("_locks_off")
def test_without_the_lock_a_second_end_of_a_run_breaks_instead_of_being_refused(monkeypatch):
    run = run_in("DEBRIEF")
    members = list(run.members.values_list("pk", flat=True))
    by = trainers(run)
    meet_before(monkeypatch, services, "next_run_state")
    with pytest.raises(DatabaseError, match="not changed"):
        at_once(
            *[
                lambda by=one: services.end_run(run_id=run.pk, took_part=members, hours=Decimal(2), by=by, at=NOW)
                for one in by
            ],
            refusal=services.CannotEndRun,
        )

    assert CpdEntry.objects.count() == 4

"""Writing exercises: drafts with their sheets in order, somebody else who finds them ready, and that what is ready stands."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audit.models import Entry
from tests.factories.exercises import ExerciseFactory, ExerciseRunFactory, InjectFactory
from tests.people import NOW, Cast
from training.enums import RunState
from training.models import Exercise, Inject
from training.queries.exercises import exercises_to_read
from training.services import exercises as services

SHEET = {
    "minute": 10,
    "source": "SCHOOL",
    "title": "A quiet girl",
    "text": "She hides fruit.",
    "expected": "They ask for whom.",
    "expected_choices": ["ASK"],
}


def write(cast: Cast, **fields) -> Exercise:
    values = {"title": "Two children", "aims": "Ask.", "opening": "All invented.", "minutes": 90, "by": cast.tess}
    return services.write_exercise(**values | {"at": NOW} | fields)


def add(exercise: Exercise, by, **fields) -> Inject:
    return services.write_inject(exercise_id=exercise.pk, by=by, at=NOW, **SHEET | fields)


def stamp(exercise: Exercise) -> str:
    """Of what stands in the database now."""
    return services.stamp_of(Exercise.objects.get(pk=exercise.pk))


def change(inject: Inject, by, *, read: str | None = None, at=NOW, **fields) -> Inject:
    exercise = inject.exercise
    read = stamp(exercise) if read is None else read
    words = SHEET | fields
    return services.write_inject(exercise_id=exercise.pk, inject_id=inject.pk, read=read, by=by, at=at, **words)


def in_order(exercise: Exercise) -> list[tuple[int, int, str]]:
    return list(exercise.injects.in_order().values_list("position", "minute", "title"))


def another_trainer(cast: Cast):
    return ExerciseFactory(force=cast.police).ready_by


def test_a_trainer_writes_a_draft_and_its_sheets_stand_in_the_order_of_their_minutes(cast):
    exercise = write(cast, title=" Two children ")
    for minute, title in ((30, "Third"), (10, "First"), (30, "Fourth"), (20, "Second")):
        add(exercise, cast.tess, minute=minute, title=title)

    assert (exercise.title, exercise.number, exercise.is_ready) == ("Two children", 1, False)
    assert in_order(exercise) == [(1, 10, "First"), (2, 20, "Second"), (3, 30, "Third"), (4, 30, "Fourth")]

    moved = exercise.injects.get(title="First")
    change(moved, cast.tess, minute=40)
    services.remove_inject(inject_id=exercise.injects.get(title="Third").pk, by=cast.tess, at=NOW)

    assert in_order(exercise) == [(1, 20, "Second"), (2, 30, "Fourth"), (3, 40, "A quiet girl")]


@pytest.mark.parametrize("name", ["olu", "lin", "sam", "leda", "ada", "pat", "cory"])
def test_nobody_but_a_trainer_writes_one(cast, name):
    by = getattr(cast, name)
    draft = ExerciseFactory(force=cast.police, is_ready=False)
    with pytest.raises(services.CannotWriteExercise, match="trainer"):
        write(cast, by=by)
    with pytest.raises(services.CannotWriteExercise, match="trainer"):
        add(draft, by)
    with pytest.raises(services.CannotFindReady, match="trainer"):
        services.find_ready(exercise_id=draft.pk, read=stamp(draft), by=by, at=NOW)
    with pytest.raises(services.CannotRetireExercise, match="trainer"):
        services.retire_exercise(exercise_id=draft.pk, by=by, at=NOW)
    assert draft.injects.count() == 3


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"title": " "}, "Write a title"),
        ({"text": ""}, "the text"),
        ({"expected": " "}, "expected"),
        ({"expected_choices": []}, "expected"),
        ({"minute": 91}, "takes 90 minutes"),
        ({"minute": -1}, "takes 90 minutes"),
        ({"source": "MOON"}, "what is offered"),
        ({"expected_choices": ["ASK", "SING"]}, "what is offered"),
        ({"expected_risk": 5}, "what is offered"),
        ({"text": "x" * 6_001}, "at most 6,000"),
    ],
)
def test_what_says_too_little_or_what_cannot_be_is_no_sheet(cast, fields, message):
    exercise = write(cast)
    with pytest.raises(services.CannotWriteExercise, match=message):
        add(exercise, cast.tess, **fields)
    assert in_order(exercise) == []


def test_there_is_one_exercise_of_a_title_and_at_most_twenty_sheets(cast):
    exercise = write(cast)
    with pytest.raises(services.CannotWriteExercise, match="of that title already"):
        write(cast)
    for minute in range(20):
        add(exercise, cast.tess, minute=minute)
    with pytest.raises(services.CannotWriteExercise, match="at most 20"):
        add(exercise, cast.tess)


def test_somebody_else_than_its_last_writer_finds_it_ready(cast):
    other = another_trainer(cast)
    exercise = write(cast)
    with pytest.raises(services.CannotFindReady, match="Write the sheets first"):
        services.find_ready(exercise_id=exercise.pk, read=stamp(exercise), by=other, at=NOW)
    add(exercise, cast.tess)
    with pytest.raises(services.CannotFindReady, match="another trainer"):
        services.find_ready(exercise_id=exercise.pk, read=stamp(exercise), by=cast.tess, at=NOW)
    add(exercise, other, minute=20)
    with pytest.raises(services.CannotFindReady, match="another trainer"):
        services.find_ready(exercise_id=exercise.pk, read=stamp(exercise), by=other, at=NOW)

    ready = services.find_ready(exercise_id=exercise.pk, read=stamp(exercise), by=cast.tess, at=NOW)
    again = services.find_ready(exercise_id=exercise.pk, read=stamp(exercise), by=cast.tess, at=NOW + timedelta(days=1))

    assert (ready.ready_by, again.ready_at) == (cast.tess, NOW)
    with pytest.raises(services.CannotWriteExercise, match="Write the next one"):
        add(exercise, other)
    with pytest.raises(services.CannotWriteExercise, match="Write the next one"):
        services.remove_inject(inject_id=exercise.injects.first().pk, by=other, at=NOW)


def test_what_was_changed_since_somebody_read_it_is_neither_ready_nor_overwritten(cast):
    other = another_trainer(cast)
    draft = ExerciseFactory(force=cast.police, is_ready=False, written_by=cast.tess)
    first, second, _ = draft.injects.in_order()
    read = stamp(draft)
    change(first, cast.tess, at=NOW, text="Poison.")
    about = {"aims": "Ask.", "opening": "All invented.", "minutes": 90, "by": other, "at": NOW}

    with pytest.raises(services.CannotFindReady, match="Read it again"):
        services.find_ready(exercise_id=draft.pk, read=read, by=other, at=NOW)
    with pytest.raises(services.CannotWriteExercise, match="changed meanwhile"):
        change(second, other, read=read)
    with pytest.raises(services.CannotWriteExercise, match="changed meanwhile"):
        services.change_exercise(exercise_id=draft.pk, read=read, **about)
    add(draft, cast.tess, minute=5)
    assert draft.injects.get(position=2).text == "Poison."
    services.change_exercise(exercise_id=draft.pk, read=stamp(draft), **about)
    assert services.find_ready(exercise_id=draft.pk, read=stamp(draft), by=cast.tess, at=NOW).is_ready


def test_a_sheet_that_was_removed_meanwhile_is_neither_changed_nor_removed_again(cast):
    draft = ExerciseFactory(force=cast.police, is_ready=False)
    sheet = draft.injects.get(position=2)
    services.remove_inject(inject_id=sheet.pk, by=cast.tess, at=NOW)
    with pytest.raises(services.CannotWriteExercise, match="removed meanwhile"):
        change(sheet, cast.tess)
    with pytest.raises(services.CannotWriteExercise, match="removed meanwhile"):
        services.remove_inject(inject_id=sheet.pk, by=cast.tess, at=NOW)
    assert draft.injects.count() == 2


def test_an_exercise_is_no_shorter_than_its_last_sheet(cast):
    draft = ExerciseFactory(force=cast.police, is_ready=False)
    about = {"aims": "Ask.", "opening": "All invented.", "by": cast.tess, "at": NOW}
    with pytest.raises(services.CannotWriteExercise, match="Sheet 3 comes at minute 30"):
        services.change_exercise(exercise_id=draft.pk, read=stamp(draft), minutes=29, **about)
    assert services.change_exercise(exercise_id=draft.pk, read=stamp(draft), minutes=30, **about).minutes == 30


def test_what_is_no_longer_used_has_no_next_version(cast):
    exercise = ExerciseFactory(force=cast.police)
    services.retire_exercise(exercise_id=exercise.pk, by=cast.tess, at=NOW)
    with pytest.raises(services.CannotWriteExercise, match="no longer used"):
        services.write_next_version(exercise_id=exercise.pk, by=cast.tess, at=NOW)
    assert Exercise.objects.get() == exercise


def test_the_database_takes_no_exercise_that_begins_ready_and_no_version_of_another_title(cast):
    exercise = ExerciseFactory(force=cast.police)
    draft = ExerciseFactory(force=cast.police, is_ready=False)
    ready = {"ready_at": NOW, "ready_by": cast.tess}
    follows = {"replaces": exercise, "number": 2, "is_ready": False}

    def make(**fields) -> Exercise:
        return ExerciseFactory(**{"force": cast.police, "sheets": 0} | fields)

    for fields, message in (
        (ready, "begins as a draft"),
        ({"retired_at": NOW, "retired_by": cast.tess, "is_ready": False}, "begins as a draft"),
        (follows, "of the same title"),
        (follows | {"title": exercise.title, "number": 3}, "of the same title"),
        (follows | {"title": exercise.title, "force": cast.council}, "of the same title"),
        (follows | {"title": draft.title, "replaces": draft}, "of the same title that is ready"),
    ):
        with pytest.raises(IntegrityError, match=message), transaction.atomic():
            make(**fields)
    copy = make(**follows, title=exercise.title)
    with pytest.raises(IntegrityError, match="of the same title"), transaction.atomic():
        Exercise.objects.filter(pk=copy.pk).update(title="Another")


def test_the_database_keeps_what_is_ready_as_it_was_read(cast):
    exercise = ExerciseFactory(force=cast.police)
    draft = ExerciseFactory(force=cast.police, is_ready=False, sheets=2)
    sheet = exercise.injects.get(position=2)
    insufficient = ((Inject.objects.filter(pk=sheet.pk), {"text": "Other"}), (Exercise.objects.filter(pk=exercise.pk), {"aims": "Other"}))  # fmt: skip
    for rows, change in insufficient:
        with pytest.raises(DatabaseError, match=r"stand\.|not changed"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="stand"), transaction.atomic():
        sheet.delete()
    with pytest.raises(DatabaseError, match="stand"), transaction.atomic():
        InjectFactory(exercise=exercise, position=4)
    empty = ExerciseFactory(force=cast.police, is_ready=False, sheets=0)
    with pytest.raises(DatabaseError, match="not removed"), transaction.atomic():
        empty.delete()
    with pytest.raises(IntegrityError, match="exercise_found_ready_by_somebody_else"), transaction.atomic():
        Exercise.objects.filter(pk=draft.pk).update(ready_at=NOW, ready_by=draft.written_by)
    Inject.objects.filter(exercise=draft, position=2).update(minute=0)
    with pytest.raises(IntegrityError, match="order of their minutes"), transaction.atomic():
        Exercise.objects.filter(pk=draft.pk).update(ready_at=NOW, ready_by=cast.tess)
    Inject.objects.filter(exercise=draft, position=1).delete()
    with pytest.raises(IntegrityError, match="order of their minutes"), transaction.atomic():
        Exercise.objects.filter(pk=draft.pk).update(ready_at=NOW, ready_by=cast.tess)


def test_a_correction_is_the_next_version_and_takes_its_place_once_it_is_ready(cast):
    exercise = ExerciseFactory(force=cast.police, title="Two children")
    copy = services.write_next_version(exercise_id=exercise.pk, by=cast.tess, at=NOW)
    again = services.write_next_version(exercise_id=exercise.pk, by=exercise.ready_by, at=NOW)

    assert (copy.title, copy.number, copy.replaces, again) == ("Two children", 2, exercise, copy)
    assert in_order(copy) == in_order(exercise)
    assert list(Exercise.objects.in_use()) == [exercise]
    with pytest.raises(services.CannotWriteExercise, match="is a draft"):
        services.write_next_version(exercise_id=copy.pk, by=cast.tess, at=NOW)

    with pytest.raises(services.CannotRetireExercise, match="next version of another"):
        services.retire_exercise(exercise_id=copy.pk, by=cast.tess, at=NOW)
    services.find_ready(exercise_id=copy.pk, read=stamp(copy), by=exercise.ready_by, at=NOW)

    assert list(Exercise.objects.in_use()) == [copy]
    services.retire_exercise(exercise_id=copy.pk, by=cast.tess, at=NOW)
    services.retire_exercise(exercise_id=copy.pk, by=cast.tess, at=NOW)
    assert list(Exercise.objects.in_use()) == []
    assert Entry.objects.filter(what="training.exercise_retired").count() == 1


def test_a_trainer_who_is_still_to_meet_it_in_a_group_reads_no_version_of_it(cast):
    exercise = ExerciseFactory(force=cast.police)
    other = ExerciseFactory(force=cast.police)
    draft = services.write_next_version(exercise_id=exercise.pk, by=exercise.written_by, at=NOW)
    run = ExerciseRunFactory(exercise=exercise, groups=[[cast.tess]])
    cancelled = partial(type(run).objects.filter(pk=run.pk).update, state=RunState.CANCELLED, end_reason="Snow.")

    assert list(exercises_to_read(cast.tess)) == [other]
    cancelled(ended_at=NOW, ended_by=exercise.written_by)
    assert set(exercises_to_read(cast.tess)) == {exercise, other, draft}
    assert list(exercises_to_read(cast.pat)) == []

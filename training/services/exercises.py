"""Writing an exercise: its sheets, saying that it is ready, its next version, and taking it out of use."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from training.enums import GroupChoice, InjectSource, JudgedRisk, MeetingRole
from training.models import Exercise, Inject
from training.models.exercises import LONGEST_EXERCISE, LONGEST_SHEET, MOST_SHEETS
from training.permissions import (
    can_find_ready,
    can_retire_exercise,
    can_run_training,
    can_write_exercise,
    can_write_next_version,
)

OF_A_SHEET = (
    "minute",
    "source",
    "addressed_to",
    "title",
    "text",
    "asks",
    "expected",
    "expected_choices",
    "expected_risk",
    "for_facilitator",
)

REMOVED = "This sheet was removed meanwhile."


class CannotWriteExercise(DomainError):
    pass


class NotInItsTime(CannotWriteExercise):
    """The minute of a sheet lies after the end."""


class CannotFindReady(DomainError):
    pass


class CannotRetireExercise(DomainError):
    pass


@transaction.atomic
def write_exercise(
    *, title: str, aims: str, opening: str, minutes: int, for_facilitator: str = "", by: User, at: datetime
) -> Exercise:
    """Begin an exercise; its sheets follow. Raises CannotWriteExercise."""
    if by.agency is None or not can_run_training(by):
        raise CannotWriteExercise("Only a trainer writes an exercise.")
    words = _checked(title, aims, opening, minutes, for_facilitator)
    # One at a time for an agency, so that a form sent twice is told of it.
    Agency.objects.select_for_update(of=("self",)).get(pk=by.agency.pk)
    if Exercise.objects.filter(force=by.agency, title=words["title"]).exists():
        raise CannotWriteExercise("There is an exercise of that title already.")
    exercise = Exercise.objects.create(force=by.agency, written_at=at, written_by=by, **words)
    _record("written", exercise, by=by, at=at)
    return exercise


@transaction.atomic
def change_exercise(
    *,
    exercise_id: UUID,
    read: str,
    aims: str,
    opening: str,
    minutes: int,
    for_facilitator: str = "",
    by: User,
    at: datetime,
) -> Exercise:
    """Change what a draft says. Its title stays. `read` is the `stamp_of` what was on the page. Raises CannotWriteExercise."""
    exercise = _draft(exercise_id, by)
    _check_read(exercise, read)
    words = _checked(exercise.title, aims, opening, minutes, for_facilitator)
    if (late := exercise.injects.filter(minute__gt=minutes).in_order().first()) is not None:
        raise CannotWriteExercise(f"Sheet {late.position} comes at minute {late.minute}. Move it first.")
    for name, value in words.items():
        setattr(exercise, name, value)
    _touch(exercise, by=by, at=at, fields=list(words))
    return exercise


@transaction.atomic
def write_inject(
    *, exercise_id: UUID, inject_id: UUID | None = None, read: str = "", by: User, at: datetime, **sheet: Any
) -> Inject:
    """Add a sheet to a draft, or change one of it. Sheets stand in the order of their minutes. Raises CannotWriteExercise.

    `sheet`: the fields of OF_A_SHEET. `read`: for a sheet that there is, the `stamp_of` what was on the page; a new one
    overwrites nothing.
    """
    exercise = _draft(exercise_id, by)
    inject = Inject(exercise=exercise) if inject_id is None else exercise.injects.filter(pk=inject_id).first()
    if inject is None:
        raise CannotWriteExercise("This sheet was removed meanwhile. Copy what you wrote, and add a sheet.")
    if inject_id is not None:
        _check_read(exercise, read)
    words = _checked_sheet(
        exercise, {"asks": "", "for_facilitator": "", "addressed_to": "", "expected_risk": None} | sheet
    )
    others = [one for one in exercise.injects.in_order() if one.pk != inject_id]
    if len(others) >= MOST_SHEETS:
        raise CannotWriteExercise(f"An exercise has at most {MOST_SHEETS} sheets.")
    for name, value in words.items():
        setattr(inject, name, value)
    before = sum(one.minute <= inject.minute for one in others)
    in_order = [*others[:before], inject, *others[before:]]
    inject.position = before + 1
    inject.save()
    _number(in_order)
    _touch(exercise, by=by, at=at)
    return inject


@transaction.atomic
def remove_inject(*, inject_id: UUID, by: User, at: datetime) -> Exercise:
    """Take a sheet out of a draft; those after it move up. Raises CannotWriteExercise."""
    exercise_id = Inject.objects.values_list("exercise", flat=True).filter(pk=inject_id).first()
    if exercise_id is None:
        raise CannotWriteExercise(REMOVED)
    exercise = _draft(exercise_id, by)
    removed, _ = exercise.injects.filter(pk=inject_id).delete()
    if not removed:
        raise CannotWriteExercise(REMOVED)
    _number(list(exercise.injects.in_order()))
    _touch(exercise, by=by, at=at)
    return exercise


@transaction.atomic
def find_ready(*, exercise_id: UUID, read: str, by: User, at: datetime) -> Exercise:
    """Say, as somebody else than who wrote it last, that an exercise may be run. Again changes nothing.

    `read` is the `stamp_of` the page with every sheet. Raises CannotFindReady.
    """
    exercise = Exercise.objects.locked().get(pk=exercise_id)
    if not can_run_training(by) or exercise.force_id != by.agency_id:
        raise CannotFindReady("Only a trainer of the force says that an exercise is ready.")
    if exercise.is_ready:
        return exercise
    if not can_find_ready(by, exercise):
        raise CannotFindReady("You wrote this version last. Ask another trainer to read it.")
    if not exercise.injects.exists():
        raise CannotFindReady("Write the sheets first.")
    if stamp_of(exercise) != read:
        raise CannotFindReady("It has changed since you opened it. Read it again.")
    exercise.ready_at, exercise.ready_by = at, by
    exercise.save(update_fields=["ready_at", "ready_by"])
    _record("found_ready", exercise, by=by, at=at)
    return exercise


@transaction.atomic
def write_next_version(*, exercise_id: UUID, by: User, at: datetime) -> Exercise:
    """Copy an exercise that is ready, to be changed; the version that was run stands. Again gives the draft that is there.

    Raises CannotWriteExercise.
    """
    earlier = Exercise.objects.locked().get(pk=exercise_id)
    if not can_run_training(by) or earlier.force_id != by.agency_id:
        raise CannotWriteExercise("Only a trainer of the force writes an exercise.")
    if not earlier.is_ready:
        raise CannotWriteExercise("This version is a draft: change it as it is.")
    if not can_write_next_version(by, earlier):
        raise CannotWriteExercise("This exercise is no longer used. Write another one.")
    if (draft := Exercise.objects.filter(replaces=earlier).first()) is not None:
        return draft
    copied = {name: getattr(earlier, name) for name in ("title", "aims", "opening", "minutes", "for_facilitator")}
    exercise = Exercise.objects.create(
        force=earlier.force, number=earlier.number + 1, replaces=earlier, written_at=at, written_by=by, **copied
    )
    Inject.objects.bulk_create(
        Inject(exercise=exercise, position=one.position, **{name: getattr(one, name) for name in OF_A_SHEET})
        for one in earlier.injects.in_order()
    )
    _record("written", exercise, by=by, at=at, version=exercise.number)
    return exercise


@transaction.atomic
def retire_exercise(*, exercise_id: UUID, by: User, at: datetime) -> Exercise:
    """Nobody plans a run of it any more; runs that are planned go on. Again changes nothing. Raises CannotRetireExercise."""
    exercise = Exercise.objects.locked().get(pk=exercise_id)
    if not can_run_training(by) or exercise.force_id != by.agency_id:
        raise CannotRetireExercise("Only a trainer of the force takes an exercise out of use.")
    if exercise.retired_at is not None:
        return exercise
    if not can_retire_exercise(by, exercise):
        raise CannotRetireExercise("This draft is the next version of another. Change it, or leave it as it is.")
    exercise.retired_at, exercise.retired_by = at, by
    exercise.save(update_fields=["retired_at", "retired_by"])
    _record("retired", exercise, by=by, at=at)
    return exercise


def stamp_of(exercise: Exercise) -> str:
    """What tells one text of an exercise and its sheets from the next: when any of it was written, and when it was found ready."""
    moments = (exercise.written_at, exercise.ready_at)
    return " ".join(moment.isoformat() if moment else "-" for moment in moments)


def note_reading(*, exercise: Exercise, by: User, at: datetime) -> None:
    """Write down that somebody read what is still to come for others."""
    audit.record(verb=Verb.READ, what="training.exercise_read", at=at, actor=by, subject=exercise)


def _draft(exercise_id: UUID, by: User) -> Exercise:
    exercise = Exercise.objects.locked().get(pk=exercise_id)
    if not can_run_training(by) or exercise.force_id != by.agency_id:
        raise CannotWriteExercise("Only a trainer of the force writes an exercise.")
    if not can_write_exercise(by, exercise):
        raise CannotWriteExercise("This version stands. Write the next one.")
    return exercise


def _check_read(exercise: Exercise, read: str) -> None:
    if stamp_of(exercise) != read:
        raise CannotWriteExercise("This version was changed meanwhile. Copy what you wrote, and open it again.")


def _checked(title: str, aims: str, opening: str, minutes: int, for_facilitator: str) -> dict[str, Any]:
    words = {"title": title.strip(), "aims": aims.strip(), "opening": opening.strip()}
    if not all(words.values()):
        raise CannotWriteExercise("Write a title, the aims, and what everybody reads first.")
    if not 10 <= minutes <= LONGEST_EXERCISE:
        raise CannotWriteExercise(f"An exercise takes 10 to {LONGEST_EXERCISE} minutes.")
    return words | {"minutes": minutes, "for_facilitator": for_facilitator.strip()}


def _checked_sheet(exercise: Exercise, sheet: dict[str, Any]) -> dict[str, Any]:
    words: dict[str, Any] = {
        name: value.strip() if isinstance(value := sheet[name], str) else value for name in OF_A_SHEET
    }
    if not all(words[name] for name in ("title", "text", "expected", "expected_choices")):
        raise CannotWriteExercise("Write a title, the text, and what is expected of the groups.")
    if not 0 <= words["minute"] <= exercise.minutes:
        raise NotInItsTime(f"The exercise takes {exercise.minutes} minutes.")
    if len(words["text"]) > LONGEST_SHEET:
        raise CannotWriteExercise(f"A sheet has at most {LONGEST_SHEET:,} characters.")
    known = (
        words["source"] in InjectSource.values
        and words["addressed_to"] in ("", *MeetingRole.values)
        and set(words["expected_choices"]) <= set(GroupChoice.values)
        and words["expected_risk"] in (None, *JudgedRisk.values)
    )
    if not known:
        raise CannotWriteExercise("Choose from what is offered.")
    return words


def _number(injects: Sequence[Inject]) -> None:
    moved = []
    for place, inject in enumerate(injects, start=1):
        if inject.position != place:
            inject.position = place
            moved.append(inject)
    Inject.objects.bulk_update(moved, ["position"])


def _touch(exercise: Exercise, *, by: User, at: datetime, fields: Sequence[str] = ()) -> None:
    """Whoever changed it last is its writer, and leaves to somebody else to find it ready."""
    exercise.written_at, exercise.written_by = at, by
    exercise.save(update_fields=["written_at", "written_by", *fields])
    _record("changed", exercise, by=by, at=at)


def _record(what: str, exercise: Exercise, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"training.exercise_{what}", at=at, actor=by, subject=exercise, **details)

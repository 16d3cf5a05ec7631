"""Who gets which answer from the pages of exercises. Tess and another trainer write; Olu and Lin are in two groups of the same runs."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.exercises import (
    ExerciseFactory,
    ExerciseRunFactory,
    GroupDecisionFactory,
    GroupGuestFactory,
    MockMeetingFactory,
)
from tests.people import Cast
from tests.permissions.rows import Row, Things
from training.models import Exercise
from training.services.exercises import stamp_of

LEADS, GROUPS = ("tess",), ("olu", "lin")
# Whose role keeps no log of training.
WITHOUT = ("pat", "out", "cory", "pam", "gail")


def furnish(cast: Cast) -> dict[str, Any]:
    """A draft, an exercise that is ready, and its runs in every state."""
    groups = [[cast.olu, cast.mina], [cast.lin]]
    exercise = ExerciseFactory(force=cast.police, written_by=cast.tess)
    started = {"started_at": timezone.now() - timedelta(minutes=40), "exercise": exercise, "groups": groups}
    ended = ExerciseRunFactory(state="ENDED", released=2, **started)
    draft = ExerciseFactory(force=cast.police, is_ready=False)
    running = ExerciseRunFactory(state="RUNNING", released=2, **started)
    sheet = running.exercise.injects.get(position=1)
    GroupDecisionFactory(group=running.groups.get(name="Group A"), inject=sheet)
    meeting = ExerciseRunFactory(state="MEETING", released=2, **started)
    ExerciseRunFactory(exercise=ExerciseFactory(force=cast.police), groups=[[cast.rae]])
    MockMeetingFactory(group=meeting.groups.get(name="Group A"))
    planned = ExerciseRunFactory(exercise=exercise, groups=groups)
    guest_at_the_table = GroupGuestFactory(group=planned.groups.get(name="Group A"), added_by=cast.tess)
    return {
        "exercise": exercise,
        "exercise_draft": draft,
        "run_planned": planned,
        "run_running": running,
        "run_meeting": meeting,
        "run_debrief": ExerciseRunFactory(state="DEBRIEF", released=2, **started),
        "run_ended": ended,
        "run_guest": guest_at_the_table,
        "sheet_out": sheet,
        "sheet_to_come": exercise.injects.get(position=3),
        "sheet_of_draft": draft.injects.get(position=1),
    }


def only(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


def of(name: str) -> Any:
    return lambda cast, things: {"pk": things[name].pk}


def group_a(name: str) -> Any:
    return lambda cast, things: {"pk": things[name].groups.get(name="Group A").pk}


def decide_on(name: str, sheet: str) -> Any:
    return lambda cast, things: group_a(name)(cast, things) | {"inject_pk": things[sheet].pk}


def member_of(name: str) -> Any:
    return lambda cast, things: {"pk": things[name].members.get(person=cast.mina).pk}


def moment(name: str, days: int) -> dict[str, str]:
    value = timezone.localdate() + timedelta(days=days)
    return {
        f"{name}_0": str(value.day),
        f"{name}_1": str(value.month),
        f"{name}_2": str(value.year),
        f"{name}_3": "9:30",
    }


def about(cast: Cast, things: Things) -> dict[str, Any]:
    return {"title": "Another", "minutes": "60", "aims": "Ask.", "opening": "All invented.", "for_facilitator": ""}


def sheet(cast: Cast, things: Things) -> dict[str, Any]:
    words = {"minute": "5", "source": "SCHOOL", "title": "A call", "text": "Words.", "expected": "They ask."}
    return words | {"expected_choices": ["ASK"]}


def read(cast: Cast, things: Things) -> dict[str, Any]:
    """What stood on the page of the draft."""
    return {"read": stamp_of(Exercise.objects.get(pk=things["exercise_draft"].pk))}


def about_again(cast: Cast, things: Things) -> dict[str, Any]:
    return about(cast, things) | read(cast, things)


def sheet_again(cast: Cast, things: Things) -> dict[str, Any]:
    return sheet(cast, things) | read(cast, things)


def planned(cast: Cast, things: Things) -> dict[str, Any]:
    who = {"exercise": str(things["exercise"].pk), "facilitator": str(cast.tess.pk)}
    return who | {"title": "Autumn", "session": ""} | moment("planned_for", 7)


def divided(cast: Cast, things: Things) -> dict[str, Any]:
    return {"groups": "2", "people": f"{cast.olu.email}\n{cast.lin.email}"}


def added(cast: Cast, things: Things) -> dict[str, Any]:
    return {"person": cast.sam.email} | placed(cast, things)


def guest(cast: Cast, things: Things) -> dict[str, Any]:
    group = things["run_planned"].groups.get(name="Group A")
    return {"name": "G. Fictitious", "agency_name": "Fictitious Housing", "group": str(group.pk), "plays": "POLICE"}


def placed(cast: Cast, things: Things) -> dict[str, Any]:
    return {"group": str(things["run_planned"].groups.get(name="Group B").pk), "plays": "HEALTH"}


def third(cast: Cast, things: Things) -> dict[str, Any]:
    return {"position": "3"}


def decided(cast: Cast, things: Things) -> dict[str, Any]:
    return {"choice": "RING", "risk": "3", "reasons": "The small one is losing weight."}


def met(cast: Cast, things: Things) -> dict[str, Any]:
    return {"shared": "What each knew.", "outcome": "JOINT", "reasons": "Both children are harmed."}


def over(cast: Cast, things: Things) -> dict[str, Any]:
    return {"hours": "1.5", "took_part": [str(one.pk) for one in things["run_debrief"].members.all()]}


def reason(cast: Cast, things: Things) -> dict[str, Any]:
    return {"reason": "The trainer is ill."}


def of_trainers(name: str, thing: str, data: Any = None) -> list[Row]:
    """A page about the exercise itself: trainers of the force, and nobody else."""
    rows = [Row(name, 403, only(200, *LEADS), arguments=of(thing))]
    if data is not None:
        rows.append(Row(name, 403, only(302, *LEADS), method="POST", arguments=of(thing), data=data))
    return rows


def of_a_run(name: str, arguments: Any, data: Any) -> list[Row]:
    """A deed of who leads a run; refused to its groups, and for everybody else not there."""
    refused = only(403, *GROUPS, "mina")
    return [
        Row(name, 404, only(200, *LEADS) | refused, arguments=arguments),
        Row(name, 404, only(302, *LEADS) | refused, method="POST", arguments=arguments, data=data),
    ]


def empty(cast: Cast, things: Things) -> dict[str, Any]:
    return {}


ROWS: list[Row] = [
    Row(
        "training:exercises",
        200,
        only(403, *WITHOUT),
        why="one's own groups; all of the force for trainers; Rae keeps no log of training and is in a group",
    ),
    Row("training:exercise_new", 403, only(200, *LEADS)),
    Row("training:exercise_new", 403, only(302, *LEADS), method="POST", data=about),
    *of_trainers("training:exercise", "exercise"),
    *of_trainers("training:exercise_handouts", "exercise"),
    Row(
        "training:exercise_edit",
        403,
        only(422, *LEADS),
        method="POST",
        arguments=of("exercise"),
        data=about,
        why="found ready meanwhile: refused beside what was typed",
    ),
    *of_trainers("training:exercise_edit", "exercise_draft", about_again),
    Row("training:exercise_edit", 403, arguments=of("exercise"), why="what is ready stands"),
    *of_trainers("training:inject_new", "exercise_draft", sheet),
    *of_trainers("training:inject_edit", "sheet_of_draft", sheet_again),
    *of_trainers("training:inject_remove", "sheet_of_draft", empty),
    *of_trainers("training:exercise_ready", "exercise_draft", read),
    *of_trainers("training:exercise_next_version", "exercise", empty),
    *of_trainers("training:exercise_retire", "exercise", empty),
    Row("training:run_new", 403, only(200, *LEADS)),
    Row("training:run_new", 403, only(302, *LEADS), method="POST", data=planned),
    Row(
        "training:exercise_run",
        404,
        only(200, *LEADS) | only(302, *GROUPS, "mina"),
        arguments=of("run_running"),
        why="who is in a group is led to it",
    ),
    *of_a_run("training:run_groups", of("run_planned"), divided),
    *of_a_run("training:run_member_new", of("run_planned"), added),
    *of_a_run("training:run_guest_new", of("run_planned"), guest),
    *of_a_run("training:run_guest_out", of("run_guest"), empty),
    *of_a_run("training:run_member", member_of("run_planned"), placed),
    *of_a_run("training:run_member_out", member_of("run_planned"), empty),
    *of_a_run("training:run_start", of("run_planned"), empty),
    *of_a_run("training:run_cancel", of("run_planned"), reason),
    Row(
        "training:run_release",
        404,
        only(302, *LEADS) | only(403, *GROUPS, "mina"),
        method="POST",
        arguments=of("run_running"),
        data=third,
    ),
    *of_a_run("training:run_meet", of("run_running"), empty),
    *of_a_run("training:run_debrief", of("run_meeting"), empty),
    *of_a_run("training:run_end", of("run_debrief"), over),
    Row(
        "training:run_screen",
        404,
        only(200, *LEADS) | only(403, *GROUPS, "mina"),
        arguments=of("run_running"),
    ),
    Row("training:run_comparison", 404, only(200, *LEADS, *GROUPS, "mina"), arguments=of("run_debrief")),
    Row("training:run_comparison", 404, arguments=of("run_running"), why="nobody compares before the debrief"),
    Row("training:run_comparison_xlsx", 404, only(200, *LEADS, *GROUPS, "mina"), arguments=of("run_ended")),
    Row(
        "training:run_group",
        404,
        only(200, *LEADS, "olu", "mina"),
        arguments=group_a("run_running"),
        why="Lin is in the other group, and sees this one from the debrief on",
    ),
    Row("training:run_group", 404, only(200, *LEADS, *GROUPS, "mina"), arguments=group_a("run_debrief")),
    Row(
        "training:group_decide",
        404,
        only(403, *LEADS) | only(200, "olu", "mina"),
        arguments=decide_on("run_running", "sheet_out"),
    ),
    Row(
        "training:group_decide",
        404,
        only(403, *LEADS) | only(302, "olu", "mina"),
        method="POST",
        arguments=decide_on("run_running", "sheet_out"),
        data=decided,
    ),
    Row(
        "training:group_decide",
        404,
        only(403, *LEADS),
        arguments=decide_on("run_running", "sheet_to_come"),
        why="a sheet that is not out does not exist, not even for the group",
    ),
    Row(
        "training:group_meeting",
        404,
        only(403, *LEADS) | only(200, "olu", "mina"),
        arguments=group_a("run_meeting"),
    ),
    Row(
        "training:group_meeting",
        404,
        only(403, *LEADS) | only(302, "olu", "mina"),
        method="POST",
        arguments=group_a("run_meeting"),
        data=met,
    ),
]

"""The exercise that comes with the demo, one run of it that has ended, with three groups that decided differently, and one that is planned."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.models import User
from common.clock import is_working_day, london_day, start_of_day
from devtools.demo_data.exercise_neglect import AIMS, FOR_FACILITATOR, MINUTES, OPENING, SHEETS, TITLE
from devtools.demo_data.identity import named_id
from devtools.demo_data.people import Setting
from training.enums import CpdKind, MeetingOutcome, MeetingRole, RunState
from training.enums import GroupChoice as Choice
from training.models import (
    CpdEntry,
    CpdEvent,
    Exercise,
    ExerciseRun,
    GroupDecision,
    GroupMember,
    Inject,
    InjectRelease,
    MockAction,
    MockMeeting,
    RunGroup,
)
from training.services.exercise_runs import cpd_key
from training.services.registers import hours_of_minutes

Decided = tuple[Choice, int | None, str]

# What each group decided on each sheet, the last of several counting.
GROUPS: dict[str, tuple[tuple[Decided, ...], ...]] = {
    "Group A": (
        ((Choice.ASK, None, "A child cried for an hour and nobody saw it. We would ask what is known of the house before we close it."),),
        ((Choice.NOTICE, 2, "Four calls and never one officer twice. We would put all four dates into one PPN today."),),
        ((Choice.ASK, 2, "She takes fruit home for her brother. We want to know who else knows the little one."),),
        (
            (Choice.ASK, 2, "We would write to the practice and ask for the next weight."),
            (Choice.RING, 3, "Five months unseen and losing weight before that: writing takes too long. We ring today."),
        ),
        ((Choice.RING, 3, "From the doorstep. We have not seen Daisy, and we want to see where each child sleeps, and that door opened."),),
        ((Choice.RING, 3, "Alone on Fridays for six hours. Tomorrow is Friday, so a plan for tomorrow evening comes first."),),
        ((Choice.MEETING, 3, "He holds her money. We would speak with her alone, and not leave it to her to keep him out."),),
        ((Choice.MEETING, 3, "Toothache for eleven months. The letters went to the wrong house, which is ours to put right."),),
        ((Choice.VISIT, 4, "A bolt outside a wet room with a child's drawings. Somebody looks at it today, before we sit down."),),
        ((Choice.MEETING, 4, "By telephone at two. Before a quarter past three we know who meets her and where both sleep tonight."),),
    ),
    "Group B": (
        ((Choice.WATCH, 1, "It was quiet when the officers came. We would note it, in case there is another call."),),
        ((Choice.ASK, 2, "Now there are four. We would ask the school first, before we write anything about the family."),),
        ((Choice.SPEAK, 2, "The mother is polite and always answers. We would invite her once more, with a clear letter."),),
        ((Choice.ASK, 2, "The clinic knows best how worrying a weight is. We would ask the health visitor for her view."),),
        (
            (Choice.SPEAK, 2, "She let the officer in. We would agree with her what is clean and warm by Monday."),
            (Choice.RING, 3, "On second thoughts nobody has seen Daisy or upstairs. That cannot wait until Monday."),
        ),
        ((Choice.RING, 3, "A neighbour of 74 feeds them. We did not know that they are alone at night, and that changes it."),),
        ((Choice.SPEAK, 3, "She asks for help. We would begin with her doctor and with money advice, and build on her trust."),),
        ((Choice.ASK, 3, "We would ask the hospital for a new appointment and tell them the right address."),),
        ((Choice.MEETING, 3, "The bolt is one more thing for the meeting. We would put housing on the list of who comes."),),
        ((Choice.MEETING, 4, "Today, not on Monday. We saw late how the pieces go together, and Fridays are the reason."),),
    ),
    "Group C": (
        ((Choice.VISIT, 2, "Somebody goes back at eight in the morning and sees the child. Until then the log stays open."),),
        ((Choice.NOTICE, 3, "A small girl who opens the door while her mother sleeps was June. We are late, and we say so in the PPN."),),
        ((Choice.RING, 3, "Hungry, tired, late, alone: we do not need a fifth reason. We ring and say what we do not know."),),
        ((Choice.RING, 3, "He was not brought. We would want him weighed this week, whoever does it."),),
        ((Choice.PROTECT, 4, "No bed, no food, no heating, and we do not know where the girl is. We would not leave him there."),),
        ((Choice.RING, 4, "She is the one adult who has fed them. We would ask whether she would have them tomorrow evening."),),
        ((Choice.MEETING, 4, "We hear fear of Dominic Rainbury in every sentence. His name goes to the meeting with what is known of him."),),
        ((Choice.MEETING, 4, "One more way in which Daisy's day hurts. It belongs into the picture, not into another letter."),),
        ((Choice.VISIT, 4, "We go now, and look into the room. If he is in there we take him out and stay."),),
        (),
    ),
}  # fmt: skip
MEETINGS: dict[str, tuple[MeetingOutcome, str, str, str, tuple[tuple[str, MeetingRole, str], ...]]] = {
    "Group A": (
        MeetingOutcome.JOINT,
        "Police: five calls, the bolt, Dominic Rainbury. School: Daisy's words as she said them, attendance. Health: the weight, the teeth, low mood since the birth. Housing: the room, the hearing.",
        "Both children are being harmed now, by hunger, pain and being alone, and a man may be a danger to all three. No agency could see it by itself.",
        "Education would have asked for police protection at two already. The others held that a safe evening could be agreed first.",
        (
            ("Meet Daisy at school and tell her what happens next", MeetingRole.CHILDRENS_SERVICES, "before a quarter past three"),
            ("See Finlay and the back room", MeetingRole.POLICE, "before four"),
            ("Have both children seen by a doctor, Daisy's teeth too", MeetingRole.HEALTH, "tomorrow morning"),
        ),
    ),
    "Group B": (
        MeetingOutcome.SINGLE,
        "School: what Daisy said. Health: no weight for a year. Police: calls for noise. Housing: repairs and rent.",
        "The mother works with us and wants help. An enquiry by children's services can begin today, and police can join if she does not.",
        "The member who played police saw a joint enquiry in it, because of the Fridays and of who holds her money.",
        (
            ("Be with the family this evening", MeetingRole.CHILDRENS_SERVICES, "at six"),
            ("Weigh Finlay", MeetingRole.HEALTH, "on Monday"),
        ),
    ),
    "Group C": (
        MeetingOutcome.JOINT,
        "All of us read out what we had in the order of its dates. It took five minutes and nobody interrupted.",
        "By dates it is one story of nine months. We would rather be asked why we acted than why we waited.",
        "",
        (
            ("Agree with Edith Rowanby or a relative where the children sleep", MeetingRole.CHILDRENS_SERVICES, "before a quarter past three"),
            ("Find out where Dominic Rainbury is", MeetingRole.POLICE, "before six"),
            ("Ask the landlord to hold the hearing", MeetingRole.HOUSING, "this week"),
        ),
    ),
}  # fmt: skip
ENDED_DAYS_AGO, PLANNED_IN = 23, 12


def make_exercise(setting: Setting) -> int:
    """Make the exercise and its runs; returns how many sheets it has."""
    writer, trainer = setting.by_role["TRAINER"][1], setting.people["trainer"]
    written_at = start_of_day(setting.today - timedelta(days=70)) + timedelta(hours=11)
    exercise = Exercise.objects.create(
        id=named_id("exercise", TITLE),
        force=setting.hub,
        title=TITLE,
        aims=AIMS,
        opening=_unwrapped(OPENING),
        for_facilitator=FOR_FACILITATOR,
        minutes=MINUTES,
        written_at=written_at,
        written_by=writer,
    )
    injects = [
        Inject.objects.create(
            id=named_id("inject", TITLE, place),
            exercise=exercise,
            position=place,
            minute=sheet.minute,
            source=sheet.source,
            addressed_to=sheet.addressed_to,
            title=sheet.title,
            text=_unwrapped(sheet.text),
            asks=sheet.asks,
            expected=_unwrapped(sheet.expected),
            expected_choices=list(sheet.choices),
            expected_risk=sheet.risk,
            for_facilitator=sheet.for_facilitator,
        )
        for place, sheet in enumerate(SHEETS, start=1)
    ]
    exercise.ready_at, exercise.ready_by = written_at + timedelta(days=3), trainer
    exercise.save(update_fields=["ready_at", "ready_by"])

    officers = [one for one in setting.by_role["FRONTLINE_OFFICER"] if one.agency == setting.hub]
    _make_ended(setting, exercise, injects, [officers[place:12:3] for place in range(3)])
    planned = _run(setting, exercise, "Second-year officers, winter", PLANNED_IN)
    _groups(planned, [officers[12::2], [*officers[13::2], setting.people["decision"]]])
    return len(injects)


def _unwrapped(text: str) -> str:
    """Paragraphs and points of a list on a line each, as somebody writes them on a page."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        if lines and line and lines[-1] and not line.startswith("- "):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
    return "\n".join(lines)


def _run(setting: Setting, exercise: Exercise, title: str, days: int) -> ExerciseRun:
    """Planned for nine in the morning of that day, or of the working day before it."""
    day = setting.today + timedelta(days=days)
    while not is_working_day(day):
        day -= timedelta(days=1)
    trainer = setting.people["trainer"]
    return ExerciseRun.objects.create(
        id=named_id("exercise run", title),
        exercise=exercise,
        force=setting.hub,
        title=title,
        planned_for=start_of_day(day) + timedelta(hours=9),
        facilitator=trainer,
        planned_at=start_of_day(setting.today - timedelta(days=40)) + timedelta(hours=10),
        planned_by=trainer,
    )


def _groups(run: ExerciseRun, people: Sequence[Sequence[User]]) -> list[RunGroup]:
    roles = list(MeetingRole)
    made = []
    for letter, group_people in zip("ABC", people, strict=False):
        group = RunGroup.objects.create(id=named_id("run group", run.title, letter), run=run, name=f"Group {letter}")
        made.append(group)
        for place, person in enumerate(group_people):
            GroupMember.objects.create(
                id=named_id("group member", run.title, person.email),
                run=run,
                group=group,
                person=person,
                plays=roles[place % len(roles)],
                added_at=run.planned_at,
                added_by=run.planned_by,
            )
    return made


def _make_ended(
    setting: Setting, exercise: Exercise, injects: Sequence[Inject], people: Sequence[Sequence[User]]
) -> None:
    run = _run(setting, exercise, "Second-year officers, autumn", -ENDED_DAYS_AGO)
    groups = _groups(run, people)
    began = run.planned_for + timedelta(minutes=4)
    _go(run, RunState.RUNNING, started_at=began, started_by=run.facilitator)
    for inject in injects:
        # A minute or two behind the plan, as such mornings are.
        at = began + timedelta(minutes=inject.minute + inject.position % 3)
        InjectRelease.objects.create(
            id=named_id("release", run.title, inject.position),
            run=run,
            inject=inject,
            released_at=at,
            released_by=run.facilitator,
        )
        for place, group in enumerate(groups):
            _decide(group, people[place], inject, at + timedelta(minutes=2 + place, seconds=20))
    _go(run, RunState.MEETING, met_at=began + timedelta(minutes=79))
    for place, group in enumerate(groups):
        _meet(group, people[place][0], began + timedelta(minutes=95 + place))
    _go(run, RunState.DEBRIEF, debriefed_at=began + timedelta(minutes=100))
    _end(setting, run, [person for group in people for person in group], began + timedelta(minutes=136))


def _go(run: ExerciseRun, state: RunState, **fields: object) -> None:
    run.state = state
    for name, value in fields.items():
        setattr(run, name, value)
    run.save(update_fields=["state", *fields])


def _decide(group: RunGroup, people: Sequence[User], inject: Inject, at: datetime) -> None:
    for number, (choice, risk, reasons) in enumerate(GROUPS[group.name][inject.position - 1], start=1):
        GroupDecision.objects.create(
            id=named_id("group decision", group.run.title, group.name, inject.position, number),
            group=group,
            inject=inject,
            number=number,
            choice=choice,
            risk=risk,
            reasons=reasons,
            written_at=at + timedelta(minutes=2 * (number - 1)),
            written_by=people[(inject.position + number) % len(people)],
        )


def _meet(group: RunGroup, by: User, at: datetime) -> None:
    outcome, shared, reasons, disagreed, actions = MEETINGS[group.name]
    meeting = MockMeeting.objects.create(
        id=named_id("mock meeting", group.run.title, group.name),
        group=group,
        number=1,
        shared=shared,
        outcome=outcome,
        reasons=reasons,
        disagreed=disagreed,
        written_at=at,
        written_by=by,
    )
    for place, (what, owner, due) in enumerate(actions, start=1):
        MockAction.objects.create(
            id=named_id("mock action", group.run.title, group.name, place),
            meeting=meeting,
            position=place,
            what=what,
            owner=owner,
            due=due,
        )


def _end(setting: Setting, run: ExerciseRun, people: Sequence[User], at: datetime) -> None:
    """Everybody was there; the hours are in their logs."""
    run.members.update(took_part=True)
    assert run.started_at is not None  # noqa: S101 -- it was started above
    content = {
        "agency": setting.hub,
        "done_on": london_day(run.started_at),
        "kind": CpdKind.EXERCISE,
        "topic": f"Exercise: {run.exercise.title}",
        "hours": hours_of_minutes(int((at - run.started_at).total_seconds()) // 60),
        "learned": run.exercise.aims,
        "trainer": run.facilitator.name,
        "logged_at": at,
        "logged_by": run.facilitator,
    }
    event = CpdEvent.objects.create(id=named_id("exercise event", run.title), key=cpd_key(run), **content)
    CpdEntry.objects.bulk_create(
        CpdEntry(
            id=named_id("exercise entry", run.title, person.email),
            key=named_id("exercise entry key", run.title, person.email),
            person=person,
            event=event,
            **content,
        )
        for person in people
    )
    _go(run, RunState.ENDED, ended_at=at, ended_by=run.facilitator)

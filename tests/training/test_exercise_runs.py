"""Runs of exercises: steps in order, sheets in order, what groups decide and that it stands, the meeting, the comparison, the hours."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audit.models import Entry
from common.clock import ONE_DAY
from tests.factories.accounts import UserFactory
from tests.factories.exercises import (
    STARTED,
    ExerciseFactory,
    ExerciseRunFactory,
    GroupDecisionFactory,
    MockMeetingFactory,
)
from tests.factories.programmes import CohortFactory, CohortMemberFactory, ProgrammeFactory, TrainingSessionFactory
from tests.people import NOW, Cast
from training.enums import RUN_MOVES, RunMove, RunState
from training.models import (
    CpdEntry,
    ExerciseRun,
    GroupDecision,
    GroupMember,
    InjectRelease,
    MockAction,
    MockMeeting,
    RunGroup,
)
from training.models.exercise_runs import AgreedStep, MeetingWords
from training.permissions import (
    can_keep_own_training,
    can_see_exercises,
    keeps_training_and_sees_exercises,
    leads_run,
)
from training.queries.exercises import comparison_of, desk_of, groups_of, sheets_of
from training.queries.supervision_and_surveys import waiting_for
from training.services import exercise_runs as services
from training.services import exercises as exercise_services
from training.services import registers, training_sessions

WHY = "The small one is losing weight."
MEETING = MeetingWords("What each knew.", "JOINT", WHY, "", [AgreedStep("Weigh him", "HEALTH", "tomorrow")])
LATER = NOW + timedelta(minutes=30)


def run_of(cast: Cast, **fields) -> ExerciseRun:
    """Two groups: Olu and Mina, and Lin."""
    values = {"exercise": None, "groups": [[cast.olu, cast.mina], [cast.lin]]}
    values["exercise"] = fields.pop("exercise", None) or ExerciseFactory(force=cast.police, written_by=cast.tess)
    return ExerciseRunFactory(**values | fields)


def group(run: ExerciseRun, letter: str = "A") -> RunGroup:
    return run.groups.get(name=f"Group {letter}")


def sheet(run: ExerciseRun, position: int = 1):
    return run.exercise.injects.get(position=position)


def decide(run: ExerciseRun, by, *, letter: str = "A", position: int = 1, at=LATER, **fields) -> GroupDecision:
    values = {"choice": "RING", "risk": 3, "reasons": WHY} | fields
    return services.record_decision(
        group_id=group(run, letter).pk, inject_id=sheet(run, position).pk, by=by, at=at, **values
    )


def release(run: ExerciseRun, position: int, by, at=NOW) -> InjectRelease:
    return services.release_next(run_id=run.pk, position=position, by=by, at=at)


# --- planning and groups ----------------------------------------------------------------------------------------------


def plan(cast: Cast, **fields) -> ExerciseRun:
    values = {"title": "Autumn", "planned_for": NOW, "facilitator": cast.tess, "by": cast.tess, "at": NOW}
    values["exercise"] = fields.pop("exercise", None) or ExerciseFactory(force=cast.police)
    return services.plan_run(**values | fields)


def test_a_trainer_plans_a_run_of_what_is_ready(cast):
    run = plan(cast)

    assert (run.state, run.facilitator, run.force) == (RunState.PLANNED, cast.tess, cast.police)
    for fields, message in (
        ({"exercise": ExerciseFactory(force=cast.police, is_ready=False)}, "that is ready"),
        ({"exercise": ExerciseFactory()}, "trainer of the force"),
        ({"by": cast.olu}, "trainer of the force"),
        ({"facilitator": cast.olu}, "as facilitator"),
        ({"planned_for": NOW - timedelta(days=1)}, "today or later"),
        ({"title": " "}, "for whom"),
        ({"session": TrainingSessionFactory()}, "another agency"),
        ({"exercise": run.exercise}, "planned already"),
    ):
        with pytest.raises(services.CannotPlanRun, match=message):
            plan(cast, **fields)
    assert ExerciseRun.objects.count() == 1


@pytest.mark.parametrize("ends", ["cancelled", "held"])
def test_no_run_is_planned_on_a_session_that_is_over(cast, ends):
    session = attachment_day(cast, presence="PRESENT" if ends == "held" else "")
    if ends == "held":
        registers.close_register(session_id=session.pk, by=cast.tess, at=LATER)
    else:
        training_sessions.cancel_session(session_id=session.pk, reason="Snow.", by=cast.tess, at=STARTED - ONE_DAY)
    with pytest.raises(services.CannotPlanRun, match=f"This session is: {ends}"):
        plan(cast, session=session)


def test_the_database_takes_no_session_and_no_member_of_another_force(cast):
    run = run_of(cast)
    with pytest.raises(IntegrityError, match="session of the same force"), transaction.atomic():
        run_of(cast, session=TrainingSessionFactory())
    with pytest.raises(IntegrityError, match="of the force"), transaction.atomic():
        run_of(cast, exercise=run.exercise, groups=[[cast.pat]])


def test_groups_that_were_drawn_again_meanwhile_are_not_changed(cast):
    run = run_of(cast)
    member, old = run.members.get(person=cast.olu), group(run)
    lead = {"by": cast.tess, "at": NOW}
    services.divide(run_id=run.pk, people=[cast.olu, cast.lin], groups=1, **lead)
    for deed in (
        lambda: services.change_member(member_id=member.pk, group=group(run), plays="HEALTH", **lead),
        lambda: services.take_out(member_id=member.pk, **lead),
        lambda: services.change_member(member_id=run.members.first().pk, group=old, plays="HEALTH", **lead),
        lambda: services.add_member(run_id=run.pk, person=cast.sam, group=old, plays="HEALTH", **lead),
    ):
        with pytest.raises(services.CannotDivide, match="meanwhile"):
            deed()
    assert run.members.count() == 2


def test_groups_are_drawn_as_equal_as_can_be_and_the_same_again(cast):
    run = run_of(cast)
    people = UserFactory.create_batch(8, agency=cast.police, roles=["FRONTLINE_OFFICER"])

    def drawn() -> list[list[tuple]]:
        services.divide(run_id=run.pk, people=people, groups=3, by=cast.tess, at=NOW)
        members = [one.members.values_list("person", "plays") for one in run.groups.order_by("name")]
        return [sorted(one, key=lambda pair: str(pair[0])) for one in members]

    first = drawn()

    assert sorted(len(one) for one in first) == [2, 3, 3]
    assert {person for one in first for person, _ in one} == {person.pk for person in people}
    assert all({"CHAIR", "POLICE"} <= {plays for _, plays in one} for one in first)
    assert drawn() == first


def test_only_people_of_the_force_who_cannot_read_ahead_are_in_a_group(cast):
    run = run_of(cast)
    gone = UserFactory(agency=cast.police, is_active=False)
    for person in (cast.pat, gone, cast.tess, UserFactory(agency=cast.police, roles=["TRAINER"])):
        with pytest.raises(services.CannotDivide, match="cannot be in a group"):
            services.divide(run_id=run.pk, people=[cast.olu, person], groups=1, by=run.facilitator, at=NOW)
        with pytest.raises(services.CannotDivide, match="cannot be in a group"):
            services.add_member(
                run_id=run.pk, person=person, group=group(run), plays="HEALTH", by=run.facilitator, at=NOW
            )
    for people, groups in (([cast.olu], 2), ([], 1), ([cast.olu], 0), ([cast.olu] * 9, 9)):
        with pytest.raises(services.CannotDivide, match="at least one person|Choose 1 to 8"):
            services.divide(run_id=run.pk, people=people, groups=groups, by=run.facilitator, at=NOW)
    assert run.members.count() == 3


def test_who_comes_late_is_added_and_nobody_is_taken_out_once_it_has_started(cast):
    run = run_of(cast, state="RUNNING")
    late = UserFactory(agency=cast.police, roles=["FRONTLINE_OFFICER"])
    member = services.add_member(
        run_id=run.pk, person=late, group=group(run, "B"), plays="HEALTH", by=cast.tess, at=NOW
    )
    services.change_member(member_id=member.pk, group=group(run), plays="HOUSING", by=cast.tess, at=NOW)

    member.refresh_from_db()
    assert (member.group, member.plays) == (group(run), "HOUSING")
    with pytest.raises(services.CannotDivide, match="already"):
        services.add_member(run_id=run.pk, person=late, group=group(run), plays="HEALTH", by=cast.tess, at=NOW)
    with pytest.raises(services.CannotDivide, match="running"):
        services.take_out(member_id=member.pk, by=cast.tess, at=NOW)
    with pytest.raises(services.CannotDivide, match="running"):
        services.divide(run_id=run.pk, people=[cast.olu], groups=1, by=cast.tess, at=NOW)
    with pytest.raises(services.CannotDivide, match="another run"):
        services.change_member(member_id=member.pk, group=group(run_of(cast)), plays="HEALTH", by=cast.tess, at=NOW)


# --- the steps --------------------------------------------------------------------------------------------------------


def deeds(cast: Cast, run: ExerciseRun) -> dict[RunMove, object]:
    """Each move as its service makes it."""
    lead = {"by": cast.tess, "at": LATER}
    new = UserFactory(agency=cast.police, roles=["FRONTLINE_OFFICER"])
    place = {"group": group(run, "B"), "plays": "HEALTH"}
    return {
        RunMove.DIVIDE: lambda: services.divide(run_id=run.pk, people=[cast.olu, cast.lin], groups=2, **lead),
        RunMove.ADD: lambda: services.add_member(run_id=run.pk, person=new, **place, **lead),
        RunMove.START: lambda: services.start(run_id=run.pk, **lead),
        RunMove.RELEASE: lambda: services.release_next(run_id=run.pk, position=2, **lead),
        RunMove.DECIDE: lambda: decide(run, cast.olu),
        RunMove.MEET: lambda: services.begin_meeting(run_id=run.pk, **lead),
        RunMove.WRITE: lambda: services.record_meeting(group_id=group(run).pk, words=MEETING, by=cast.olu, at=LATER),
        RunMove.DEBRIEF: lambda: services.debrief(run_id=run.pk, **lead),
        RunMove.END: lambda: services.end_run(run_id=run.pk, hours=Decimal("1.5"), **lead),
        RunMove.CANCEL: lambda: services.cancel_run(run_id=run.pk, reason="Snow.", **lead),
    }


REFUSALS = (
    services.CannotDivide,
    services.CannotMoveRun,
    services.CannotRelease,
    services.CannotDecideInGroup,
    services.CannotRecordMeeting,
    services.CannotEndRun,
)


@pytest.mark.parametrize("state", RunState)
@pytest.mark.parametrize("move", RunMove)
def test_services_make_exactly_the_moves_of_the_table(cast, state, move):
    run = run_of(cast, state=state, released=1)
    deed = deeds(cast, run)[move]
    leads_to = RUN_MOVES.get((move, state))
    if leads_to is None:
        with pytest.raises(REFUSALS, match="This run is|not out"):
            deed()
        leads_to = state
    else:
        deed()

    run.refresh_from_db()
    assert run.state == leads_to


@pytest.mark.parametrize("name", ["olu", "lin", "sam", "leda", "ada", "pat"])
def test_nobody_but_a_trainer_leads(cast, name):
    by = getattr(cast, name)
    run = run_of(cast, state="RUNNING", released=1)
    with pytest.raises(services.CannotRelease, match="Only a trainer"):
        release(run, 2, by)
    with pytest.raises(services.CannotMoveRun, match="Only a trainer"):
        services.begin_meeting(run_id=run.pk, by=by, at=NOW)
    assert run.releases.count() == 1


def test_a_trainer_who_is_in_a_group_leads_no_more(cast):
    run = run_of(cast, state="RUNNING", groups=[[cast.tess]])
    with pytest.raises(services.CannotRelease, match="in no group"):
        release(run, 1, cast.tess)


@pytest.mark.parametrize("state", RunState)
def test_a_trainer_leads_no_run_of_an_exercise_that_they_are_still_to_meet_in_another(cast, state):
    exercise = ExerciseFactory(force=cast.police)
    run_of(cast, exercise=exercise, state=state, groups=[[cast.tess]])
    copy = exercise_services.write_next_version(exercise_id=exercise.pk, by=exercise.ready_by, at=NOW)
    read = exercise_services.stamp_of(copy)
    exercise_services.find_ready(exercise_id=copy.pk, read=read, by=exercise.written_by, at=NOW)
    others = [run_of(cast, exercise=one, state="RUNNING", released=1) for one in (exercise, copy)]
    unlike = run_of(cast, state="RUNNING", released=1)
    is_over = state in (RunState.ENDED, RunState.CANCELLED)

    assert [leads_run(cast.tess, run) for run in others] == [is_over] * 2
    assert leads_run(cast.tess, unlike)
    assert set(ExerciseRun.objects.run_by(cast.tess)) == {unlike, *(others if is_over else [])}
    assert RunGroup.objects.visible_to(cast.tess).filter(run__in=others).exists() == is_over
    if not is_over:
        with pytest.raises(services.CannotRelease, match="Only a trainer"):
            release(others[0], 2, cast.tess)


def test_the_database_takes_no_step_that_is_not_in_the_table(cast):
    allowed = {(start, end) for (_, start), end in RUN_MOVES.items() if start != end}
    dates = {
        RunState.RUNNING: {"started_at": NOW, "started_by": cast.tess},
        RunState.DEBRIEF: {"started_at": NOW, "started_by": cast.tess, "debriefed_at": NOW},
        RunState.CANCELLED: {"ended_at": NOW, "ended_by": cast.tess, "end_reason": "Snow."},
    }
    dates[RunState.MEETING] = dates[RunState.RUNNING]
    dates[RunState.ENDED] = dates[RunState.DEBRIEF] | {"ended_at": NOW, "ended_by": cast.tess}
    blank = dict.fromkeys(("started_at", "started_by", "debriefed_at", "ended_at", "ended_by")) | {"end_reason": ""}
    exercise = ExerciseFactory(force=cast.police, written_by=cast.tess)
    for start in RunState:
        run = run_of(cast, exercise=exercise, state=start)
        for end in set(RunState) - {start}:
            change = ExerciseRun.objects.filter(pk=run.pk)
            kept = {name: getattr(run, name) for name in blank if getattr(run, name)}
            values = blank | dates.get(end, {}) | (kept if end not in (RunState.PLANNED, RunState.CANCELLED) else {})
            with transaction.atomic():
                if (start, end) in allowed:
                    change.update(state=end, **values)
                else:
                    with pytest.raises(DatabaseError, match="one step after|not changed"), transaction.atomic():
                        change.update(state=end, **values)
                transaction.set_rollback(True)


# --- sheets -----------------------------------------------------------------------------------------------------------


def test_sheets_come_one_by_one_in_their_order_and_a_second_click_gives_out_no_other(cast):
    run = run_of(cast, state="RUNNING")
    first = release(run, 1, cast.tess)

    assert release(run, 1, cast.tess, at=LATER) == first
    with pytest.raises(services.CannotRelease, match="Sheet 2 comes next"):
        release(run, 3, cast.tess)
    release(run, 2, run.exercise.ready_by)
    release(run, 3, cast.tess)
    with pytest.raises(services.CannotRelease, match="Every sheet is out"):
        release(run, 4, cast.tess)
    assert [one.inject.position for one in sheets_of(group(run))] == [3, 2, 1]
    assert Entry.objects.filter(what="training.exercise_run_sheet_released").count() == 3


def test_the_database_gives_out_no_sheet_ahead_of_its_turn_none_of_another_exercise_and_takes_none_back(cast):
    run = run_of(cast, state="RUNNING", released=1)
    planned = run_of(cast)
    out = {"released_at": NOW, "released_by": cast.tess}
    for wrong in (
        {"run": run, "inject": sheet(run, 3)},
        {"run": run, "inject": sheet(planned, 2)},
        {"run": planned, "inject": sheet(planned, 1)},
    ):
        with pytest.raises(IntegrityError, match="in their order|while a run is running"), transaction.atomic():
            InjectRelease.objects.create(**wrong, **out)
    with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        run.releases.update(released_at=LATER)
    with pytest.raises(DatabaseError, match="not removed"), transaction.atomic():
        run.releases.all().delete()


# --- decisions --------------------------------------------------------------------------------------------------------


def test_a_group_may_change_its_mind_and_what_it_thought_before_stays(cast):
    run = run_of(cast, state="RUNNING", released=1)
    decide(run, cast.olu, choice="WATCH", risk=None)
    decide(run, cast.mina)
    decide(run, cast.mina)

    (only,) = sheets_of(group(run))
    assert [(one.number, one.choice, one.risk, one.written_by) for one in only.decisions] == [
        (2, "RING", 3, cast.mina),
        (1, "WATCH", None, cast.olu),
    ]
    assert only.latest.number == 2
    assert sheets_of(group(run, "B"))[0].latest is None
    for change in (lambda: run_decisions(run).update(choice="ASK"), lambda: run_decisions(run).delete()):
        with pytest.raises(DatabaseError, match="not changed|not removed"), transaction.atomic():
            change()


def run_decisions(run: ExerciseRun):
    return GroupDecision.objects.filter(group__run=run)


def test_only_its_members_decide_on_a_sheet_that_is_out(cast):
    run = run_of(cast, state="RUNNING", released=1)
    for by in (cast.lin, cast.tess, cast.sam, cast.pat):
        with pytest.raises(services.CannotDecideInGroup, match="Only the members"):
            decide(run, by)
    for fields, message in (
        ({"position": 2}, "not out"),
        ({"reasons": "Too short."}, "at least 20"),
        ({"choice": "SING"}, "what is offered"),
        ({"risk": 7}, "what is offered"),
    ):
        with pytest.raises(services.CannotDecideInGroup, match=message):
            decide(run, cast.olu, **fields)
    assert not run_decisions(run).exists()
    words = {"choice": "ASK", "reasons": WHY, "written_at": NOW}
    for fields in (
        {"group": group(run), "inject": sheet(run, 2), "written_by": cast.olu, "number": 1},
        {"group": group(run), "inject": sheet(run), "written_by": cast.lin, "number": 1},
        {"group": group(run), "inject": sheet(run), "written_by": cast.olu, "number": 2},
    ):
        with pytest.raises(IntegrityError, match="released|members|follows"), transaction.atomic():
            GroupDecision.objects.create(**words, **fields)


def test_who_has_left_the_force_decides_nothing_more(cast):
    run = run_of(cast, state="RUNNING", released=1)
    cast.olu.agency = cast.council
    cast.olu.save()
    with pytest.raises(services.CannotDecideInGroup):
        decide(run, cast.olu)
    assert not RunGroup.objects.visible_to(cast.olu).exists()


# --- meeting, comparison, end -----------------------------------------------------------------------------------------


def test_each_group_records_its_meeting_and_puts_it_right_with_a_next_version(cast):
    run = run_of(cast, state="MEETING", released=1)
    first = services.record_meeting(group_id=group(run).pk, words=MEETING, by=cast.olu, at=LATER)
    second = services.record_meeting(group_id=group(run).pk, words=MEETING, by=cast.mina, at=LATER)

    assert (first.number, second.number) == (1, 2)
    assert list(first.actions.values_list("what", "owner", "due")) == [("Weigh him", "HEALTH", "tomorrow")]
    for words, message in (
        (MeetingWords(" ", "JOINT", WHY), "each agency brought"),
        (MeetingWords("Much", "SING", WHY), "each agency brought"),
        (MeetingWords("Much", "JOINT", "Short"), "at least 20"),
        (MeetingWords("Much", "JOINT", WHY, "", [AgreedStep("Weigh him", "", "today")]), "says what, by whom"),
        (MeetingWords("Much", "JOINT", WHY, "", [AgreedStep("Weigh him", "HEALTH", "today")] * 4), "up to 3"),
    ):
        with pytest.raises(services.CannotRecordMeeting, match=message):
            services.record_meeting(group_id=group(run).pk, words=words, by=cast.olu, at=LATER)
    with pytest.raises(services.CannotRecordMeeting, match="Only the members"):
        services.record_meeting(group_id=group(run).pk, words=MEETING, by=cast.lin, at=LATER)
    with pytest.raises(IntegrityError, match="newest version"), transaction.atomic():
        MockAction.objects.create(meeting=first, position=2, what="More", owner="POLICE", due="today")
    with pytest.raises(DatabaseError, match="not changed"), transaction.atomic():
        MockMeeting.objects.update(outcome="NOTHING_MORE")


def test_the_comparison_is_that_of_a_table_made_by_hand(cast):
    """Expected on each sheet: ask another agency, or ring children's services. Sheet n comes at minute 10n; the third stays in."""
    run = run_of(cast, state="RUNNING", released=2, groups=[[cast.olu], [cast.lin], [cast.sam]])
    minute = lambda number: STARTED + timedelta(minutes=number)  # noqa: E731 -- a table is read across
    decide(run, cast.olu, choice="WATCH", at=minute(14))
    decide(run, cast.olu, choice="RING", risk=4, at=minute(25))
    decide(run, cast.olu, position=2, choice="ASK", at=minute(21))
    decide(run, cast.lin, letter="B", choice="SPEAK", at=minute(12))
    decide(run, cast.lin, letter="B", position=2, choice="RING", at=minute(29))
    decide(run, cast.sam, letter="C", position=2, choice="PROTECT", at=minute(22))
    services.begin_meeting(run_id=run.pk, by=cast.tess, at=minute(40))
    services.record_meeting(group_id=group(run, "B").pk, words=MEETING, by=cast.lin, at=minute(50))
    services.debrief(run_id=run.pk, by=cast.tess, at=minute(60))

    compared = comparison_of(run)

    table = [
        [
            (one.decision.choice if one.decision else None, one.is_expected, one.minutes, one.changes)
            for one in row.answers
        ]
        for row in compared.rows
    ]
    assert table == [
        [("RING", True, 4, 1), ("SPEAK", False, 2, 0), (None, False, None, 0)],
        [("ASK", True, 1, 0), ("RING", True, 9, 0), ("PROTECT", False, 2, 0)],
    ]
    assert [(row.inject.position, row.minute, row.as_expected) for row in compared.rows] == [(1, 10, 1), (2, 20, 2)]
    assert [meeting.outcome if meeting else None for _, meeting in compared.meetings] == [None, "JOINT", None]
    assert compared.not_given == 1


def test_the_hours_are_logged_once_for_whoever_took_part(cast):
    run = run_of(cast, state="DEBRIEF", released=1)
    was_there = run.members.filter(person__in=[cast.olu, cast.lin]).values_list("pk", flat=True)
    services.end_run(run_id=run.pk, took_part=list(was_there), hours=Decimal("1.75"), by=cast.tess, at=LATER)

    entries = CpdEntry.objects.order_by("person__name").values_list("person", "kind", "hours", "done_on", "trainer")
    on = STARTED.date()
    assert list(entries) == [
        (cast.lin.pk, "EXERCISE", Decimal("1.75"), on, "Tess Fictitious"),
        (cast.olu.pk, "EXERCISE", Decimal("1.75"), on, "Tess Fictitious"),
    ]
    assert dict(run.members.values_list("person__name", "took_part")) == {
        "Olu Fictitious": True,
        "Lin Fictitious": True,
        "Mina Fictitious": False,
    }
    with pytest.raises(services.CannotEndRun, match="This run is: ended"):
        services.end_run(run_id=run.pk, took_part=list(was_there), hours=Decimal(9), by=cast.tess, at=LATER)
    assert CpdEntry.objects.count() == 2


def test_a_run_with_nobody_there_or_with_hours_that_cannot_be_logs_nothing(cast):
    run = run_of(cast, state="DEBRIEF")
    members = [one.pk for one in run.members.all()]
    stranger = run_of(cast).members.first()
    for fields in (
        {"took_part": members},
        {"took_part": members, "hours": Decimal(25)},
        {"took_part": [stranger.pk], "hours": Decimal(1)},
    ):
        with pytest.raises(services.CannotEndRun):
            services.end_run(run_id=run.pk, by=cast.tess, at=LATER, **fields)
    run.refresh_from_db()
    assert (run.state, set(run.members.values_list("took_part", flat=True))) == (RunState.DEBRIEF, {None})

    services.end_run(run_id=run.pk, took_part=[], hours=Decimal(1), by=cast.tess, at=LATER)
    assert not CpdEntry.objects.exists()


def attachment_day(cast: Cast, **fields):
    cohort = CohortFactory(programme=ProgrammeFactory(force=cast.police, audience="SECOND_YEAR"))
    for person in (cast.olu, cast.lin):
        CohortMemberFactory(cohort=cohort, person=person)
    return TrainingSessionFactory(
        cohort=cohort,
        delivery="EXERCISE",
        place="Training wing (fictitious)",
        joining_link="",
        starts_at=STARTED,
        **{"presence": "PRESENT"} | fields,
    )


def test_on_an_attachment_day_the_register_logs_the_hours_and_the_run_does_not(cast):
    session = attachment_day(cast)
    run = plan(cast, session=session)
    offered = services.people_to_divide(run)
    services.divide(run_id=run.pk, people=offered, groups=1, by=cast.tess, at=NOW)
    services.start(run_id=run.pk, by=cast.tess, at=NOW)
    services.debrief(run_id=run.pk, by=cast.tess, at=LATER)
    services.end_run(run_id=run.pk, by=cast.tess, at=LATER)

    assert set(offered) == {cast.olu, cast.lin}
    assert not CpdEntry.objects.exists()
    registers.close_register(session_id=session.pk, by=cast.tess, at=LATER)
    assert set(CpdEntry.objects.values_list("person", "kind", "hours")) == {
        (cast.olu.pk, "EXERCISE", Decimal(3)),
        (cast.lin.pk, "EXERCISE", Decimal(3)),
    }


def test_a_session_with_an_exercise_has_a_place_and_no_link(cast):
    session = attachment_day(cast)
    for fields in ({"place": ""}, {"joining_link": "https://meet.example.org/x"}):
        with pytest.raises(IntegrityError, match="in_a_place_or_by_link"), transaction.atomic():
            type(session).objects.filter(pk=session.pk).update(**fields)


# --- what waits, what it costs ----------------------------------------------------------------------------------------


def test_an_exercise_waits_on_the_home_page_of_its_groups_while_it_is_under_way(cast):
    exercise = ExerciseFactory(force=cast.police, written_by=cast.tess)
    for state in RunState:
        run_of(cast, exercise=exercise, state=state)

    lines = {line.title: line.count for line in waiting_for(cast.olu, at=NOW)}

    assert lines == {"Exercises under way, with your group in them": 3}
    # Whose role keeps no log of training is led to a page that they may open.
    assert not can_see_exercises(cast.rae)
    run_of(cast, exercise=exercise, state="RUNNING", groups=[[cast.rae]])
    assert {line.title: line.count for line in waiting_for(cast.rae, at=NOW)} == {
        "Exercises under way, with your group in them": 1
    }
    assert can_see_exercises(cast.rae)


def test_what_stands_on_every_page_is_asked_in_one_query_and_answered_as_each_page_does(
    cast, django_assert_max_num_queries
):
    run_of(cast, state="RUNNING", groups=[[cast.rae]])
    cast.out.agency = None
    cast.out.save()
    for person in cast.everyone().values():
        asked = (can_keep_own_training(person), can_see_exercises(person))
        with django_assert_max_num_queries(1):
            assert keeps_training_and_sees_exercises(person) == asked
    assert asked == (False, False)
    assert keeps_training_and_sees_exercises(cast.rae) == (False, True)
    assert waiting_for(cast.sam, at=NOW) == []


@pytest.mark.parametrize("count", [1, 3])
def test_desk_and_comparison_take_the_same_queries_with_one_group_and_with_three(
    cast, count, django_assert_num_queries
):
    people = UserFactory.create_batch(count * 2, agency=cast.police)
    pairs = [list(pair) for pair in pairwise(people)][::2]
    run = run_of(cast, state="RUNNING", released=2, groups=pairs)
    for one in run.groups.all():
        GroupDecisionFactory(group=one, inject=sheet(run))
    services.begin_meeting(run_id=run.pk, by=cast.tess, at=NOW)
    for one in run.groups.all():
        MockMeetingFactory(group=one)
    with django_assert_num_queries(6):
        rows = desk_of(run, groups_of(run))
    with django_assert_num_queries(6):
        compared = comparison_of(run)
    assert [len(row.answered) for row in rows] == [count, count, 0]
    assert len(compared.groups) == len(compared.meetings) == count
    first = run.groups.select_related("run").get(name="Group A")
    with django_assert_num_queries(2):
        assert [len(one.decisions) for one in sheets_of(first)] == [0, 1]


def test_members_and_groups_stand_in_the_database_once_it_has_started(cast):
    run = run_of(cast, state="RUNNING")
    other = run_of(cast)
    for change in (
        lambda: run.members.all().delete(),
        lambda: run.groups.update(name="Other"),
        lambda: RunGroup.objects.create(run=run, name="Late"),
        lambda: run.members.update(took_part=True),
        lambda: run.members.filter(person=cast.olu).update(group=group(other)),
        lambda: run.members.filter(person=cast.olu).update(person=cast.sam),
    ):
        with pytest.raises(DatabaseError, match="stand once|taken out|when a run ends|same run|not changed"), transaction.atomic():  # fmt: skip
            change()
    GroupMember.objects.filter(group=group(other, "B")).delete()
    with pytest.raises(IntegrityError, match="somebody in each"), transaction.atomic():
        ExerciseRun.objects.filter(pk=other.pk).update(state="RUNNING", started_at=NOW, started_by=cast.tess)

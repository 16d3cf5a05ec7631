"""Induction plans: made from a profile in working days, moved with a reason, closed when nothing is missing; and who sees what."""

import hashlib
from datetime import date, timedelta
from functools import partial
from io import BytesIO

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from audit.models import Entry
from jobs.models import Job
from tests.conftest import CarefulClient
from tests.factories.accounts import AgencyFactory, TeamFactory, UserFactory
from tests.factories.training import (
    EVIDENCE,
    InductionFactory,
    ModuleVersionFactory,
    ProfileAssignmentFactory,
    ProfileModuleFactory,
    RoleProfileFactory,
    SigningDelegationFactory,
    SkillEvidenceFactory,
    SkillFactory,
    TrainingRecordFactory,
)
from tests.people import NOW, Cast, make_cast
from tests.races import at_once
from tests.reading import text_of
from tests.training.test_records import log
from tests.training.test_records import sign as sign_record
from training import tasks
from training.enums import INDUCTION_MOVES, InductionMove, InductionState
from training.models import Induction, InductionChange, InductionStep, Module, ProfileAssignment, ProfileSkill, Skill
from training.queries.inductions import inductions_to_read, plan_of, proposals_for
from training.queries.needs import needs_of
from training.queries.supervision_and_surveys import waiting_for
from training.services import inductions
from training.services.profiles import CannotAssign, end_assignment, plan_for_role_holder

FIRST = date(2026, 3, 30)  # a Monday; Good Friday and Easter Monday follow
TODAY = NOW.date()
WHY = "The course was full that week."


def module_called(cast: Cast, title: str) -> Module:
    """The force's module of that name, made where there is none."""
    found = Module.objects.filter(force=cast.police, title=title).first()
    return found or ModuleVersionFactory(module__force=cast.police, module__title=title).module


def begin(cast: Cast, *, modules: int = 2, starts_on: date = FIRST, person=None, **fields):
    """Olu begins in a profile that asks for so many modules and one skill."""
    profile = RoleProfileFactory(force=cast.police, **fields)
    for number in range(modules):
        ProfileModuleFactory(profile=profile, module=module_called(cast, f"Module {number + 1}"))
    skill = Skill.objects.filter(name="Hearing children").first()
    skill = skill or SkillFactory(force=cast.police, name="Hearing children")
    ProfileSkill.objects.create(profile=profile, skill=skill)
    return ProfileAssignmentFactory(
        person=person or cast.olu, profile=profile, starts_on=starts_on, assigned_by=cast.tess
    )


def make(cast: Cast, assignment=None, *, days: tuple[int, ...] = (), **fields) -> Induction:
    """Tess makes the plan with Moss as mentor and Lin as line manager."""
    assignment = assignment or begin(cast)
    proposals = [one for one in proposals_for(assignment, on=TODAY) if not one.is_choice]
    given = days or [one.working_days for one in proposals]
    working_days = {(one.module or one.skill).pk: number for one, number in zip(proposals, given, strict=True)}
    defaults = {"mentor": cast.moss, "line_manager": cast.lin, "working_days": working_days, "by": cast.tess, "at": NOW}
    return inductions.make_induction(assignment_id=assignment.pk, **defaults | fields)


def read(induction: Induction, *, on: date = TODAY):
    return plan_of(inductions_to_read().get(pk=induction.pk), on=on)


def standings(induction: Induction, *, on: date = TODAY) -> dict[str, str]:
    return {one.step.title: one.standing.value for one in read(induction, on=on).steps}


def step_of(induction: Induction, title: str) -> InductionStep:
    return induction.steps.get(module__title=title) if "Module" in title else induction.steps.get(skill__name=title)


def meet_all(cast: Cast, induction: Induction) -> None:
    """Everything that the plan holds is signed and confirmed."""
    for step in induction.steps.all():
        if step.module_id:
            TrainingRecordFactory(
                person=induction.person, module_version=step.module.versions.get(), state="COMPLETE", done_on=TODAY
            )
        else:
            SkillEvidenceFactory(person=induction.person, skill=step.skill, answered_by=cast.lin)


# --- making -----------------------------------------------------------------------------------------------------------


def test_days_are_working_days_after_the_first_without_weekends_and_bank_holidays(cast):
    plan = make(cast, days=(3, 4, 6))

    # From Monday 30 March 2026: Thursday; then Good Friday, a weekend and Easter Monday do not count.
    due = dict(plan.steps.order_by("due_on").values_list("working_days", "due_on"))
    assert due == {3: date(2026, 4, 2), 4: date(2026, 4, 7), 6: date(2026, 4, 9)}
    assert (plan.starts_on, plan.complete_by, plan.state) == (FIRST, date(2026, 4, 9), "OPEN")


def test_christmas_and_new_year_do_not_count(cast):
    plan = make(cast, begin(cast, starts_on=date(2026, 12, 23)), days=(1, 2, 5))

    # Friday 25 December, Monday 28 December in lieu of Boxing Day, Friday 1 January.
    assert sorted(plan.steps.values_list("due_on", flat=True)) == [
        date(2026, 12, 24),
        date(2026, 12, 29),
        date(2027, 1, 4),
    ]


def test_a_plan_gives_time_until_its_last_day_and_tells_all_three(cast, mailoutbox):
    assignment = begin(cast)
    plan = make(cast, assignment)

    assignment.refresh_from_db()
    assert assignment.complete_by == plan.complete_by
    assert Entry.objects.get(what="training.induction_made").details == {"steps": 3}
    assert Job.objects.get().task == tasks.email_about_induction.task_name
    tasks.email_about_induction(lease=None, induction_id=str(plan.pk))
    assert [mail.to for mail in mailoutbox] == [[cast.olu.email], [cast.moss.email], [cast.lin.email]]
    for mail in mailoutbox:
        assert plan.get_absolute_url() in mail.body
        assert not {"Olu", "Moss", "Lin", "Module 1"} & set((mail.subject + mail.body).split())


def test_a_day_that_the_profile_has_already_is_left_alone(cast):
    assignment = begin(cast)
    assignment.complete_by = date(2026, 4, 30)
    assignment.save(update_fields=["complete_by"])

    make(cast, assignment)

    assignment.refresh_from_db()
    assert assignment.complete_by == date(2026, 4, 30)


def test_days_are_spread_evenly_at_first_and_then_those_of_the_newest_plan(cast):
    first = begin(cast)
    assert [one.working_days for one in proposals_for(first, on=TODAY)] == [20, 40, 60]
    make(cast, first, days=(5, 10, 15))

    second = ProfileAssignmentFactory(person=cast.mina, profile=first.profile, assigned_by=cast.tess)
    assert [one.working_days for one in proposals_for(second, on=TODAY)] == [5, 10, 15]


def test_modules_to_choose_from_are_in_the_plan_as_far_as_they_were_chosen(cast):
    assignment = begin(cast, modules=1, optional_needed=1)
    choice = [ModuleVersionFactory(module__force=cast.police, module__title=f"Choice {n}").module for n in "AB"]
    for module in choice:
        ProfileModuleFactory(profile=assignment.profile, module=module, is_optional=True)
    asked = {(one.module or one.skill).pk: 10 for one in proposals_for(assignment, on=TODAY) if not one.is_choice}

    with pytest.raises(inductions.CannotPlan, match="at least 1 of the modules to choose from"):
        make(cast, assignment, working_days=asked)
    plan = make(cast, assignment, working_days=asked | {choice[0].pk: 20})

    assert standings(plan) == {"Module 1": "LATE", "Hearing children": "LATE", "Choice A": "LATE"}
    assert read(plan).not_planned == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"mentor": "lin"}, "two people"),
        ({"mentor": "olu"}, "own mentor"),
        ({"line_manager": "olu"}, "own mentor or line manager"),
        ({"mentor": "mina"}, "may not sign as mentor"),
        ({"line_manager": "tess"}, "may not sign as line manager"),
        ({"by": "lin"}, "trainer"),
        ({"by": "pam"}, "trainer"),
    ],
)
def test_who_cannot_be_named_or_make_it(cast, fields, words):
    fields = {name: getattr(cast, who) for name, who in fields.items()}

    with pytest.raises(inductions.CannotPlan, match=words):
        make(cast, **fields)
    assert not Induction.objects.exists()


def test_a_trainer_makes_no_plan_for_themselves_and_none_twice(cast):
    other = UserFactory(agency=cast.police, roles=["TRAINER"])
    own = ProfileAssignmentFactory(person=cast.tess, profile=begin(cast).profile, assigned_by=other)
    with pytest.raises(inductions.CannotPlan, match="Another trainer"):
        make(cast, own)

    assignment = begin(cast)
    make(cast, assignment)
    with pytest.raises(inductions.CannotPlan, match="already"):
        make(cast, assignment)


def test_a_plan_holds_all_that_is_asked_for_and_nothing_else(cast):
    assignment = begin(cast)
    asked = {(one.module or one.skill).pk: 10 for one in proposals_for(assignment, on=TODAY)}
    stranger = ModuleVersionFactory(module__force=cast.police).module

    for days, words in (
        ({**asked, stranger.pk: 10}, "nothing else"),
        (dict(list(asked.items())[1:]), "working days of Module 1"),
        (dict.fromkeys(asked, 0), "between 1 and 500"),
    ):
        with pytest.raises(inductions.CannotPlan, match=words):
            make(cast, assignment, working_days=days)


# --- how a step stands ------------------------------------------------------------------------------------------------


def test_a_step_goes_from_to_do_over_three_people_to_done(cast):
    plan = make(cast, begin(cast, modules=1, starts_on=TODAY), days=(5, 10))
    step = step_of(plan, "Module 1")
    version = step.module.versions.get()
    late = TODAY + timedelta(days=30)
    assert standings(plan)["Module 1"] == "TO_DO"
    assert standings(plan, on=late)["Module 1"] == "LATE"

    inductions.declare_done(step_id=step.pk, words="Recorded three fictitious calls.", by=cast.olu, at=NOW)
    assert standings(plan)["Module 1"] == "DECLARED"
    assert read(plan, on=late).late == 2, "it is late whoever it waits for"

    for state, standing in (("SENT_BACK", "SENT_BACK"), ("LOGGED", "WITH_MENTOR"), ("MENTOR_SIGNED", "WITH_MANAGER")):
        with transaction.atomic():
            TrainingRecordFactory(person=cast.olu, module_version=version, state=state)
            assert standings(plan)["Module 1"] == standing
            transaction.set_rollback(True)
    TrainingRecordFactory(person=cast.olu, module_version=version, state="COMPLETE", done_on=TODAY)
    assert standings(plan)["Module 1"] == "DONE"
    assert standings(plan)["Hearing children"] == "TO_DO"


@pytest.mark.parametrize("state", ["", "LOGGED", "MENTOR_SIGNED", "SENT_BACK", "COMPLETE"])
@pytest.mark.parametrize("done_on", [TODAY, date(2024, 12, 1), date(2020, 1, 1)])
def test_plan_and_needs_never_say_different_things(cast, state, done_on):
    plan = make(cast)
    if state:
        version = step_of(plan, "Module 1").module.versions.get()
        TrainingRecordFactory(person=cast.olu, module_version=version, state=state, done_on=done_on)

    needs = {need.title: need.is_met for need in needs_of([cast.olu], force_id=cast.police.pk, on=TODAY)[cast.olu.pk]}

    assert {one.step.title: one.standing == "DONE" for one in read(plan).steps} == needs
    assert [need.title for need in read(plan).unmet] == [title for title, is_met in needs.items() if not is_met]


def test_what_the_profile_asks_for_later_is_named_beside_the_steps(cast):
    plan = make(cast)
    added = ModuleVersionFactory(module__force=cast.police, module__title="Added").module
    ProfileModuleFactory(profile=plan.assignment.profile, module=added)

    assert [need.title for need in read(plan).not_planned] == ["Added"]


# --- the declaration --------------------------------------------------------------------------------------------------


def test_only_the_starter_says_that_a_module_is_done_and_says_it_once(cast):
    plan = make(cast)
    step = step_of(plan, "Module 1")

    for by in (cast.moss, cast.lin, cast.tess):
        with pytest.raises(inductions.CannotDeclare, match="Only the person"):
            inductions.declare_done(step_id=step.pk, words="Done, all of it.", by=by, at=NOW)
    with pytest.raises(inductions.CannotDeclare, match="Only the person"):
        inductions.declare_done(step_id=step_of(plan, "Hearing children").pk, words="Done it.", by=cast.olu, at=NOW)
    with pytest.raises(inductions.CannotDeclare, match="At least 10"):
        inductions.declare_done(step_id=step.pk, words="Done.", by=cast.olu, at=NOW)
    first = inductions.declare_done(step_id=step.pk, words="Recorded three calls.", by=cast.olu, at=NOW)
    again = inductions.declare_done(step_id=step.pk, words="Something else now.", by=cast.olu, at=NOW)
    assert (first.declared_words, again.declared_words) == ("Recorded three calls.", "Recorded three calls.")
    assert "calls" not in str(Entry.objects.get(what="training.induction_step_declared").details)


# --- moves ------------------------------------------------------------------------------------------------------------


def test_a_step_is_moved_within_the_plan_with_a_reason_and_both_days_are_kept(cast):
    plan = make(cast, days=(3, 4, 6))
    step = step_of(plan, "Module 1")

    with pytest.raises(inductions.CannotMoveInduction, match="Say why"):
        inductions.move_step(step_id=step.pk, due_on=date(2026, 4, 8), where="", reason="", by=cast.lin, at=NOW)
    with pytest.raises(inductions.CannotMoveInduction, match="Extend the plan"):
        inductions.move_step(step_id=step.pk, due_on=date(2026, 4, 10), where="", reason=WHY, by=cast.lin, at=NOW)
    moved = inductions.move_step(
        step_id=step.pk, due_on=date(2026, 4, 8), where="Desk 4", reason=WHY, by=cast.lin, at=NOW
    )

    assert (moved.due_on, moved.where, moved.working_days) == (date(2026, 4, 8), "Desk 4", 3)
    change = InductionChange.objects.get()
    assert (change.step, change.move, change.changed_by) == (step, "MOVE_STEP", cast.lin)
    assert (change.was, change.becomes, change.reason) == ("2 April 2026", "8 April 2026", WHY)


def test_where_and_with_whom_needs_no_reason(cast):
    plan = make(cast)
    step = step_of(plan, "Module 1")

    inductions.move_step(step_id=step.pk, due_on=step.due_on, where="With Moss", reason="", by=cast.tess, at=NOW)

    assert step_of(plan, "Module 1").where == "With Moss"
    assert not InductionChange.objects.exists()


def test_a_plan_is_extended_with_what_it_was_before_and_the_time_that_needs_give(cast):
    plan = make(cast, days=(3, 4, 6))

    with pytest.raises(inductions.CannotMoveInduction, match="after 9 April 2026"):
        inductions.extend_induction(induction_id=plan.pk, complete_by=date(2026, 4, 9), reason=WHY, by=cast.lin, at=NOW)
    inductions.extend_induction(induction_id=plan.pk, complete_by=date(2026, 5, 1), reason=WHY, by=cast.lin, at=NOW)

    plan.refresh_from_db()
    plan.assignment.refresh_from_db()
    assert (plan.complete_by, plan.assignment.complete_by) == (date(2026, 5, 1), date(2026, 5, 1))
    change = InductionChange.objects.get()
    assert (change.was, change.becomes) == ("9 April 2026", "1 May 2026")


def test_another_mentor_is_named_by_a_trainer_with_a_reason(cast):
    plan = make(cast)
    other = UserFactory(agency=cast.police, name="Max Other", roles=["MENTOR"])
    change = partial(inductions.change_people, induction_id=plan.pk, line_manager=cast.lin, at=NOW)

    with pytest.raises(inductions.CannotMoveInduction, match="trainer"):
        change(mentor=other, reason=WHY, by=cast.lin)
    with pytest.raises(inductions.CannotMoveInduction, match="Say why"):
        change(mentor=other, reason="", by=cast.tess)
    assert change(mentor=other, reason=WHY, by=cast.tess).mentor == other
    assert InductionChange.objects.get().becomes == "mentor Max Other, line manager Lin Fictitious"


def test_a_plan_is_closed_when_everything_is_met_and_not_before(cast):
    plan = make(cast)
    close = partial(inductions.close_induction, induction_id=plan.pk, at=NOW)

    with pytest.raises(inductions.CannotCloseInduction, match="Module 1; Module 2; Hearing children"):
        close(by=cast.lin)
    meet_all(cast, plan)
    for by in (cast.olu, cast.moss, cast.sam):
        with pytest.raises(inductions.CannotCloseInduction, match="line manager"):
            close(by=by)
    closed = close(by=cast.lin)

    assert (closed.state, closed.closed_by, closed.closed_at) == ("COMPLETE", cast.lin, NOW)
    assert InductionChange.objects.get().becomes == "Complete"


def test_time_that_is_left_does_not_make_a_need_met(cast):
    plan = make(cast, begin(cast, starts_on=TODAY))
    needs = needs_of([cast.olu], force_id=cast.police.pk, on=TODAY)[cast.olu.pk]
    assert {need.standing for need in needs} == {"DUE"}

    with pytest.raises(inductions.CannotCloseInduction):
        inductions.close_induction(induction_id=plan.pk, by=cast.tess, at=NOW)


def test_a_plan_is_stopped_and_reopened_with_reasons_and_the_history_keeps_both(cast):
    plan = make(cast)
    inductions.stop_induction(induction_id=plan.pk, reason="Moved to another unit.", by=cast.tess, at=NOW)
    again = inductions.reopen_induction(
        induction_id=plan.pk, reason="Came back after all.", by=cast.tess, at=NOW + timedelta(days=1)
    )

    assert (again.state, again.closed_at, again.closed_by) == ("OPEN", None, None)
    moves = InductionChange.objects.order_by("changed_at").values_list("move", "was", "becomes")
    assert list(moves) == [("STOP", "Under way", "Stopped"), ("REOPEN", "Stopped", "Under way")]


def test_what_the_table_of_moves_does_not_name_is_refused(cast):
    plan = make(cast)
    step = step_of(plan, "Module 1")
    inductions.stop_induction(induction_id=plan.pk, reason="Moved to another unit.", by=cast.tess, at=NOW)
    deeds = {
        InductionMove.MOVE_STEP: partial(
            inductions.move_step, step_id=step.pk, due_on=step.due_on, where="", reason=""
        ),
        InductionMove.EXTEND: partial(
            inductions.extend_induction, induction_id=plan.pk, complete_by=date(2027, 1, 1), reason=WHY
        ),
        InductionMove.CHANGE_PEOPLE: partial(
            inductions.change_people, induction_id=plan.pk, mentor=cast.moss, line_manager=cast.lin, reason=WHY
        ),
        InductionMove.CLOSE: partial(inductions.close_induction, induction_id=plan.pk),
        InductionMove.STOP: partial(inductions.stop_induction, induction_id=plan.pk, reason=WHY),
    }
    for move, deed in deeds.items():
        assert (move, InductionState.STOPPED) not in INDUCTION_MOVES
        with pytest.raises((inductions.CannotMoveInduction, inductions.CannotCloseInduction), match="is stopped"):
            deed(by=cast.tess, at=NOW)
    with pytest.raises(inductions.CannotDeclare):
        inductions.declare_done(step_id=step.pk, words="Recorded three calls.", by=cast.olu, at=NOW)


def test_who_leaves_a_profile_has_no_plan_for_it_any_more(cast):
    plan = make(cast)

    end_assignment(assignment_id=plan.assignment_id, ends_on=TODAY, by=cast.tess, at=NOW)

    plan.refresh_from_db()
    assert (plan.state, plan.closed_by) == ("STOPPED", cast.tess)
    assert InductionChange.objects.get().reason == "The profile ended."


# --- what the database refuses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"mentor": "olu"},
        {"line_manager": "olu"},
        {"made_by": "olu"},
        {"mentor": "lin"},
        {"person": "mina"},
        {"agency": "council"},
        {"complete_by": FIRST - timedelta(days=1)},
        {"state": "COMPLETE"},
        {"state": "STOPPED", "closed_at": NOW},
        {"state": "STOPPED", "closed_at": NOW, "closed_by": "olu"},
        {"closed_at": NOW},
    ],
)
def test_the_database_refuses_a_plan_that_cannot_be(cast, fields):
    fields = {
        name: getattr(cast, value) if isinstance(value, str) and hasattr(cast, value) else value
        for name, value in fields.items()
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        InductionFactory(**{"assignment": begin(cast), "mentor": cast.moss, "line_manager": cast.lin} | fields)


def test_the_database_keeps_whose_plan_it_is_what_was_said_and_what_was_moved(cast):
    plan = make(cast)
    step = step_of(plan, "Module 1")
    inductions.declare_done(step_id=step.pk, words="Recorded three calls.", by=cast.olu, at=NOW)
    inductions.stop_induction(induction_id=plan.pk, reason=WHY, by=cast.tess, at=NOW)
    deeds = (
        lambda: Induction.objects.update(person=cast.mina),
        lambda: Induction.objects.update(starts_on=TODAY),
        lambda: InductionStep.objects.filter(pk=step.pk).update(declared_words="Something else."),
        lambda: InductionStep.objects.update(working_days=99),
        lambda: InductionChange.objects.update(reason="Another reason altogether."),
        lambda: InductionChange.objects.all()._raw_delete("default"),
        lambda: InductionStep.objects.filter(pk=step.pk)._raw_delete("default"),
    )
    for deed in deeds:
        with pytest.raises(DatabaseError, match="is not (changed|removed)"), transaction.atomic():
            deed()


@pytest.mark.django_db(transaction=True)
def test_two_trainers_at_the_same_moment_make_one_plan():
    cast = make_cast()
    other = UserFactory(agency=cast.police, roles=["TRAINER"])
    assignment = begin(cast)

    given = at_once(
        partial(make, cast, assignment), partial(make, cast, assignment, by=other), refusal=inductions.CannotPlan
    )

    assert sum(isinstance(one, Induction) for one in given) == 1
    assert (Induction.objects.count(), InductionStep.objects.count()) == (1, 3)


@pytest.mark.django_db(transaction=True)
def test_a_plan_is_extended_while_the_profile_ends_without_waiting_for_ever():
    cast = make_cast()
    for number in range(4):
        plan = make(cast, begin(cast, person=UserFactory(agency=cast.police), name=f"Profile of {number}"))
        later = plan.complete_by + timedelta(days=10)

        at_once(
            partial(
                inductions.extend_induction,
                induction_id=plan.pk,
                complete_by=later,
                reason=WHY,
                by=cast.lin,
                at=NOW,
            ),
            partial(end_assignment, assignment_id=plan.assignment_id, ends_on=TODAY, by=cast.tess, at=NOW),
            refusal=inductions.CannotMoveInduction,
        )

        plan.refresh_from_db()
        assert plan.state == "STOPPED"


def test_a_plan_of_a_profile_that_ended_or_of_somebody_who_left_is_not_reopened(cast):
    ended, left = make(cast), make(cast, begin(cast, person=cast.mina))
    end_assignment(assignment_id=ended.assignment_id, ends_on=TODAY, by=cast.tess, at=NOW)
    inductions.stop_induction(induction_id=left.pk, reason=WHY, by=cast.tess, at=NOW)
    cast.mina.is_active = False
    cast.mina.save()

    for plan, message in ((ended, "not in this profile any more"), (left, "has left")):
        with pytest.raises(inductions.CannotMoveInduction, match=message):
            inductions.reopen_induction(induction_id=plan.pk, reason=WHY, by=cast.tess, at=NOW)
    assert not Induction.objects.open().exists()


def test_a_step_whose_record_has_lapsed_is_said_to_be_done_and_waits_for_the_trainer(client: CarefulClient, cast):
    plan = make(cast)
    step = step_of(plan, "Module 1")
    TrainingRecordFactory(
        person=cast.olu,
        module_version=step.module.versions.get(),
        state="COMPLETE",
        done_on=TODAY - timedelta(days=1500),
    )

    inductions.declare_done(step_id=step.pk, words="Did it again, and can do it.", by=cast.olu, at=NOW)

    assert "Induction steps that starters say are done" in [line.title for line in waiting_for(cast.tess, at=NOW)]
    client.force_login(cast.tess)
    page = client.get(plan.get_absolute_url()).content.decode()
    assert f"{address('record_new')}?person={cast.olu.pk}&amp;module={step.module_id}" in page


# --- who sees what ----------------------------------------------------------------------------------------------------


def address(page: str, *arguments: object) -> str:
    return reverse(f"training:{page}", args=arguments)


def test_the_three_the_team_and_trainers_see_a_plan_and_nobody_else(cast):
    make(cast)
    other_lead = UserFactory(agency=cast.police, team=cast.response_team, roles=["LINE_MANAGER"])
    elsewhere = UserFactory(agency=AgencyFactory(kind="POLICE"), roles=["TRAINER"])

    seeing = {name for name, one in cast.everyone().items() if Induction.objects.visible_to(one).exists()}

    assert seeing == {"olu", "moss", "lin", "tess"}
    assert Induction.objects.visible_to(other_lead).exists()
    assert not Induction.objects.visible_to(elsewhere).exists()


def test_who_leads_the_team_of_another_force_to_which_somebody_moved_reads_no_plan_of_the_old_one(cast):
    make(cast)
    elsewhere = AgencyFactory(kind="POLICE")
    team = TeamFactory(agency=elsewhere)
    leader = UserFactory(agency=elsewhere, team=team, roles=["LINE_MANAGER"])
    cast.olu.agency, cast.olu.team = elsewhere, team
    cast.olu.save()

    assert not Induction.objects.visible_to(leader).exists()


def test_each_of_the_three_reads_their_part(client: CarefulClient, cast):
    plan = make(cast, begin(cast, modules=3, starts_on=timezone.localdate()), days=(5, 10, 15, 20))
    first, second, _ = (step_of(plan, f"Module {number}") for number in (1, 2, 3))
    inductions.declare_done(step_id=first.pk, words="Recorded three fictitious calls.", by=cast.olu, at=NOW)
    TrainingRecordFactory(
        person=cast.olu, module_version=second.module.versions.get(), mentor=cast.moss, line_manager=cast.lin
    )
    shown = {}
    for who in ("olu", "moss", "lin", "tess"):
        client.force_login(getattr(cast, who))
        shown[who] = text_of(client.get(plan.get_absolute_url()))

    parts = {
        "I have done this step, Module 3": {"olu"},
        "Write evidence of Hearing children": {"olu"},
        "1 record waits for you as the mentor": {"moss"},
        "Move Module 3": {"lin", "tess"},
        "Close as complete": {"lin", "tess"},
        "Log it as a record of Module 1": {"tess"},
        "Recorded three fictitious calls.": {"olu", "moss", "lin", "tess"},
        "Change mentor or line manager": {"tess"},
        "Waits for the mentor": {"olu", "moss", "lin", "tess"},
        "That you read this plan is recorded.": {"moss", "lin", "tess"},
    }
    assert {words: {who for who, text in shown.items() if words in text} for words in parts} == parts
    assert Entry.objects.filter(what="training.induction_read").count() == 3


def test_what_waits_for_the_starter_the_trainer_and_the_two_when_it_is_late(cast):
    def lines(person) -> list[tuple[str, int, bool]]:
        return [(one.title, one.count, one.is_late) for one in waiting_for(person, at=NOW)]

    plan = make(cast)
    assert lines(cast.olu) == [("Induction steps due within a week", 2, True)]
    assert lines(cast.tess) == []
    assert lines(cast.moss) == lines(cast.lin) == [("Induction plans past their last day", 1, True)]

    inductions.declare_done(step_id=step_of(plan, "Module 1").pk, words="Recorded three calls.", by=cast.olu, at=NOW)
    assert lines(cast.olu) == [("Induction steps due within a week", 1, True)]
    assert lines(cast.tess) == [("Induction steps that starters say are done", 1, False)]


def test_the_trainer_makes_a_plan_from_the_page_of_the_profile_and_wrong_input_is_kept(client: CarefulClient, cast):
    assignment = begin(cast)
    client.force_login(cast.tess)
    assert "Induction plan of Olu Fictitious" in text_of(client.get(assignment.profile.get_absolute_url()))
    keys = [one.key for one in proposals_for(assignment, on=TODAY)]
    data = {"mentor": str(cast.moss.pk), "line_manager": str(cast.moss.pk), keys[0]: "0", keys[1]: "x", keys[2]: "15"}

    page = client.post(address("induction_new", assignment.pk), data)
    assert page.status_code == 422
    for words in ("Enter at least 1 working day", "Enter a whole number of working days"):
        assert words in text_of(page)
    assert 'value="15"' in page.content.decode()
    assert not Induction.objects.exists()

    data |= {"line_manager": str(cast.lin.pk), keys[0]: "5", keys[1]: "10"}
    page = client.post(address("induction_new", assignment.pk), data, follow=True)
    assert "The plan of Olu Fictitious is made" in text_of(page)


def test_the_form_to_log_a_module_knows_the_plan(client: CarefulClient, cast):
    plan = make(cast)
    module = step_of(plan, "Module 2").module
    client.force_login(cast.tess)

    page = client.get(address("record_new"), {"person": str(cast.olu.pk), "module": str(module.pk)}).content.decode()

    assert f'value="{cast.olu.email}"' in page
    for chosen in (cast.moss.pk, cast.lin.pk, module.versions.get().pk):
        assert f'value="{chosen}" selected' in page


def test_a_plan_that_cannot_be_closed_names_what_is_missing(client: CarefulClient, cast):
    plan = make(cast)
    client.force_login(cast.lin)

    page = client.get(address("induction_close", plan.pk))
    assert (page.status_code, "Module 1: " in text_of(page)) == (200, True)
    assert client.post(address("induction_close", plan.pk)).status_code == 422
    meet_all(cast, plan)
    assert "The induction of Olu Fictitious is complete." in text_of(
        client.post(address("induction_close", plan.pk), follow=True)
    )


def test_the_list_and_the_plan_have_a_flat_query_count(client: CarefulClient, cast):
    client.force_login(cast.tess)

    def queries_of(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    def one_more(modules: int) -> Induction:
        person = UserFactory(agency=cast.police, team=cast.response_team)
        return make(cast, begin(cast, modules=modules, person=person))

    one, three = one_more(1), one_more(3)
    assert queries_of(one.get_absolute_url()) == queries_of(three.get_absolute_url())
    two = queries_of(address("inductions"))
    one_more(3)
    assert queries_of(address("inductions")) == two


def test_a_plan_comes_out_as_a_workbook_with_who_signed_for_whom(client: CarefulClient, cast):
    plan = make(cast, days=(3, 4, 6))
    ann = UserFactory(agency=cast.police, name="Ann Other", roles=["LINE_MANAGER"])
    SigningDelegationFactory(role="LINE_MANAGER", absent=cast.lin, deputy=ann, starts_on=TODAY, made_by=cast.tess)
    record = log(cast, module_version=step_of(plan, "Module 1").module.versions.get())
    for signer in (cast.moss, ann):
        sign_record(record, signer)
    client.force_login(cast.lin)

    content = client.get(address("induction_xlsx", plan.pk)).content

    headings, *rows = load_workbook(BytesIO(content))["Induction"].values
    assert headings[:4] == ("What", "Kind", "By when", "Standing")
    assert rows[0] == (
        *("Module 1", "Module", "2026-04-02", "Done", "2026-11-02", EVIDENCE),
        *("Moss Fictitious", "2026-11-20", "Ann Other, for Lin Fictitious", "2026-11-20"),
    )
    assert [row[3] for row in rows] == ["Done", "Late", "Late"]
    exported = Entry.objects.get(what="training.induction_exported")
    assert exported.details == {"sha256": hashlib.sha256(content).hexdigest()}


def test_whoever_has_a_plan_has_a_page_of_their_training(client: CarefulClient, cast):
    make(cast, begin(cast, person=cast.gail))
    client.force_login(cast.gail)

    assert "Open the induction plan" in text_of(client.get(address("mine")))


# --- in a profile by account role ----------------------------------------------------------------------------------------


def held_by_role(cast: Cast):
    """Olu is in a profile by his account role alone."""
    profile = RoleProfileFactory(force=cast.police, account_role="FRONTLINE_OFFICER")
    ProfileModuleFactory(profile=profile, module=module_called(cast, "Module 1"))
    return profile


def plan_by_role(cast: Cast, profile, person=None, **fields) -> Induction:
    days = {link.module_id: 5 for link in profile.modules.all()}
    defaults = {
        "starts_on": TODAY,
        "mentor": cast.moss,
        "line_manager": cast.lin,
        "working_days": days,
        "by": cast.tess,
        "at": NOW,
    }
    return plan_for_role_holder(profile_id=profile.pk, person=person or cast.olu, **defaults | fields)


def test_who_is_in_a_profile_by_account_role_gets_a_plan_and_the_time_that_it_gives(cast):
    profile = held_by_role(cast)
    before = needs_of([cast.olu], force_id=cast.police.pk, on=TODAY)[cast.olu.pk]

    induction = plan_by_role(cast, profile)
    after = needs_of([cast.olu], force_id=cast.police.pk, on=TODAY)[cast.olu.pk]

    assert [str(need.standing) for need in before] == ["MISSING"]
    assert [(str(need.standing), need.by) for need in after] == [("DUE", induction.complete_by)]
    assert induction.assignment.profile == profile
    assert induction.assignment.starts_on == TODAY


def test_no_form_is_shown_for_a_plan_by_role_of_who_does_not_have_the_role(client, cast):
    profile = held_by_role(cast)
    client.force_login(cast.tess)

    page = client.get(reverse("training:induction_by_role", args=[cast.mina.pk, profile.pk]), follow=True)

    assert page.redirect_chain == [(reverse("training:person", args=[cast.mina.pk]), 302)]
    assert f"{cast.mina} is not in this profile by their account role. Add them to it first." in page.content.decode()
    assert client.get(reverse("training:induction_by_role", args=[cast.olu.pk, profile.pk])).status_code == 200


def test_a_plan_by_role_is_made_as_a_whole_or_not_at_all(cast):
    profile = held_by_role(cast)

    with pytest.raises(inductions.CannotPlan, match="two people"):
        plan_by_role(cast, profile, line_manager=cast.moss)
    with pytest.raises(CannotAssign, match="not in this profile by their account role"):
        plan_by_role(cast, profile, person=cast.mina)
    with pytest.raises(CannotAssign, match="Only a trainer"):
        plan_by_role(cast, profile, by=cast.lin)
    assert not ProfileAssignment.objects.exists()
    plan_by_role(cast, profile)
    with pytest.raises(CannotAssign, match="already"):
        plan_by_role(cast, profile)


def test_the_page_of_the_person_leads_to_the_plan_and_keeps_what_was_typed(client: CarefulClient, cast):
    profile = held_by_role(cast)
    client.force_login(cast.tess)
    address = reverse("training:induction_by_role", args=[cast.olu.pk, profile.pk])
    step = f"module_{profile.modules.get().module_id}"
    given = {"mentor": str(cast.moss.pk), "line_manager": str(cast.lin.pk), step: "7"}

    person = client.get(reverse("training:person", args=[cast.olu.pk]))
    refused = client.post(address, given)
    first = {f"starts_on_{part}": value for part, value in enumerate(("1", "6", "2026"))}
    made = client.post(address, given | first)

    assert address in person.content.decode()
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["starts_on"])
    assert refused.context["form"][step].value() == "7"
    assert made.headers["Location"] == Induction.objects.get().get_absolute_url()
    assert client.get(address).headers["Location"] == reverse(
        "training:induction_new", args=[Induction.objects.get().assignment_id]
    )

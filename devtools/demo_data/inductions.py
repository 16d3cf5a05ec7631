"""Two induction plans: one in its third week with a step at every stage and one late, and one that was stopped."""

from datetime import timedelta

from common.clock import add_working_days, start_of_day
from common.templatetags.dates import day
from devtools.demo_data.identity import named_id
from devtools.demo_data.modules import MODULES
from devtools.demo_data.people import Setting
from training.enums import InductionMove, InductionState
from training.models import Induction, InductionChange, InductionStep, ProfileAssignment

# Of a module (by its short title) or a skill: after how many working days.
RESEARCHER = {
    "MASH introduction": 4,
    "Data integrity": 8,
    "Neglect": 10,
    "Risk": 30,
    "Researches police systems": 25,
}
ABUSE = {"Risk": 10, "Neglect": 20, "Plans safety with victims": 25, "Gives reasons for a decision": 30}
PLANS = (("MASH researcher", 0, RESEARCHER, InductionState.OPEN), ("Domestic abuse", 2, ABUSE, InductionState.STOPPED))
DECLARED, MOVED_FROM, MOVED_TO = "Neglect", "Risk", 5
WORDS = "Read the module again and recorded two fictitious calls with it. I can say what a child's day is like."
WHERE = "Tuesdays with the mentor, desk 4"
WHY_MOVED = "The research desk was short of people in the second week."
WHY_STOPPED = "Moved to another desk before the plan was half way."


def make_inductions(setting: Setting) -> int:
    """Make both; profiles, modules and who is in them must be there. Returns how many."""
    for profile, number, days, state in PLANS:
        person = setting.by_role["MASH_DECISION_MAKER"][number]
        found = ProfileAssignment.objects.select_related("person")
        _make(setting, found.get(pk=named_id("assignment", profile, person.email)), days, state)
    return len(PLANS)


def _make(setting: Setting, assignment: ProfileAssignment, days: dict[str, int], state: InductionState) -> None:
    trainer, person, first = setting.people["trainer"], assignment.person, assignment.starts_on
    mentors = [one for one in setting.by_role["MENTOR"] if one != person and one.agency == setting.hub]
    made_at = start_of_day(first) + timedelta(hours=10)
    closed_at = made_at + timedelta(days=20) if state != InductionState.OPEN else None
    induction = Induction.objects.create(
        id=named_id("induction", assignment.pk),
        assignment=assignment,
        agency=setting.hub,
        person=person,
        mentor=mentors[0],
        line_manager=setting.people["manager"],
        starts_on=first,
        complete_by=add_working_days(first, max(days.values())),
        state=state,
        made_at=made_at,
        made_by=trainer,
        closed_at=closed_at,
        closed_by=trainer if closed_at else None,
    )
    steps = {title: _step(induction, title, number) for title, number in days.items()}
    if closed_at:
        _note(induction, InductionMove.STOP, None, ("Under way", "Stopped"), WHY_STOPPED)
    else:
        said, moved = steps[DECLARED], steps[MOVED_FROM]
        said.declared_at, said.declared_words = made_at + timedelta(days=15), WORDS
        was, moved.due_on = moved.due_on, add_working_days(first, days[MOVED_FROM] - MOVED_TO)
        moved.where = WHERE
    InductionStep.objects.bulk_create(steps.values())
    if not closed_at:
        _note(induction, InductionMove.MOVE_STEP, moved, (day(was), day(moved.due_on)), WHY_MOVED)


def _step(induction: Induction, title: str, working_days: int) -> InductionStep:
    modules = {course.short_title: named_id("module", course.title) for course in MODULES}
    return InductionStep(
        id=named_id("induction step", induction.pk, title),
        induction=induction,
        module_id=modules.get(title),
        skill_id=None if title in modules else named_id("skill", title),
        working_days=working_days,
        due_on=add_working_days(induction.starts_on, working_days),
    )


def _note(
    induction: Induction, move: InductionMove, step: InductionStep | None, days: tuple[str, str], reason: str
) -> None:
    InductionChange.objects.create(
        id=named_id("induction change", induction.pk, move),
        induction=induction,
        step=step,
        move=move,
        was=days[0],
        becomes=days[1],
        reason=reason,
        changed_at=induction.closed_at or induction.made_at + timedelta(days=9),
        changed_by=induction.closed_by or induction.line_manager,
    )

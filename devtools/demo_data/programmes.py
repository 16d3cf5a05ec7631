"""Programmes for the front line: recruits, PCSOs, investigators and specials in the classroom, transferees by video.

A session of today waits for its code; some have to catch up, and a next session is there for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from common.clock import is_working_day, london_day, start_of_day
from devtools.demo_data.identity import named_id, next_id
from devtools.demo_data.people import Setting
from training.enums import Audience, CpdKind, Delivery, MarkedHow, Presence, TrainingSessionState
from training.models import (
    Cohort,
    CohortMember,
    CpdEntry,
    Module,
    ModuleVersion,
    Programme,
    RegisterEntry,
    TrainingSession,
)
from training.services.registers import cpd_key, hours_of

FRONTLINE, PPN = "Public protection for frontline staff", "A PPN that a partner can act on"
ROOM = "Training wing, room 2 (fictitious)"
LINK = "https://meet.example.org/fictitious"


@dataclass(frozen=True)
class Plan:
    """A session so many days from today; `marks` are given to the members in turn, and none while it is still to come."""

    module: str
    days: int
    delivery: Delivery = Delivery.FACE_TO_FACE
    state: TrainingSessionState = TrainingSessionState.PLANNED
    marks: Sequence[str] = ("",)


MOST, SOME = (*["PRESENT"] * 4, "ABSENT", "PRESENT", "PARTLY"), ("PRESENT", "EXCUSED", "PRESENT", "")
HELD = TrainingSessionState.HELD

# name, audience, cohort, intake, modules, from which and up to which officer, sessions
PROGRAMMES: tuple[tuple[str, Audience, str, str, tuple[str, ...], slice, tuple[Plan, ...]], ...] = (
    (
        "Safeguarding for new recruits",
        Audience.RECRUITS,
        "Recruits, autumn",
        "Autumn",
        (FRONTLINE, PPN),
        slice(0, 6),
        (Plan(FRONTLINE, -45, state=HELD, marks=MOST), Plan(PPN, 0), Plan(FRONTLINE, 12)),
    ),
    (
        "Safeguarding for PCSOs",
        Audience.PCSOS,
        "PCSOs, all districts",
        "Summer",
        (FRONTLINE,),
        slice(6, 10),
        (Plan(FRONTLINE, -90, state=HELD, marks=SOME), Plan(FRONTLINE, 9, Delivery.VIRTUAL)),
    ),
    (
        "Safeguarding for investigators",
        Audience.INVESTIGATORS,
        "Police staff investigators",
        "Second half",
        (PPN,),
        slice(10, 13),
        (Plan(PPN, 6, Delivery.VIRTUAL),),
    ),
    (
        "Safeguarding for special constables",
        Audience.SPECIALS,
        "Specials, weekend course",
        "Autumn",
        (FRONTLINE,),
        slice(13, 15),
        (Plan(FRONTLINE, -20, state=TrainingSessionState.CANCELLED), Plan(FRONTLINE, 20)),
    ),
    (
        "Safeguarding for transferees",
        Audience.TRANSFEREES,
        "Transferees, by video",
        "This quarter",
        (PPN,),
        slice(15, 18),
        (Plan(PPN, -15, Delivery.VIDEO),),
    ),
)


@dataclass
class Teaching:
    """What registers say and what stands in CPD logs, saved all at once."""

    random: Random
    setting: Setting
    entries: list[RegisterEntry] = field(default_factory=list)
    cpd: list[CpdEntry] = field(default_factory=list)

    def save(self) -> None:
        RegisterEntry.objects.bulk_create(self.entries)
        CpdEntry.objects.bulk_create(self.cpd)


def make_programmes(setting: Setting, *, seed: int) -> int:
    """Make the programmes with their cohorts, sessions, registers and CPD; returns how many sessions."""
    made = Teaching(Random(f"{seed} programmes"), setting)
    officers = [one for one in setting.by_role["FRONTLINE_OFFICER"] if one.agency == setting.hub]
    sessions = 0
    for name, audience, cohort_name, intake, modules, which, plans in PROGRAMMES:
        programme = make_programme(setting, name, audience, modules, since=200)
        cohort = make_cohort(
            setting, programme, cohort_name, intake, officers[which], set_up=120, starts_on=-110, ends_on=70
        )
        for plan in plans:
            make_session(made, cohort, officers[which], plan)
        sessions += len(plans)
    made.save()
    return sessions


def make_programme(setting: Setting, name: str, audience: Audience, modules: Sequence[str], *, since: int) -> Programme:
    """A programme that gives these modules, since so many days ago."""
    began_on = setting.today - timedelta(days=since)
    programme = Programme.objects.create(
        id=named_id("programme", name),
        force=setting.hub,
        name=name,
        audience=audience,
        began_on=began_on,
        set_up_at=start_of_day(began_on),
        set_up_by=setting.people["trainer"],
    )
    programme.modules.set(Module.objects.filter(force=setting.hub, title__in=modules))
    return programme


def make_cohort(
    setting: Setting,
    programme: Programme,
    name: str,
    intake: str,
    people: Sequence[User],
    *,
    set_up: int,
    starts_on: int,
    ends_on: int,
) -> Cohort:
    """A cohort that was set up so many days ago, from one day until another, counted from today."""
    trainer, set_up_at = setting.people["trainer"], start_of_day(setting.today - timedelta(days=set_up))
    cohort = Cohort.objects.create(
        id=named_id("cohort", name),
        programme=programme,
        name=name,
        intake=intake,
        starts_on=setting.today + timedelta(days=starts_on),
        ends_on=setting.today + timedelta(days=ends_on),
        set_up_at=set_up_at,
        set_up_by=trainer,
    )
    CohortMember.objects.bulk_create(
        CohortMember(
            id=named_id("cohort member", name, person.email),
            programme=programme,
            cohort=cohort,
            person=person,
            team=person.team,
            joined_at=set_up_at,
            added_by=trainer,
        )
        for person in people
    )
    return cohort


def make_session(made: Teaching, cohort: Cohort, people: Sequence[User], plan: Plan) -> None:
    """A session of one cohort as it was planned, with what its register says."""
    trainer, is_video = made.setting.people["trainer"], plan.delivery == Delivery.VIDEO
    starts_at = _starts_at(made.setting, plan.days)
    versions = ModuleVersion.objects.current(on=london_day(starts_at)).select_related("module")
    version = versions.get(module__title=plan.module, module__force=made.setting.hub)
    session = TrainingSession(
        id=named_id("training session", cohort.name, plan.module, plan.days),
        force=made.setting.hub,
        module_version=version,
        starts_at=starts_at,
        ends_at=starts_at + (timedelta(days=40) if is_video else timedelta(hours=3)),
        delivery=plan.delivery,
        place=ROOM if plan.delivery == Delivery.FACE_TO_FACE else "",
        joining_link="" if plan.delivery == Delivery.FACE_TO_FACE else LINK,
        trainer=trainer,
        state=plan.state,
        planned_at=cohort.set_up_at,
        planned_by=trainer,
    )
    if plan.state == TrainingSessionState.HELD:
        session.held_at, session.held_by = session.ends_at, trainer
    if plan.state == TrainingSessionState.CANCELLED:
        session.cancelled_at, session.cancelled_by = starts_at - timedelta(days=3), trainer
        session.cancel_reason = "Too few could come on that weekend."
    session.save()
    session.cohorts.set([cohort])
    for place, person in enumerate(people):
        _enter(made, session, cohort, person, plan.marks[place % len(plan.marks)], has_watched=is_video and place > 0)


def _enter(
    made: Teaching, session: TrainingSession, cohort: Cohort, person: User, mark: str, *, has_watched: bool
) -> None:
    """What the register says of one person; of a video all but the first say that they have watched it."""
    entry = RegisterEntry(
        id=next_id(made.random),
        session=session,
        person=person,
        cohort=cohort,
        expected_since=cohort.set_up_at,
        presence=mark,
    )
    if mark:
        entry.marked_how, entry.marked_at, entry.marked_by = MarkedHow.TICK, session.ends_at, session.trainer
    if has_watched:
        entry.watched_at, entry.watched_version = session.starts_at + timedelta(days=2), session.module_version
    made.entries.append(entry)
    if session.state == TrainingSessionState.HELD and mark == Presence.PRESENT:
        made.cpd.append(
            CpdEntry(
                id=next_id(made.random),
                key=cpd_key(session, entry),
                agency=made.setting.hub,
                person=person,
                done_on=london_day(session.starts_at),
                kind=CpdKind.COURSE,
                topic=session.module_version.module.title,
                hours=hours_of(session),
                learned=session.module_version.aims,
                logged_at=session.ends_at,
                logged_by=session.trainer,
            )
        )


def _starts_at(setting: Setting, days: int) -> datetime:
    """Nine in the morning of that day, or of the working day before it; today stays today."""
    day = setting.today + timedelta(days=days)
    while days and not is_working_day(day):
        day -= timedelta(days=1)
    return start_of_day(day) + timedelta(hours=9)

"""Planning a session of a programme, moving it, calling it off, and adding people who have to catch up."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.enums import Permission
from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from jobs.services import enqueue
from training import tasks
from training.enums import (
    IN_A_PLACE,
    SESSION_DELIVERIES,
    TrainingSessionMove,
    next_training_session_state,
)
from training.models import Cohort, CohortMember, Module, ModuleVersion, Programme, RegisterEntry, TrainingSession
from training.permissions import can_run_for, can_run_training
from training.queries.prerequisites import Gap, gaps_behind_session, gaps_of_session
from training.services.prerequisites import check_order, note_out_of_order
from training.services.programmes import expect, hold_programmes

SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=24)
LONGEST_FOR_VIDEO = timedelta(days=366)
# When one of these changes, whoever is expected is told.
TOLD_OF = ("starts_at", "ends_at", "delivery", "place", "joining_link")


class CannotPlan(DomainError):
    pass


class CannotChange(DomainError):
    pass


class CannotCancel(DomainError):
    pass


class CannotJoin(DomainError):
    pass


@transaction.atomic
def plan_session(
    *,
    module: Module,
    cohorts: Collection[Cohort],
    starts_at: datetime,
    ends_at: datetime,
    delivery: str,
    trainer: User,
    by: User,
    at: datetime,
    place: str = "",
    joining_link: str = "",
    knowing: str = "",
) -> TrainingSession:
    """Plan a session that gives one module, as it is taught on that day, to these cohorts; all who are in them are expected.

    One that has been may be written down too. Where some of them will not have completed what comes first it is planned only if
    whoever plans it was shown that and goes on: `knowing` is the stamp of it. Raises CannotPlan or NotInOrder.
    """
    if by.agency is None or not can_run_training(by):
        raise CannotPlan("Only a trainer may plan a session.")
    if not cohorts:
        raise CannotPlan("Choose at least one cohort.")
    for cohort in cohorts:
        if cohort.programme.force_id != by.agency_id:
            raise CannotPlan(f"{cohort} is not a cohort of your agency.")
        if not cohort.programme.modules.filter(pk=module.pk).exists():
            raise CannotPlan(f"{module} is not a module of {cohort.programme}, the programme of {cohort}.")
    # So that nobody joins or leaves a cohort between who is read here and who is expected.
    hold_programmes(cohort.programme_id for cohort in cohorts)
    session = TrainingSession(
        force=by.agency,
        module_version=_version_on(module.pk, starts_at, CannotPlan),
        starts_at=starts_at,
        ends_at=ends_at,
        delivery=delivery,
        place=place.strip(),
        joining_link=joining_link,
        trainer=trainer,
        planned_at=at,
        planned_by=by,
    )
    _check(session, CannotPlan)
    members = CohortMember.objects.current().filter(cohort__in=cohorts)
    gaps = gaps_of_session(dict(members.values_list("person", "person__name")), session, module)
    check_order(gaps, knowing=knowing)
    session.save()
    session.cohorts.set(cohorts)
    for cohort in cohorts:
        expect([session], cohort, members.filter(cohort=cohort).values_list("person", flat=True), at=at)
    known = note_out_of_order(gaps, by=by, at=at, session=session)
    _record("planned", session, by=by, at=at, cohorts=len(cohorts), **known)
    return session


@transaction.atomic
def change_session(
    *,
    session_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    delivery: str,
    trainer: User,
    by: User,
    at: datetime,
    place: str = "",
    joining_link: str = "",
    knowing: str = "",
) -> TrainingSession:
    """Move a session before it begins, or a video while it may be watched; who is expected is told, and reminded anew.

    What comes first is asked for again where it begins at another time, and at later sessions that this one comes before. Raises
    CannotChange or NotInOrder.
    """
    session = _to_run(session_id, TrainingSessionMove.CHANGE, by, CannotChange)
    if session.starts_at <= at and not session.is_video:
        raise CannotChange("This session has begun.")
    wanted = {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "delivery": delivery,
        "place": place.strip(),
        "joining_link": joining_link,
        "trainer": trainer,
    }
    changed = sorted(name for name, value in wanted.items() if getattr(session, name) != value)
    if "delivery" in changed and session.entries.exclude(watched_at=None).exists():
        raise CannotChange("Somebody has watched this video already, so it stays a video.")
    for name in changed:
        setattr(session, name, wanted[name])
    session.module_version = _version_on(session.module_version.module_id, session.starts_at, CannotChange)
    _check(session, CannotChange)
    gaps: list[Gap] = []
    behind: list[tuple[TrainingSession, Gap]] = []
    if "starts_at" in changed:
        names = dict(session.entries.unset().values_list("person", "person__name"))
        before = gaps_behind_session(session, list(names))
        session.save(update_fields=[*changed, "module_version"])
        gaps = gaps_of_session(names, session, session.module_version.module)
        behind = _new_behind(session, list(names), before)
        check_order([*gaps, *(gap for _, gap in behind)], knowing=knowing)
    else:
        session.save(update_fields=[*changed, "module_version"])
    if changed:
        known = note_out_of_order(gaps, by=by, at=at, session=session)
        _record("changed", session, by=by, at=at, fields=changed, **known)
    _note_behind(behind, by=by, at=at)
    if set(changed) & set(TOLD_OF):
        expected = session.entries.unset()
        expected.update(reminded_week_at=None, reminded_day_at=None)
        _tell(session, tasks.email_member_about_change, by=by, at=at)
    return session


@transaction.atomic
def cancel_session(*, session_id: UUID, reason: str, by: User, at: datetime, knowing: str = "") -> TrainingSession:
    """Call a session off and tell whoever is expected. Raises CannotCancel, once anybody is marked in its register.

    Where somebody will then not have completed it before a later session that it comes before, it is called off only if whoever does so
    was shown that and goes on: `knowing` is the stamp of it. Raises NotInOrder.
    """
    session = _to_run(session_id, TrainingSessionMove.CANCEL, by, CannotCancel)
    if not reason.strip():
        raise CannotCancel("Say why the session is cancelled.")
    if session.entries.exclude(presence="").exists():
        raise CannotCancel("Somebody is marked in the register already, so the session was held. Close the register.")
    people = list(session.entries.unset().values_list("person", flat=True))
    before = gaps_behind_session(session, people)
    state = next_training_session_state(TrainingSessionMove.CANCEL, session.state)
    session.state, session.cancelled_at, session.cancelled_by = str(state), at, by
    session.cancel_reason = reason.strip()
    session.save(update_fields=["state", "cancelled_at", "cancelled_by", "cancel_reason"])
    behind = _new_behind(session, people, before)
    check_order([gap for _, gap in behind], knowing=knowing)
    _record("cancelled", session, by=by, at=at)
    _note_behind(behind, by=by, at=at)
    _tell(session, tasks.email_member_about_cancellation, by=by, at=at)
    return session


@transaction.atomic
def add_to_session(*, session_id: UUID, members: Collection[UUID], by: User, at: datetime, knowing: str = "") -> int:
    """Expect members of any cohort whose programme gives the module, so that they catch up; returns how many are new.

    Who is expected already stays. Raises CannotJoin or NotInOrder, and adds nobody, where one may not join.
    """
    hold_programmes(CohortMember.objects.filter(pk__in=members).values_list("programme", flat=True).distinct())
    session = _to_run(session_id, TrainingSessionMove.ADD, by, CannotJoin)
    if not TrainingSession.objects.can_be_joined(at=at).filter(pk=session.pk).exists():
        raise CannotJoin("This session has begun, so nobody can be added to it.")
    found = list(CohortMember.objects.who_may_join(session).filter(pk__in=members).select_related("cohort"))
    if len(found) < len(set(members)):
        raise CannotJoin("One of these people is in no cohort that is given this module.")
    there = session.entries.values("person")
    new = CohortMember.objects.filter(pk__in=members).exclude(person__in=there)
    gaps = gaps_of_session(dict(new.values_list("person", "person__name")), session, session.module_version.module)
    check_order(gaps, knowing=knowing)
    entries = _expect_at(session, found, by=by, at=at, **note_out_of_order(gaps, by=by, at=at, session=session))
    for entry in entries:
        enqueue(tasks.email_member_about_place, at=at, by=by, entry_id=entry.pk)
    return len(entries)


@transaction.atomic
def add_who_came(*, session_id: UUID, person: User, by: User, at: datetime) -> bool:
    """Put somebody into the register who is in the room and was not expected; returns whether they are new in it.

    For a member of any cohort whose programme gives the module, once the session has begun and until the register is closed. It
    marks them as nothing: that is the register's. Raises CannotJoin.
    """
    hold_programmes(Programme.objects.filter(modules__versions__sessions=session_id).values_list("pk", flat=True))
    session = _to_run(session_id, TrainingSessionMove.ADD, by, CannotJoin)
    if session.is_video or at < session.starts_at:
        raise CannotJoin("Who comes without being on the list is added once the session has begun.")
    # Somebody may be in cohorts of two programmes that give the module: one of them is enough, and the session's own comes first.
    own = Exists(session.cohorts.filter(pk=OuterRef("cohort")))
    joining = CohortMember.objects.who_may_join(session).filter(person=person)
    member = joining.select_related("cohort").order_by(own.desc(), "joined_at", "pk").first()
    if member is None:
        raise CannotJoin(f"{person} is in no cohort that is given this module. Add them to a cohort first.")
    return bool(_expect_at(session, [member], by=by, at=at, person=str(person.pk)))


def _expect_at(
    session: TrainingSession, members: Collection[CohortMember], *, by: User, at: datetime, **details: Any
) -> list[RegisterEntry]:
    """Expect these members, but for who is expected already; the entries that are new."""
    there = set(session.entries.values_list("person", flat=True))
    new = {member.person_id: member for member in members if member.person_id not in there}
    entries = RegisterEntry.objects.bulk_create(
        RegisterEntry(session=session, person_id=person, cohort=member.cohort, expected_since=at)
        for person, member in new.items()
    )
    if new:
        _record("joined", session, by=by, at=at, people=len(new), **details)
    return entries


def _new_behind(
    session: TrainingSession, people: Collection[UUID], before: Collection[tuple[TrainingSession, Gap]]
) -> list[tuple[TrainingSession, Gap]]:
    """What is out of order at later sessions now that this one is saved, and was in order before."""
    lacked = {(later.pk, pk) for later, gap in before for pk in gap.people}
    behind = gaps_behind_session(session, people)
    return [(later, gap) for later, gap in behind if any((later.pk, pk) not in lacked for pk in gap.people)]


def _note_behind(behind: Collection[tuple[TrainingSession, Gap]], *, by: User, at: datetime) -> None:
    """At each later session that is out of order now."""
    for later, gap in behind:
        known = note_out_of_order([gap], by=by, at=at, session=later)
        _record("out_of_order", later, by=by, at=at, **known)


def _tell(session: TrainingSession, task: Any, *, by: User, at: datetime) -> None:
    """A mail to each person who is expected and not yet marked."""
    for entry in session.entries.unset().order_by("pk"):
        enqueue(task, at=at, by=by, entry_id=entry.pk)


def _version_on(module_id: UUID, starts_at: datetime, refusal: type[DomainError]) -> ModuleVersion:
    """The version of the module that is taught on the day of the session."""
    version = ModuleVersion.objects.on_offer(on=london_day(starts_at)).filter(module=module_id).first()
    if version is None:
        raise refusal("The module is not taught on that day: not yet, or no more.")
    return version


def _check(session: TrainingSession, refusal: type[DomainError]) -> None:
    """What the database would refuse too, in the words of each rule, and how long a session may be."""
    if session.delivery not in SESSION_DELIVERIES:
        raise refusal("Choose how the session is given.")
    length = session.ends_at - session.starts_at
    if session.is_video:
        if not timedelta() < length <= LONGEST_FOR_VIDEO:
            raise refusal("A video may be watched for a year at most, and the last day comes after the first.")
    elif not SHORTEST <= length <= LONGEST:
        raise refusal("A session takes 15 minutes to 24 hours. Plan each day of a longer one by itself.")
    if session.delivery in IN_A_PLACE:
        if not session.place:
            raise refusal("Say where the session is.")
        if session.joining_link:
            raise refusal("A session that people come to has no link.")
    elif session.place:
        raise refusal("Only a session that people come to has a place.")
    trainer = session.trainer
    if trainer.agency_id != session.force_id or not trainer.may(Permission.RUN_TRAINING):
        raise refusal(f"{trainer} is not a trainer of this agency.")


def _to_run(session_id: UUID, move: TrainingSessionMove, by: User, refusal: type[DomainError]) -> TrainingSession:
    session = TrainingSession.objects.locked().select_related("module_version", "trainer").get(pk=session_id)
    if not can_run_for(by, session.force_id):
        raise refusal("Only a trainer of the agency may do that.")
    if next_training_session_state(move, session.state) is None:
        raise refusal(f"This session is {session.get_state_display().lower()}.")
    return session


def _record(what: str, session: TrainingSession, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"training.session_{what}", at=at, actor=by, subject=session, **details)

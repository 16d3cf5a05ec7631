"""Setting up programmes and cohorts, and who is in them."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, Q

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from training.enums import Audience, Delivery
from training.models import Cohort, CohortMember, Module, Programme, RegisterEntry, TrainingSession
from training.permissions import can_run_for, can_run_training
from training.queries.prerequisites import gaps_of_cohort
from training.services.prerequisites import check_order, note_out_of_order


class CannotSetUp(DomainError):
    pass


class CannotAdd(DomainError):
    pass


class CannotTakeOut(DomainError):
    pass


@transaction.atomic
def set_up_programme(
    *, name: str, audience: str, modules: Collection[Module], began_on: date, by: User, at: datetime
) -> Programme:
    """Set up what a kind of people is given: one module of the trainer's force or several. Raises CannotSetUp."""
    if by.agency is None or not can_run_training(by):
        raise CannotSetUp("Only a trainer may set up a programme.")
    name = name.strip()
    if not name:
        raise CannotSetUp("Give the programme a name.")
    if audience not in Audience.values:
        raise CannotSetUp("Choose who the programme is for.")
    if not modules:
        raise CannotSetUp("Choose at least one module.")
    if any(module.force_id != by.agency_id for module in modules):
        raise CannotSetUp("This module is not one of your agency's.")
    # One at a time in a force, so that two trainers at once do not set up one name twice.
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=by.agency.pk)
    if Programme.objects.of(by).filter(name=name).exists():
        raise CannotSetUp("There is a programme of that name already.")
    programme = Programme.objects.create(
        force=by.agency, name=name, audience=audience, began_on=began_on, set_up_at=at, set_up_by=by
    )
    programme.modules.set(modules)
    _record("programme_set_up", programme, by=by, at=at, modules=len(modules))
    return programme


@transaction.atomic
def set_up_cohort(
    *, programme_id: UUID, name: str, intake: str, starts_on: date, ends_on: date, by: User, at: datetime
) -> Cohort:
    """Set up a cohort of a programme, with nobody in it yet. Raises CannotSetUp."""
    programme = hold_programmes([programme_id])[programme_id]
    if not can_run_for(by, programme.force_id):
        raise CannotSetUp("Only a trainer of the agency may set up a cohort.")
    name, intake = name.strip(), intake.strip()
    if not name or not intake:
        raise CannotSetUp("Give the cohort a name and say which intake it is.")
    if ends_on < starts_on:
        raise CannotSetUp("A cohort ends on the day on which it begins, or later.")
    if programme.cohorts.filter(name=name).exists():
        raise CannotSetUp("This programme has a cohort of that name already.")
    cohort = Cohort.objects.create(
        programme=programme,
        name=name,
        intake=intake,
        starts_on=starts_on,
        ends_on=ends_on,
        set_up_at=at,
        set_up_by=by,
    )
    _record("cohort_set_up", cohort, by=by, at=at)
    return cohort


@transaction.atomic
def add_members(*, cohort_id: UUID, people: Collection[User], by: User, at: datetime, knowing: str = "") -> int:
    """Put people into a cohort, each with their team of today, and expect them at its sessions to come; returns how many are new.

    Who is in it already stays. Raises CannotAdd, and adds nobody, where one is of another agency, has left, or is in
    another cohort of the programme. Where one will not have completed what comes first at one of the sessions they are added only
    if whoever adds them was shown that and goes on: `knowing` is the stamp of it. Raises NotInOrder.
    """
    cohort = Cohort.objects.select_related("programme").get(pk=cohort_id)
    # One at a time for a programme, so that two trainers at once do not put somebody into two of its cohorts.
    programme = hold_programmes([cohort.programme_id])[cohort.programme_id]
    if not can_run_for(by, programme.force_id):
        raise CannotAdd("Only a trainer of the agency may add people to a cohort.")
    for person in people:
        if person.agency_id != programme.force_id or not person.is_active:
            raise CannotAdd(f"{person} is not of your agency.")
    taken = {
        member.person_id: member
        for member in CohortMember.objects.filter(programme=programme, left_at=None, person__in=people).select_related(
            "person", "cohort"
        )
    }
    for member in taken.values():
        if member.cohort_id != cohort.pk:
            raise CannotAdd(f"{member.person} is in the cohort {member.cohort} of this programme.")
    new = {person.pk: person for person in people if person.pk not in taken}
    sessions = list(
        TrainingSession.objects.can_be_joined(at=at).filter(cohorts=cohort).select_related("module_version__module")
    )
    by_session = gaps_of_cohort({person.pk: person.name for person in new.values()}, sessions)
    check_order([gap for gaps in by_session.values() for gap in gaps], knowing=knowing)
    CohortMember.objects.bulk_create(
        CohortMember(
            programme=programme, cohort=cohort, person=person, team_id=person.team_id, joined_at=at, added_by=by
        )
        for person in new.values()
    )
    expect(sessions, cohort, new, at=at)
    said: dict[str, list[str]] = {}
    for session, gaps in by_session.items():
        for name, firsts in note_out_of_order(gaps, by=by, at=at, session=session).items():
            said.setdefault(name, []).extend(firsts)
    if new:
        _record("members_added", cohort, by=by, at=at, people=len(new), **said)
    return len(new)


@transaction.atomic
def take_out(*, member_id: UUID, by: User, at: datetime) -> CohortMember:
    """Take somebody out of a cohort: they are expected at none of its sessions to come, and what the registers say stays.

    The same again changes nothing. Raises CannotTakeOut.
    """
    hold_programmes([CohortMember.objects.values_list("programme", flat=True).get(pk=member_id)])
    member = CohortMember.objects.select_for_update(of=("self",)).select_related("programme").get(pk=member_id)
    if not can_run_for(by, member.programme.force_id):
        raise CannotTakeOut("Only a trainer of the agency may take somebody out of a cohort.")
    if member.left_at is not None:
        return member
    member.left_at, member.left_by = at, by
    member.save(update_fields=["left_at", "left_by"])
    to_come = Q(session__starts_at__gt=at) | Q(session__delivery=Delivery.VIDEO, session__ends_at__gt=at)
    expected = RegisterEntry.objects.unset().filter(
        to_come,
        person=member.person_id,
        cohort=member.cohort_id,
        watched_at=None,
        session__in=TrainingSession.objects.planned(),
    )
    # Held first, so that who says meanwhile that they have watched it stays.
    list(expected.locked().values_list("pk"))
    expected.delete()
    _record("member_taken_out", member, by=by, at=at)
    return member


def expect(sessions: Collection[TrainingSession], cohort: Cohort, people: Collection[UUID], *, at: datetime) -> None:
    """Expect these people of a cohort at these sessions. Who is expected already stays as they are."""
    RegisterEntry.objects.bulk_create(
        (
            RegisterEntry(session=session, person_id=person, cohort=cohort, expected_since=at)
            for session in sessions
            for person in people
        ),
        ignore_conflicts=True,
    )


def note_reading(*, cohort: Cohort, by: User, at: datetime) -> None:
    """Write down that a trainer saw who is in a cohort."""
    audit.record(verb=Verb.READ, what="training.cohort_read", at=at, actor=by, subject=cohort)


def hold_programmes(keys: Iterable[UUID]) -> dict[UUID, Programme]:
    """Hold who is in the cohorts of these programmes until the transaction ends. Taken before any session of theirs is held."""
    held = Programme.objects.select_for_update(of=("self",)).filter(pk__in=list(keys)).order_by("pk")
    return {programme.pk: programme for programme in held}


def _record(what: str, subject: Model, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"training.{what}", at=at, actor=by, subject=subject, **details)

"""Role profiles: what they ask for, and who is in them from when to when."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q

from accounts.models import Agency, User
from accounts.roles import ROLES
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from training.enums import SkillLevel
from training.models import Induction, Module, ProfileAssignment, ProfileModule, ProfileSkill, RoleProfile, Skill
from training.models.profiles import ProfileAssignmentQuerySet
from training.permissions import can_run_training
from training.queries.profiles import holders_by_role
from training.services.inductions import make_induction, stop_with_profile


class CannotKeepProfile(DomainError):
    pass


class CannotAssign(DomainError):
    pass


class DaysRunBackwards(CannotAssign):
    pass


@dataclass(frozen=True)
class ProfileContent:
    """What a profile says and asks for: modules and skills by id, a skill with its lowest level or None for any."""

    name: str
    purpose: str = ""
    for_whom: str = ""
    account_role: str = ""
    required: Collection[UUID] = ()
    optional: Collection[UUID] = ()
    optional_needed: int = 0
    skills: Mapping[UUID, int | None] = field(default_factory=dict)


@transaction.atomic
def create_profile(*, content: ProfileContent, by: User, at: datetime) -> RoleProfile:
    """Set up a profile of the trainer's force. Raises CannotKeepProfile."""
    if by.agency is None or not can_run_training(by):
        raise CannotKeepProfile("Only a trainer may keep profiles.")
    # One at a time in a force, so that two trainers at once do not set up one name or one account role twice.
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=by.agency.pk)
    profile = _filled(RoleProfile(force=by.agency), content)
    profile.save(force_insert=True)
    _ask(profile, content)
    _record("created", profile, by=by, at=at)
    return profile


@transaction.atomic
def change_profile(*, profile_id: UUID, content: ProfileContent, by: User, at: datetime, read: str = "") -> RoleProfile:
    """Let a profile say and ask for this from now on, of everybody who is in it.

    `read` is the `stamp_of` what was on the page; where somebody changed the profile since, nothing changes. Raises
    CannotKeepProfile.
    """
    if by.agency is None or not can_run_training(by):
        raise CannotKeepProfile("Only a trainer may keep profiles.")
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=by.agency.pk)
    profile = RoleProfile.objects.locked().get(pk=profile_id)
    if profile.force_id != by.agency_id:
        raise CannotKeepProfile("This profile is not one of your agency's.")
    if read and read != stamp_of(profile):
        raise CannotKeepProfile("Somebody else changed this profile meanwhile. Open it again, and compare.")
    before = _asked(profile)
    _filled(profile, content).save()
    # Retired modules are on no page to be ticked; what a profile asked of them stays for the records.
    kept = Q(module__retired_on__isnull=False) & ~Q(module__in=[*content.required, *content.optional])
    profile.modules.exclude(kept).delete()
    profile.skills.all().delete()
    _ask(profile, content)
    after = _asked(profile)
    _record("changed", profile, by=by, at=at, added=sorted(after - before), removed=sorted(before - after))
    return profile


@transaction.atomic
def ask_for_module(*, module: Module, profile_ids: Collection[UUID], by: User, at: datetime) -> None:
    """Let profiles of the force ask for a module that they did not have. Raises CannotKeepProfile."""
    profiles = list(RoleProfile.objects.of(by).locked().filter(pk__in=profile_ids))
    if len(profiles) != len(set(profile_ids)):
        raise CannotKeepProfile("One of these profiles is not your agency's.")
    for profile in profiles:
        ProfileModule.objects.create(profile=profile, module=module)
        _record("changed", profile, by=by, at=at, added=[str(module.pk)], removed=[])


@transaction.atomic
def assign_profile(
    *, profile_id: UUID, person: User, starts_on: date, complete_by: date | None, by: User, at: datetime
) -> ProfileAssignment:
    """Put somebody into a profile from a day on; what they lack is due until `complete_by`, without it missing at once.

    Raises CannotAssign.
    """
    profile = RoleProfile.objects.get(pk=profile_id)
    _check_may_decide(by, profile, person)
    if not person.is_active:
        raise CannotAssign(f"{person} has left.")
    if complete_by is not None and complete_by < starts_on:
        raise DaysRunBackwards("It cannot be complete before it starts.")
    # One at a time for a person, so that two trainers at once do not assign the same twice.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    if _under(profile.pk, starts_on).filter(person=person).exists():
        raise CannotAssign(f"{person} is in this profile already.")

    assignment = ProfileAssignment.objects.create(
        profile=profile, person=person, starts_on=starts_on, complete_by=complete_by, assigned_at=at, assigned_by=by
    )
    _record("assigned", profile, by=by, at=at, person=str(person.pk))
    return assignment


@transaction.atomic
def plan_for_role_holder(
    *,
    profile_id: UUID,
    person: User,
    starts_on: date,
    mentor: User,
    line_manager: User,
    working_days: Mapping[UUID, int],
    by: User,
    at: datetime,
    knowing: str = "",
) -> Induction:
    """Put somebody who is in a profile by their account role into it from their first day, and make their plan.

    Both or nothing. Raises CannotAssign, and what `make_induction` raises.
    """
    profile = RoleProfile.objects.get(pk=profile_id)
    if not holders_by_role(profile, on=london_day(at)).filter(pk=person.pk).exists():
        raise CannotAssign(not_held_by_role(person))
    assignment = assign_profile(
        profile_id=profile_id, person=person, starts_on=starts_on, complete_by=None, by=by, at=at
    )
    return make_induction(
        assignment_id=assignment.pk,
        mentor=mentor,
        line_manager=line_manager,
        working_days=working_days,
        by=by,
        at=at,
        knowing=knowing,
    )


def not_held_by_role(person: User) -> str:
    """Why nobody plans for this person by role, and what to do."""
    return f"{person} is not in this profile by their account role. Add them to it first."


@dataclass(frozen=True)
class AssignedToSeveral:
    """Who is in the profile now and was not before, and who was in it already."""

    new: list[ProfileAssignment]
    already: list[User]


@transaction.atomic
def assign_to_several(
    *,
    profile_id: UUID,
    people: Collection[User],
    starts_on: date,
    complete_by: date | None,
    by: User,
    at: datetime,
) -> AssignedToSeveral:
    """Put several people into a profile at once; who is in it already stays as they are.

    Raises CannotAssign, and assigns nobody, where one may not be put into it.
    """
    if not people:
        raise CannotAssign("Name at least one person.")
    # In one order, so that two trainers with the same list do not wait for each other.
    list(
        User.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=[one.pk for one in people])
        .order_by("pk")
    )
    there = set(_under(profile_id, starts_on).filter(person__in=people).values_list("person", flat=True))
    asked: dict[str, Any] = {"profile_id": profile_id, "starts_on": starts_on, "complete_by": complete_by}
    new = [assign_profile(person=one, by=by, at=at, **asked) for one in people if one.pk not in there]
    return AssignedToSeveral(new, [one for one in people if one.pk in there])


@transaction.atomic
def end_assignment(*, assignment_id: UUID, ends_on: date, by: User, at: datetime) -> ProfileAssignment:
    """Let somebody leave a profile: `ends_on` is the first day without it. That they were in it stays. Raises CannotAssign."""
    assignment = ProfileAssignment.objects.locked().select_related("profile", "person").get(pk=assignment_id)
    _check_may_decide(by, assignment.profile, assignment.person)
    if assignment.ends_on is not None:
        raise CannotAssign("This has ended already.")
    if ends_on < assignment.starts_on:
        raise CannotAssign("It cannot end before it starts.")
    if ends_on > max(london_day(at), assignment.starts_on):
        raise CannotAssign("The day on which it ends cannot be in the future.")

    assignment.ends_on, assignment.ended_at, assignment.ended_by = ends_on, at, by
    assignment.save(update_fields=["ends_on", "ended_at", "ended_by"])
    stop_with_profile(assignment=assignment, by=by, at=at)
    _record("ended", assignment.profile, by=by, at=at, person=str(assignment.person_id))
    return assignment


def _under(profile_id: UUID, starts_on: date) -> ProfileAssignmentQuerySet:
    """Assignments to a profile that last beyond that day."""
    lasting = ProfileAssignment.objects.filter(Q(ends_on=None) | Q(ends_on__gt=starts_on), profile=profile_id)
    return lasting.exclude(ends_on=models.F("starts_on"))


def _check_may_decide(by: User, profile: RoleProfile, person: User) -> None:
    if by.agency_id is None or not can_run_training(by) or profile.force_id != by.agency_id:
        raise CannotAssign("Only a trainer of the force may decide who is in a profile.")
    if person.agency_id != by.agency_id:
        raise CannotAssign(f"{person} is not of your agency.")
    if person.pk == by.pk:
        raise CannotAssign("Nobody decides on their own profiles: ask another trainer.")


def _filled(profile: RoleProfile, content: ProfileContent) -> RoleProfile:
    """The profile with these words, checked against the other profiles of its force."""
    others = RoleProfile.objects.filter(force=profile.force).exclude(pk=profile.pk)
    if not (name := content.name.strip()):
        raise CannotKeepProfile("Give the profile a name.")
    if others.filter(name=name).exists():
        raise CannotKeepProfile("There is a profile of that name already.")
    if content.account_role and content.account_role not in ROLES:
        raise CannotKeepProfile(f"Unknown role: {content.account_role}.")
    if content.account_role and others.filter(account_role=content.account_role).exists():
        raise CannotKeepProfile("Another profile is for that account role already.")
    if both := set(content.required) & set(content.optional):
        titles = Module.objects.filter(pk__in=both).by_title().values_list("title", flat=True)
        raise CannotKeepProfile(f"A module is required or optional, not both: {', '.join(titles)}.")
    if not 0 <= content.optional_needed <= len(set(content.optional)):
        raise CannotKeepProfile("Of the optional modules no more can be needed than there are.")
    profile.name, profile.account_role = name, content.account_role
    profile.purpose, profile.for_whom = content.purpose.strip(), content.for_whom.strip()
    profile.optional_needed = content.optional_needed
    return profile


def _ask(profile: RoleProfile, content: ProfileContent) -> None:
    links = dict.fromkeys(content.required, False) | dict.fromkeys(content.optional, True)
    if Module.objects.filter(force=profile.force, pk__in=links).count() != len(links):
        raise CannotKeepProfile("One of these modules is not your agency's.")
    if Skill.objects.filter(force=profile.force, pk__in=content.skills).count() != len(content.skills):
        raise CannotKeepProfile("One of these skills is not your agency's.")
    if unknown := {level for level in content.skills.values() if level is not None} - set(SkillLevel.values):
        raise CannotKeepProfile(f"Unknown level: {unknown}.")
    ProfileModule.objects.bulk_create(
        ProfileModule(profile=profile, module_id=pk, is_optional=is_optional) for pk, is_optional in links.items()
    )
    ProfileSkill.objects.bulk_create(
        ProfileSkill(profile=profile, skill_id=pk, level=level) for pk, level in content.skills.items()
    )


def stamp_of(profile: RoleProfile) -> str:
    """What tells one text of a profile, with all that it asks for, from the next."""
    said = [profile.name, profile.purpose, profile.for_whom, profile.account_role, profile.optional_needed]
    return hashlib.sha256(json.dumps([*said, *sorted(_asked(profile))]).encode()).hexdigest()


def _asked(profile: RoleProfile) -> set[str]:
    """What it asks for, as the access log names it."""
    modules = profile.modules.values_list("module", "is_optional")
    skills = profile.skills.values_list("skill", "level")
    return {f"{pk}{' optional' if is_optional else ''}" for pk, is_optional in modules} | {
        f"{pk} level {level}" for pk, level in skills
    }


def _record(what: str, profile: RoleProfile, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"training.profile_{what}", at=at, actor=by, subject=profile, **details)

"""Questions about profiles: how far people are, what one asks for, who is in it, and what somebody would lack in it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import RoleGrant, User
from training.models import Module, ProfileAssignment, ProfileModule, ProfileSkill, RoleProfile
from training.queries.needs import Holding, Need, holdings_of, needs_under, proofs_of, requirements_of


@dataclass(frozen=True)
class Standings:
    """Somebody's profiles on a day, and what these ask for."""

    holdings: list[Holding]
    needs: list[Need]

    @property
    def open_needs(self) -> list[Need]:
        return [need for need in self.needs if need.is_open]


def standings_of(person: User, *, on: date) -> Standings:
    """One person's profiles and needs, in eight queries."""
    requirements = requirements_of(person.agency_id, on=on)
    holdings = holdings_of([person], requirements, on=on)[person.pk]
    proofs = proofs_of([person], requirements)
    return Standings(holdings, needs_under(person, holdings, requirements, proofs, on=on))


def what_if(person: User, profile: RoleProfile, *, on: date) -> list[Need]:
    """How somebody would stand in a profile from that day, whatever they are in now; nothing is stored."""
    requirements = requirements_of(profile.force_id, on=on)
    return needs_under(person, [Holding(profile)], requirements, proofs_of([person], requirements), on=on)


def listed_profiles(user: User, *, on: date) -> QuerySet[RoleProfile]:
    """Profiles of the person's force by name, with how many modules in use and skills each asks for."""
    in_use = Module.objects.filter(force=user.agency_id).in_use(on=on).values("pk")
    counted = Q(modules__module__in=in_use)
    return (
        RoleProfile.objects.of(user)
        .annotate(
            required_count=Count("modules", filter=counted & Q(modules__is_optional=False), distinct=True),
            optional_count=Count("modules", filter=counted & Q(modules__is_optional=True), distinct=True),
            skill_count=Count("skills", distinct=True),
        )
        .by_name()
    )


def profiles_to_read(user: User) -> QuerySet[RoleProfile]:
    """Profiles of the person's force with all that a page of one says it asks for."""
    modules = ProfileModule.objects.select_related("module").order_by("module__title", "pk")
    skills = ProfileSkill.objects.select_related("skill").order_by("skill__name", "pk")
    return RoleProfile.objects.of(user).prefetch_related(Prefetch("modules", modules), Prefetch("skills", skills))


def assignments_of(profile: RoleProfile) -> QuerySet[ProfileAssignment]:
    """Everybody who is or was assigned to it."""
    assignments = ProfileAssignment.objects.filter(profile=profile)
    return assignments.select_related("person__team", "assigned_by", "ended_by")


def history_of(person: User) -> list[ProfileAssignment]:
    """Every profile that somebody was assigned to, the newest first."""
    assignments = ProfileAssignment.objects.filter(person=person).select_related("profile")
    return list(assignments.order_by("-starts_on", "-pk"))


def holders_by_role(profile: RoleProfile, *, on: date) -> QuerySet[User]:
    """Active people who are in it by their account role."""
    held = RoleGrant.objects.current(on=on).filter(user=OuterRef("pk"), role=profile.account_role)
    people = User.objects.filter(agency=profile.force_id, is_active=True)
    if not profile.account_role:
        return people.none()
    return people.filter(Exists(held))

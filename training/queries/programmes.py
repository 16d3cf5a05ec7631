"""Questions about programmes: what a force gives to whom, who is in a cohort, how far they are, and who has to catch up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Now

from accounts.models import User
from training.models import Cohort, CohortMember, Module, Programme, RegisterEntry, TrainingSession
from training.models.programmes import CohortMemberQuerySet, CohortQuerySet
from training.models.sessions import TrainingSessionQuerySet

MOST_SESSIONS_OFFERED = 20


def programmes_of(user: User) -> list[Programme]:
    """The programmes of the person's agency, by name, with their modules and cohorts; each cohort with `size`."""
    cohorts = Cohort.objects.annotate(
        size=Count(
            "members",
            filter=Q(
                members__left_at=None, members__person__is_active=True, members__person__agency=F("programme__force")
            ),
        )
    ).order_by("-starts_on", "pk")
    return list(
        Programme.objects.of(user)
        .order_by("name", "pk")
        .prefetch_related(Prefetch("modules", Module.objects.by_title()), Prefetch("cohorts", cohorts))
    )


def cohorts_of(user: User) -> CohortQuerySet:
    """The cohorts of the person's agency, the latest first, with their programmes."""
    return Cohort.objects.of(user).select_related("programme").order_by("-starts_on", "programme__name", "name", "pk")


def with_training(members: CohortMemberQuerySet) -> QuerySet[CohortMember]:
    """Members, each with `is_trained`: they were present at a session of every module of the programme since it began; and
    `has_missed`: a module that they have not had was given to their cohort.
    """
    modules = Programme.modules.through.objects.filter(programme=OuterRef("programme"), module__in=asked_for())
    lacking = modules.filter(~Exists(_had(OuterRef("module"), OuterRef(OuterRef("person")), "programme__began_on")))
    missed = lacking.filter(Exists(_given(OuterRef("module"), OuterRef(OuterRef("cohort")))))
    return members.annotate(is_trained=~Exists(lacking), has_missed=Exists(missed))


def missing(members: CohortMemberQuerySet) -> QuerySet[CohortMember]:
    """Members who have to catch up, once for each `module` (its key) that was given to their cohort and that they have not had."""
    pairs = members.annotate(module=F("programme__modules"))
    had = _had(OuterRef("module"), OuterRef("person"), "programme__began_on")
    return pairs.filter(~Exists(had), Exists(_given(OuterRef("module"), OuterRef("cohort"))), module__in=asked_for())


def asked_for() -> QuerySet[Module]:
    """Modules that are not retired yet: nobody needs others."""
    return Module.objects.exclude(retired_on__lte=Now())


def members_of(user: User, *, cohort: Cohort | None = None) -> CohortMemberQuerySet:
    """Who is in the cohorts of the person's agency now, or in one of them."""
    members = CohortMember.objects.current().filter(programme__force=user.agency_id)
    return members if cohort is None else members.filter(cohort=cohort)


@dataclass(frozen=True)
class ModuleToCatchUp:
    """A module, and how many have to catch up on it."""

    module: Module
    count: int


def modules_to_catch_up(members: CohortMemberQuerySet) -> list[ModuleToCatchUp]:
    """The modules that some of these people have missed, by title."""
    counts = missing(members).order_by().values(key=F("module")).annotate(count=Count("pk"))
    found = {row["key"]: row["count"] for row in counts}
    return [ModuleToCatchUp(module, found[module.pk]) for module in Module.objects.filter(pk__in=found).by_title()]


def to_catch_up(members: CohortMemberQuerySet, *, module_id: UUID, at: datetime) -> QuerySet[CohortMember]:
    """Who has missed that module, each with `joins_at`: when the session begins at which they are expected already."""
    expected = (
        RegisterEntry.objects.unset()
        .filter(
            person=OuterRef("person"),
            session__module_version__module=module_id,
            session__in=TrainingSession.objects.can_be_joined(at=at),
        )
        .order_by("session__starts_at", "pk")
    )
    people = missing(members).filter(Q(module=module_id))
    return people.annotate(joins_at=Subquery(expected.values("session__starts_at")[:1])).select_related(
        "person", "team", "cohort"
    )


def sessions_to_join(user: User, *, module_id: UUID, at: datetime) -> Sequence[TrainingSession]:
    """The next sessions of the person's agency that give the module, the soonest first."""
    sessions: TrainingSessionQuerySet = TrainingSession.objects.can_be_joined(at=at).filter(
        force=user.agency_id, module_version__module=module_id
    )
    return list(sessions.select_related("module_version").order_by("starts_at", "pk")[:MOST_SESSIONS_OFFERED])


def _had(module: OuterRef, person: OuterRef, began_on: str) -> QuerySet[RegisterEntry]:
    """That somebody was present at a session of the module since the programme began; sessions of other cohorts count too."""
    return RegisterEntry.objects.trained().filter(
        person=person, session__module_version__module=module, session__starts_at__date__gte=OuterRef(began_on)
    )


def _given(module: OuterRef, cohort: OuterRef) -> QuerySet[TrainingSession]:
    """That the module was given to a cohort, and the register closed."""
    return TrainingSession.objects.held().filter(cohorts=cohort, module_version__module=module)

"""What rows of outcomes are looked up in, in as many queries whatever their number; and imports that were done."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Lower

from accounts.enums import Permission
from accounts.models import User
from common.row_values import known_as
from training.enums import OPEN_STATES, SignerRole
from training.models import Induction, Module, ModuleVersion, OutcomeImport, OutcomeRow, RecordVersion, TrainingRecord
from training.queries.records import modules_on_offer, people_who_may


class PlannedSigners(NamedTuple):
    """Who signs by an open induction plan, and for which modules it has a step."""

    mentor: UUID
    line_manager: UUID
    modules: list[UUID]


@dataclass(frozen=True)
class OutcomePeople:
    """People of an agency by what a row calls them; who may sign, by role and id; open induction plans by person, the first to end first."""

    by_name: dict[str, list[User]]
    signers: dict[SignerRole, dict[UUID, User]]
    plans: dict[UUID, list[PlannedSigners]]

    def named(self, text: str) -> list[User]:
        return self.by_name.get(text.casefold(), [])

    def plan_of(self, person: User, module: Module | None) -> PlannedSigners | None:
        """The person's plan with a step for that module, else the first to end."""
        plans = self.plans.get(person.pk, [])
        with_step = [plan for plan in plans if module is not None and module.pk in plan.modules]
        return next(iter([*with_step, *plans]), None)


@dataclass(frozen=True)
class OutcomesThere:
    """What is there of these people: days on which a module was done, open records by person and module, and rows that were taken."""

    done: set[tuple[UUID, UUID, date]] = field(default_factory=set)
    open: set[tuple[UUID, UUID]] = field(default_factory=set)
    digests: set[str] = field(default_factory=set)


def outcome_people(names: Collection[str], *, agency_id: UUID | None, on: date) -> OutcomePeople:
    """In four queries. `names` are what the rows call people: addresses and collar numbers."""
    wanted = {name.casefold() for name in names if name}
    people = User.objects.filter(agency=agency_id, is_active=True) if agency_id else User.objects.none()
    known = people.annotate(lower_email=Lower("email"), lower_number=Lower("collar_number"))
    by_name: dict[str, list[User]] = defaultdict(list)
    found = list(known.filter(Q(lower_email__in=wanted) | Q(lower_number__in=wanted - {""})).select_related("team"))
    for person in found:
        if person.collar_number:
            by_name[person.collar_number.casefold()].append(person)
    # An address names one person, whoever has it for a collar number.
    by_name |= {person.email.casefold(): [person] for person in found}
    signers = {
        role: {one.pk: one for one in people_who_may(permission, agency_id=agency_id, on=on)}
        for role, permission in (
            (SignerRole.MENTOR, Permission.SIGN_OFF_AS_MENTOR),
            (SignerRole.LINE_MANAGER, Permission.SIGN_OFF_AS_LINE_MANAGER),
        )
    }
    open_plans = Induction.objects.open().filter(person__in=found, agency=agency_id)
    asked = ArrayAgg("steps__module", filter=Q(steps__module__isnull=False), default=Value([]))
    plans: dict[UUID, list[PlannedSigners]] = defaultdict(list)
    named = open_plans.annotate(asked=asked).order_by("complete_by", "pk")
    for person_id, mentor, line_manager, modules in named.values_list("person", "mentor", "line_manager", "asked"):
        plans[person_id].append(PlannedSigners(mentor, line_manager, modules))
    return OutcomePeople(dict(by_name), signers, dict(plans))


def modules_by_name(user: User, *, on: date) -> dict[str, ModuleVersion | None]:
    """Versions that may be logged today, by title and short title as they are known; None where two modules share that name."""
    found: dict[str, ModuleVersion | None] = {}
    for version in modules_on_offer(user, on=on):
        for name in {known_as(version.module.title), known_as(version.module.short_title)} - {""}:
            found[name] = None if name in found else version
    return found


def outcomes_there(people: Collection[UUID], modules: Collection[UUID], digests: Collection[str]) -> OutcomesThere:
    """In three queries."""
    about = {"person__in": people, "module_version__module__in": modules}
    done = RecordVersion.objects.filter(
        record__person__in=people, record__module_version__module__in=modules, number=F("record__version")
    )
    is_open = TrainingRecord.objects.filter(state__in=OPEN_STATES, **about)
    return OutcomesThere(
        set(done.values_list("record__person", "record__module_version__module", "done_on")),
        set(is_open.values_list("person", "module_version__module")),
        set(OutcomeRow.objects.filter(digest__in=digests).values_list("digest", flat=True)),
    )


def outcome_imports(user: User) -> QuerySet[OutcomeImport]:
    """Those of the person's agency."""
    found = OutcomeImport.objects.filter(agency=user.agency_id) if user.agency_id else OutcomeImport.objects.none()
    return found.select_related("by")


def rows_of(done: OutcomeImport) -> QuerySet[OutcomeRow]:
    """The records that came of a file, in its order."""
    read = ("record__person", "record__module_version__module")
    return done.outcomes.select_related(*read).order_by("number")

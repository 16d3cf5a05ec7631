"""Saying what is to be completed first, and going on knowingly where it was not."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from common.clock import london_day
from common.errors import DomainError
from training.models import Induction, Module, ModulePrerequisite, OutOfOrder, TrainingRecord, TrainingSession
from training.queries.prerequisites import Gap, NotInOrder, stamp_of


class CannotComeFirst(DomainError):
    pass


def set_prerequisites(
    *, module: Module, firsts: Collection[UUID], by: User, at: datetime
) -> tuple[list[UUID], list[UUID]]:
    """Let exactly these come before a module, whose force is held; returns those that are new and those that are no more.

    Raises CannotComeFirst.
    """
    asked = set(firsts)
    there = dict(ModulePrerequisite.objects.filter(module=module).values_list("first", "pk"))
    new = sorted(asked - there.keys())
    # Locked, so that none is retired meanwhile.
    found = {one.pk: one for one in Module.objects.locked().filter(pk__in=new)}
    for pk in new:
        first = found.get(pk)
        if first is None or first.force_id != module.force_id:
            raise CannotComeFirst("A module that comes first is one of your agency's.")
        if first.pk == module.pk:
            raise CannotComeFirst("A module does not come before itself.")
        if first.is_retired(on=london_day(at)):
            raise CannotComeFirst(f"{first} is retired. Choose another one.")
    gone = sorted(there.keys() - asked)
    ModulePrerequisite.objects.filter(pk__in=[there[pk] for pk in gone]).delete()
    for pk in new:
        if module.pk in _all_before(pk):
            raise CannotComeFirst(f"{module} comes before {found[pk]} already, so {found[pk]} cannot come first.")
        ModulePrerequisite.objects.create(module=module, first_id=pk, set_at=at, set_by=by)
    return new, gone


def _all_before(pk: UUID) -> set[UUID]:
    """That module and all that come before it, by any way."""
    links = ModulePrerequisite.objects.filter(module__force__in=Module.objects.filter(pk=pk).values("force"))
    firsts: dict[UUID, list[UUID]] = {}
    for module, first in links.values_list("module", "first"):
        firsts.setdefault(module, []).append(first)
    found, open_ones = {pk}, [pk]
    while open_ones:
        for first in firsts.get(open_ones.pop(), []):
            if first not in found:
                found.add(first)
                open_ones.append(first)
    return found


def check_order(gaps: Collection[Gap], *, knowing: str) -> None:
    """Raises NotInOrder, unless whoever goes on was shown exactly these gaps and said so."""
    if gaps and stamp_of(gaps) != knowing:
        raise NotInOrder(gaps)


def note_out_of_order(
    gaps: Collection[Gap],
    *,
    by: User,
    at: datetime,
    record: TrainingRecord | None = None,
    session: TrainingSession | None = None,
    induction: Induction | None = None,
) -> dict[str, Any]:
    """Keep who went on although what was missing; returns what the access log says of it."""
    OutOfOrder.objects.bulk_create(
        OutOfOrder(
            record=record,
            session=session,
            induction=induction,
            module=gap.module,
            first=gap.first,
            people=len(gap.people),
            said_at=at,
            said_by=by,
        )
        for gap in gaps
    )
    return {"out_of_order": [str(gap.first.pk) for gap in gaps]} if gaps else {}

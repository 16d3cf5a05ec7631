"""Modules and their versions."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Agency, User
from accounts.roles import ROLES
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from training.enums import LearningTheme
from training.models import Module, ModuleRequirement, ModuleVersion
from training.permissions import can_run_training


class CannotKeepModule(DomainError):
    pass


@transaction.atomic
def create_module(
    *,
    title: str,
    short_title: str,
    aims: str,
    delivery: str,
    minutes: int,
    valid_months: int | None,
    by: User,
    at: datetime,
    required_for: Collection[str] = (),
    teaches: Collection[str] = (),
) -> ModuleVersion:
    """Set up a module of the trainer's force, with its first version from today. Raises CannotKeepModule."""
    if by.agency is None or not can_run_training(by):
        raise CannotKeepModule("Only a trainer may keep modules.")
    if unknown := set(required_for) - set(ROLES):
        raise CannotKeepModule(f"Unknown role: {', '.join(sorted(unknown))}.")
    # One at a time in a force, so that two trainers at once do not set up one title twice.
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=by.agency.pk)
    title = title.strip()
    if Module.objects.of(by).filter(title=title).exists():
        raise CannotKeepModule("There is a module of that title already.")

    module = Module.objects.create(force=by.agency, title=title, short_title=short_title.strip())
    ModuleRequirement.objects.bulk_create(ModuleRequirement(module=module, role=role) for role in sorted(required_for))
    taught: dict[str, Any] = {
        "delivery": delivery,
        "minutes": minutes,
        "valid_months": valid_months,
        "teaches": teaches,
    }
    version = _begin(module, 1, at=at, aims=aims, **taught)
    audit.record(verb=Verb.CHANGED, what="training.module_created", at=at, actor=by, subject=module)
    return version


@transaction.atomic
def begin_version(
    *,
    module_id: UUID,
    after: int,
    aims: str,
    delivery: str,
    minutes: int,
    valid_months: int | None,
    by: User,
    at: datetime,
    teaches: Collection[str] = (),
) -> ModuleVersion:
    """Teach a module in its next version from today; records of earlier versions stay as they are.

    `after` is the number of the version that was read; where another came meanwhile, nothing changes. Raises
    CannotKeepModule.
    """
    module = Module.objects.locked().get(pk=module_id)
    if not can_run_training(by) or module.force_id != by.agency_id:
        raise CannotKeepModule("Only a trainer may keep modules.")
    if module.versions.filter(number__gt=after).exists():
        raise CannotKeepModule("A newer version began meanwhile. Open the module again.")

    taught: dict[str, Any] = {
        "delivery": delivery,
        "minutes": minutes,
        "valid_months": valid_months,
        "teaches": teaches,
    }
    version = _begin(module, after + 1, at=at, aims=aims, **taught)
    audit.record(
        verb=Verb.CHANGED,
        what="training.module_version_begun",
        at=at,
        actor=by,
        subject=module,
        number=version.number,
    )
    return version


def _begin(
    module: Module, number: int, *, at: datetime, aims: str, teaches: Collection[str], **fields: Any
) -> ModuleVersion:
    if unknown := set(teaches) - set(LearningTheme.values):
        raise CannotKeepModule(f"Unknown theme: {', '.join(sorted(unknown))}.")
    return ModuleVersion.objects.create(
        module=module,
        number=number,
        starts_on=london_day(at),
        aims=aims.strip(),
        teaches=[theme.value for theme in LearningTheme if theme in teaches],
        **fields,
    )

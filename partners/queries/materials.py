"""What somebody may read or do before and after a session: its files, and modules of the force's training catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from common.clock import london_day
from partners.models import Session, SessionMaterial, SessionModule
from partners.models.session_parts import material_times_open_to
from training.models import Module, ModuleVersion
from training.models.modules import ModuleQuerySet
from training.permissions import can_read_module


@dataclass(frozen=True)
class ShownModule:
    """A module at a session: with its page for who may read that, and for everybody else what it is in words."""

    entry: SessionModule
    version: ModuleVersion | None
    has_page: bool


@dataclass(frozen=True)
class Materials:
    """What of a session is for one person."""

    files: Sequence[SessionMaterial]
    modules: Sequence[ShownModule]

    def __bool__(self) -> bool:
        return bool(self.files or self.modules)


NONE = Materials((), ())


def materials_for(user: User, session: Session, *, at: datetime) -> Materials:
    """By the rule of `material_times_open_to`, those for before the session first."""
    times = material_times_open_to(user, session)
    if not times:
        return NONE
    of_session: dict[str, Any] = {"session": session, "time__in": times}
    files = SessionMaterial.objects.filter(**of_session).order_by("-time", "name", "pk")
    return Materials(list(files), _shown(user, list(SessionModule.objects.filter(**of_session).in_order()), at=at))


def modules_to_add(session: Session, *, at: datetime) -> ModuleQuerySet:
    """Modules of the force that runs the session which are taught today, by title."""
    return Module.objects.filter(force=session.host_id).in_use(on=london_day(at)).by_title()


def _shown(user: User, entries: Sequence[SessionModule], *, at: datetime) -> list[ShownModule]:
    if not entries:
        return []
    taught = ModuleVersion.objects.current(on=london_day(at)).filter(module__in=[one.module_id for one in entries])
    versions = {one.module_id: one for one in taught}
    return [ShownModule(one, versions.get(one.module_id), can_read_module(user, one.module)) for one in entries]

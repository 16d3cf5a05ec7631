"""Modules and their versions: written, reviewed by somebody else before use, looked through again, and retired in the end."""

import hashlib
import json
from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Agency, User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from jobs.services import enqueue
from training import tasks
from training.enums import LearningTheme
from training.models import Module, ModuleVersion, TrainingSession
from training.permissions import can_review_version, can_run_training
from training.queries.modules import learners_of
from training.services.prerequisites import set_prerequisites
from training.services.profiles import ask_for_module


class CannotKeepModule(DomainError):
    pass


class CannotReviewModule(DomainError):
    pass


class CannotRetireModule(DomainError):
    pass


@transaction.atomic
def create_module(
    *,
    title: str,
    short_title: str,
    by: User,
    at: datetime,
    owner: User | None = None,
    required_for: Collection[UUID] = (),
    **taught: Any,
) -> ModuleVersion:
    """Set up a module of the trainer's force with its first version, which waits for somebody else's review.

    `required_for` are profiles that ask for it; `taught` is what a version says. Raises CannotKeepModule.
    """
    if by.agency is None or not can_run_training(by):
        raise CannotKeepModule("Only a trainer may keep modules.")
    # One at a time in a force, so that two trainers at once do not set up one title twice.
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=by.agency.pk)
    title = title.strip()
    if Module.objects.of(by).filter(title=title).exists():
        raise CannotKeepModule("There is a module of that title already.")
    _check_owner(owner, by)

    module = Module.objects.create(force=by.agency, title=title, short_title=short_title.strip(), owner=owner)
    ask_for_module(module=module, profile_ids=required_for, by=by, at=at)
    version = _write(ModuleVersion(module=module, number=1), by=by, at=at, **taught)
    audit.record(verb=Verb.CHANGED, what="training.module_created", at=at, actor=by, subject=module)
    return version


@transaction.atomic
def change_module(
    *,
    module_id: UUID,
    title: str,
    short_title: str,
    owner: User | None,
    by: User,
    at: datetime,
    complete_first: Collection[UUID] | None = None,
    read: str = "",
) -> Module:
    """Give a module another title or owner; records keep the module, whatever it is called.

    `complete_first` are the modules that come before it; None leaves them as they are. `read` is the `stamp_of_module` of what was
    on the page; where somebody changed the module since, nothing changes. Raises CannotKeepModule or CannotComeFirst.
    """
    if complete_first is not None and by.agency is not None:
        # One at a time in a force, so that two trainers at once do not make a circle.
        Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=by.agency.pk)
    module = _locked(module_id, by)
    if read and read != stamp_of_module(module):
        raise CannotKeepModule("Somebody else changed this module meanwhile. Open it again, and compare.")
    title = title.strip()
    if Module.objects.of(by).filter(title=title).exclude(pk=module.pk).exists():
        raise CannotKeepModule("There is a module of that title already.")
    if owner is not None and owner.pk != module.owner_id:
        _check_owner(owner, by)

    module.title, module.short_title, module.owner = title, short_title.strip(), owner
    module.save(update_fields=["title", "short_title", "owner"])
    known = {}
    if complete_first is not None:
        added, removed = set_prerequisites(module=module, firsts=complete_first, by=by, at=at)
        known = {"firsts_added": [str(pk) for pk in added], "firsts_removed": [str(pk) for pk in removed]}
    _record("changed", module, by=by, at=at, **known)
    return module


@transaction.atomic
def begin_version(*, module_id: UUID, after: int, by: User, at: datetime, **taught: Any) -> ModuleVersion:
    """Write the next version of a module; it is taught from its review on, and records of earlier versions stay as they are.

    `after` is the number of the version that was read; where another came meanwhile, nothing changes. Raises
    CannotKeepModule.
    """
    module = _locked(module_id, by)
    if module.retired_on is not None:
        raise CannotKeepModule("This module is retired. Set up another one.")
    if module.versions.filter(number__gt=after).exists():
        raise CannotKeepModule("A newer version began meanwhile. Open the module again.")

    version = _write(ModuleVersion(module=module, number=after + 1), by=by, at=at, **taught)
    _record("version_begun", module, by=by, at=at, number=version.number)
    return version


@transaction.atomic
def rewrite_version(*, version_id: UUID, read: str, by: User, at: datetime, **taught: Any) -> ModuleVersion:
    """Change a version that was not reviewed yet. `read` is the `stamp_of` what was on the page. Raises CannotKeepModule."""
    version = ModuleVersion.objects.select_related("module").get(pk=version_id)
    _locked(version.module_id, by)
    version.refresh_from_db()
    if version.is_ready:
        raise CannotKeepModule("This version was reviewed meanwhile. Begin the next one.")
    if stamp_of(version) != read:
        raise CannotKeepModule("Somebody else changed this version meanwhile. Open it again.")

    _write(version, by=by, at=at, **taught)
    _record("version_rewritten", version.module, by=by, at=at, number=version.number)
    return version


@transaction.atomic
def review_version(*, version_id: UUID, read: str, review_on: date | None, by: User, at: datetime) -> ModuleVersion:
    """Say that a version is right: before its first use, from when on it is taught, or again later.

    `review_on` is the next day to look through it. `read` is the `stamp_of` what was on the page. Raises CannotReviewModule.
    """
    version = ModuleVersion.objects.select_related("module").get(pk=version_id)
    Module.objects.locked().get(pk=version.module_id)
    version.refresh_from_db()
    if stamp_of(version) != read:
        raise CannotReviewModule("This version has changed since you opened it. Read it again.")
    if not can_review_version(by, version):
        raise CannotReviewModule("Somebody else reviews it: its owner, or another trainer.")
    today = london_day(at)
    if review_on is not None and review_on <= today:
        raise CannotReviewModule("The next review is after today.")

    is_first = not version.is_ready
    version.review_on = review_on
    if is_first:
        version.reviewed_at, version.reviewed_by, version.starts_on = at, by, today
    else:
        version.checked_at, version.checked_by = at, by
    version.save(update_fields=["review_on", "reviewed_at", "reviewed_by", "starts_on", "checked_at", "checked_by"])
    if is_first:
        # What is planned teaches what holds on its day, and not what held when somebody planned it.
        to_come = TrainingSession.objects.planned().filter(module_version__module=version.module_id, starts_at__gt=at)
        to_come.update(module_version=version)
    what = "version_reviewed" if is_first else "version_checked"
    _record(what, version.module, by=by, at=at, number=version.number)
    return version


@transaction.atomic
def retire_module(*, module_id: UUID, retired_on: date, reason: str, by: User, at: datetime) -> Module:
    """Nobody needs the module from that day on, and nobody logs what was done then; its records stay. Raises CannotRetireModule."""
    module = Module.objects.locked().get(pk=module_id)
    if not can_run_training(by) or module.force_id != by.agency_id:
        raise CannotRetireModule("Only a trainer may retire modules.")
    if module.retired_on is not None:
        raise CannotRetireModule("This module is retired already.")
    if retired_on < london_day(at):
        raise CannotRetireModule("A module is retired from today on, or later.")
    if not (reason := reason.strip()):
        raise CannotRetireModule("Say why it is retired.")

    module.retired_on, module.retired_reason, module.retired_at, module.retired_by = retired_on, reason, at, by
    module.save(update_fields=["retired_on", "retired_reason", "retired_at", "retired_by"])
    for person in learners_of(module).order_by("pk"):
        enqueue(tasks.email_learner_about_retirement, at=at, by=by, module_id=module.pk, person_id=person.pk)
    _record("retired", module, by=by, at=at)
    return module


def stamp_of(version: ModuleVersion) -> str:
    """What tells one text of a version from the next: when it was written and when it was last found right."""
    moments = (version.written_at, version.reviewed_at, version.checked_at)
    return " ".join(moment.isoformat() if moment else "-" for moment in moments)


def stamp_of_module(module: Module) -> str:
    """What tells one text of a module, with what is to be completed first, from the next."""
    firsts = sorted(str(pk) for pk in module.prerequisites.values_list("first", flat=True))
    said = [module.title, module.short_title, str(module.owner_id), *firsts]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _locked(module_id: UUID, by: User) -> Module:
    module = Module.objects.locked().get(pk=module_id)
    if not can_run_training(by) or module.force_id != by.agency_id:
        raise CannotKeepModule("Only a trainer may keep modules.")
    return module


def _check_owner(owner: User | None, by: User) -> None:
    if owner is not None and (owner.agency_id != by.agency_id or not owner.is_active):
        raise CannotKeepModule(f"{owner} is not of your agency.")


def _write(
    version: ModuleVersion,
    *,
    aims: str,
    delivery: str,
    minutes: int,
    valid_months: int | None,
    by: User,
    at: datetime,
    teaches: Collection[str] = (),
    link: str = "",
    materials: str = "",
    review_on: date | None = None,
) -> ModuleVersion:
    if unknown := set(teaches) - set(LearningTheme.values):
        raise CannotKeepModule(f"Unknown theme: {', '.join(sorted(unknown))}.")
    if review_on is not None and review_on <= london_day(at):
        raise CannotKeepModule("The day of the next review is after today.")
    version.starts_on = london_day(at)
    version.aims, version.delivery, version.minutes, version.valid_months = (
        aims.strip(),
        delivery,
        minutes,
        valid_months,
    )
    version.teaches = [theme.value for theme in LearningTheme if theme in teaches]
    version.link, version.materials, version.review_on = link, materials.strip(), review_on
    version.written_at, version.written_by = at, by
    version.save()
    if version.module.owner_id not in (None, by.pk):
        enqueue(tasks.email_owner_about_review, at=at, by=by, version_id=version.pk)
    return version


def _record(what: str, module: Module, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"training.module_{what}", at=at, actor=by, subject=module, **details)

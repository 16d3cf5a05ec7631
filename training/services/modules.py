"""Modules and their versions; suggesting a module to somebody."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.roles import ROLES
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from training.models import Module, ModuleRequirement, ModuleVersion, Suggestion
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
    starts_on: date,
    by: User,
    at: datetime,
    required_for: Collection[str] = (),
    topics: Collection[str] = (),
) -> ModuleVersion:
    """Set up a module of the trainer's force with its first version. Raises CannotKeepModule."""
    if by.agency is None or not can_run_training(by):
        raise CannotKeepModule("Only a trainer may keep modules.")
    if unknown := set(required_for) - set(ROLES):
        raise CannotKeepModule(f"Unknown role: {', '.join(sorted(unknown))}.")
    title = title.strip()
    if Module.objects.filter(force=by.agency_id, title=title).exists():
        raise CannotKeepModule("There is a module of that title already.")
    module = Module.objects.create(
        force=by.agency, title=title, short_title=short_title.strip(), topics=" ".join(topics)
    )
    ModuleRequirement.objects.bulk_create(ModuleRequirement(module=module, role=role) for role in sorted(required_for))
    version = ModuleVersion.objects.create(
        module=module,
        number=1,
        starts_on=starts_on,
        aims=aims.strip(),
        delivery=delivery,
        minutes=minutes,
        valid_months=valid_months,
    )
    audit.record(verb=Verb.CHANGED, what="training.module_created", at=at, actor=by, subject=module)
    return version


@transaction.atomic
def suggest_module(*, person: User, topic: str, topic_label: str, at: datetime) -> list[Suggestion]:
    """Suggest to somebody the modules of their force that help with a topic; returns those that were not suggested before.

    Whoever asks for it says the topic and nothing else: training does not learn how somebody was judged. A hint, not a
    record: nothing has to follow from it.
    """
    if person.agency_id is None:
        return []
    helpful = [
        module
        for module in Module.objects.filter(force=person.agency_id).active().by_title()
        if topic in module.topics.split()
    ]
    made = []
    for module in helpful:
        suggestion, is_new = Suggestion.objects.get_or_create(
            person=person, module=module, topic=topic, defaults={"topic_label": topic_label, "suggested_at": at}
        )
        if is_new:
            made.append(suggestion)
    return made

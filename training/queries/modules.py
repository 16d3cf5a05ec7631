"""Questions about modules: how they stand today, and which wait for somebody to look through them."""

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import User
from common.clock import london_day
from common.waiting import Waiting
from training.enums import RecordState
from training.models import Induction, InductionStep, Module, ModuleVersion, TrainingRecord
from training.models.modules import ModuleVersionQuerySet


def versions_to_list(user: User, *, on: date) -> ModuleVersionQuerySet:
    """Of each module of the force that is not retired the version that is taught, and the one that waits for its review."""
    shown = Q(pk__in=ModuleVersion.objects.on_offer(on=on).values("pk"))
    waits = Q(pk__in=_unreviewed(on).values("pk"))
    versions = ModuleVersion.objects.filter(shown | waits, module__force=user.agency_id)
    return versions.select_related("module__owner", "written_by").order_by("module__title", "number", "pk")


def versions_to_review(user: User, *, on: date) -> ModuleVersionQuerySet:
    """Versions that this person may review: before use, unless they wrote it, and those whose day to be looked through has come."""
    new = Q(pk__in=_unreviewed(on).values("pk")) & ~Q(written_by=user)
    old = Q(pk__in=ModuleVersion.objects.on_offer(on=on).values("pk"), review_on__lte=on)
    versions = ModuleVersion.objects.filter(new | old, module__force=user.agency_id)
    if not user.may(Permission.RUN_TRAINING):
        versions = versions.filter(module__owner=user)
    return versions.select_related("module__owner", "written_by").order_by("module__title", "number", "pk")


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """Modules to review before use, or again: for trainers. An owner who is none gets mail, and a link under My training."""
    if not user.may(Permission.RUN_TRAINING) or user.agency_id is None:
        return []
    count = versions_to_review(user, on=london_day(at)).count()
    return [Waiting("Modules to review", count, reverse("training:modules_to_review"))] if count else []


def _unreviewed(on: date) -> ModuleVersionQuerySet:
    is_kept = Q(module__retired_on=None) | Q(module__retired_on__gt=on)
    return ModuleVersion.objects.unreviewed().filter(is_kept)


def learners_of(module: Module) -> QuerySet[User]:
    """Who is on the way to it: people of the force with a record that is not complete, or with a step of an open plan."""
    records = TrainingRecord.objects.filter(module_version__module=module).exclude(state=RecordState.COMPLETE)
    steps = InductionStep.objects.filter(module=module, induction__in=Induction.objects.open())
    return User.objects.filter(
        Q(pk__in=records.values("person")) | Q(pk__in=steps.values("induction__person")),
        agency=module.force_id,
        is_active=True,
    )

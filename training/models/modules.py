"""Modules of a force's own programme: what they teach, in which version, who needs them and for how long they hold."""

import calendar
import uuid
from collections.abc import Collection
from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, Subquery

from accounts.models import Agency, User
from accounts.roles import ROLES
from training.enums import Delivery, LearningTheme


class ModuleQuerySet(models.QuerySet["Module"]):
    def of(self, user: User) -> Self:
        """Modules of the person's agency."""
        return self.filter(force=user.agency_id) if user.agency_id else self.none()

    def by_title(self) -> Self:
        return self.order_by("title", "pk")

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Module(models.Model):
    """Something that people of a force learn. What is taught stands in its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    short_title = models.CharField(max_length=40, help_text="For the heading of a column")

    objects = ModuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["force", "title"],
                name="module_titled_once_in_its_force",
                violation_error_message="There is a module of that title already.",
            )
        ]

    def __str__(self) -> str:
        return self.title


class ModuleVersionQuerySet(models.QuerySet["ModuleVersion"]):
    def current(self, *, on: date) -> Self:
        """The version of each module that is taught on that day."""
        taught = ModuleVersion.objects.filter(module=OuterRef("module"), starts_on__lte=on).order_by("-number")
        return self.filter(pk=Subquery(taught.values("pk")[:1]))

    def helping_with(self, themes: Collection[str]) -> Self:
        return self.filter(teaches__overlap=list(themes))


class ModuleVersion(models.Model):
    """A module as it is taught from a day on, until a later version begins."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    aims = models.TextField(help_text="What somebody can do afterwards")
    delivery = models.CharField(max_length=12, choices=Delivery, help_text="How it is usually given")
    minutes = models.PositiveSmallIntegerField()
    valid_months = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: it never lapses")
    teaches = ArrayField(
        models.CharField(max_length=20, choices=LearningTheme),
        default=list,
        db_default=[],
        blank=True,
        help_text="What it helps to get better at; by this it is suggested",
    )

    objects = ModuleVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["module", "number"], name="module_version_numbered_once"),
            models.CheckConstraint(
                name="module_version_lasts_some_time",
                condition=Q(minutes__gte=1, number__gte=1) & (Q(valid_months=None) | Q(valid_months__gte=1)),
                violation_error_message="A module takes at least a minute, and holds at least a month where it lapses.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module_id} version {self.number}"

    @property
    def teaches_in_words(self) -> list[str]:
        return [str(LearningTheme(theme).label) for theme in self.teaches]

    def lapses_on(self, done_on: date) -> date | None:
        """The first day on which the module, done on that day, no longer counts; None when it never lapses."""
        if self.valid_months is None:
            return None
        years, month = divmod(done_on.month - 1 + self.valid_months, 12)
        year, month = done_on.year + years, month + 1
        return date(year, month, min(done_on.day, calendar.monthrange(year, month)[1]))


class ModuleRequirement(models.Model):
    """That whoever holds a role needs a module."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="requirements")
    role = models.CharField(
        max_length=30, help_text="Code of a role; roles stand in code, so a new one needs no migration here"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["module", "role"], name="module_requirement_once_a_role")]

    def __str__(self) -> str:
        return f"{self.module_id} for {self.role}"

    @property
    def role_name(self) -> str:
        """As people call it; a role that is no more keeps its code."""
        return ROLES[self.role].name if self.role in ROLES else self.role

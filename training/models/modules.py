"""Modules of a force's own programme: what they teach, in which version, until when that is right, and for how long it holds."""

import calendar
import uuid
from collections.abc import Collection
from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse

from accounts.models import Agency, User
from training.enums import Delivery, LearningTheme


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later; the last of the month where that has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


class ModuleQuerySet(models.QuerySet["Module"]):
    def of(self, user: User) -> Self:
        """Modules of the person's agency."""
        return self.filter(force=user.agency_id) if user.agency_id else self.none()

    def in_use(self, *, on: date) -> Self:
        """Taught in some version on that day, and not retired by then; nobody needs any other."""
        taught = ModuleVersion.objects.ready().filter(module=OuterRef("pk"), starts_on__lte=on)
        return self.filter(Exists(taught)).filter(Q(retired_on=None) | Q(retired_on__gt=on))

    def may_come_before(self, module: "Module", *, on: date) -> Self:
        """Those in use that can be completed first, and those that are to be, also where they are not in use any more."""
        there = self.filter(pk__in=module.prerequisites.values("first"))
        return (self.in_use(on=on) | there).exclude(pk=module.pk)

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
    owner = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who answers for what it teaches",
    )
    retired_on = models.DateField(null=True, blank=True, help_text="First day on which nobody needs it")
    retired_reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ModuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["force", "title"],
                name="module_titled_once_in_its_force",
                violation_error_message="There is a module of that title already.",
            ),
            models.CheckConstraint(
                name="module_retired_says_who_when_and_why",
                condition=Q(retired_on=None, retired_at=None, retired_by=None, retired_reason="")
                | (
                    Q(retired_on__isnull=False, retired_at__isnull=False, retired_by__isnull=False)
                    & ~Q(retired_reason="")
                ),
                violation_error_message="Say from when a module is retired, and why.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("training:module", args=[self.pk])

    def is_retired(self, *, on: date) -> bool:
        """Whether nobody needs it on that day any more, and nobody logs what was done then."""
        return self.retired_on is not None and self.retired_on <= on


class ModuleVersionQuerySet(models.QuerySet["ModuleVersion"]):
    def ready(self) -> Self:
        """Reviewed by somebody else before use; versions from before that rule, which name no writer, are in use as they were."""
        return self.filter(Q(written_by=None) | Q(reviewed_at__isnull=False))

    def unreviewed(self) -> Self:
        """Written, and not yet reviewed: nobody is taught in it."""
        return self.filter(written_by__isnull=False, reviewed_at=None)

    def current(self, *, on: date) -> Self:
        """The version of each module that is taught on that day."""
        taught = ModuleVersion.objects.ready().filter(module=OuterRef("module"), starts_on__lte=on).order_by("-number")
        return self.filter(pk=Subquery(taught.values("pk")[:1]))

    def on_offer(self, *, on: date) -> Self:
        """The version of each module that is taught on that day, without modules that are retired by then."""
        return self.current(on=on).filter(Q(module__retired_on=None) | Q(module__retired_on__gt=on))

    def past_review(self, *, on: date) -> Self:
        """Should have been looked through by that day, to see whether guidance has changed."""
        return self.filter(review_on__lte=on)

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
    link = models.URLField(blank=True, default="", db_default="", help_text="Where it is taken, for e-learning")
    materials = models.TextField(blank=True, default="", db_default="", help_text="One a line, with its link")
    review_on = models.DateField(null=True, blank=True, help_text="By when it is looked through: guidance changes")
    written_at = models.DateTimeField(null=True, blank=True)
    written_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True, help_text="Before use")
    reviewed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True, help_text="The last time that it was looked through since")
    checked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ModuleVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["module", "number"], name="module_version_numbered_once"),
            models.CheckConstraint(
                name="module_version_lasts_some_time",
                condition=Q(minutes__gte=1, number__gte=1) & (Q(valid_months=None) | Q(valid_months__gte=1)),
                violation_error_message="A module takes at least a minute, and holds at least a month where it lapses.",
            ),
            models.CheckConstraint(
                name="module_version_written_says_who_and_when",
                condition=Q(written_at=None, written_by=None) | Q(written_at__isnull=False, written_by__isnull=False),
            ),
            models.CheckConstraint(
                name="module_version_reviewed_by_somebody_else",
                condition=Q(reviewed_at=None, reviewed_by=None)
                | (Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(reviewed_by=F("written_by"))),
                violation_error_message="Somebody else reviews a module before it is used.",
            ),
            models.CheckConstraint(
                name="module_version_checked_says_who_and_when",
                condition=Q(checked_at=None, checked_by=None) | Q(checked_at__isnull=False, checked_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module_id} version {self.number}"

    @property
    def is_ready(self) -> bool:
        """Whether somebody may be taught in it: see `ready()`."""
        return self.written_by_id is None or self.reviewed_at is not None

    def is_past_review(self, *, on: date) -> bool:
        return self.review_on is not None and self.review_on <= on

    @property
    def teaches_in_words(self) -> list[str]:
        return [str(LearningTheme(theme).label) for theme in self.teaches]

    def lapses_on(self, done_on: date) -> date | None:
        """The first day on which the module, done on that day, no longer counts; None when it never lapses."""
        if self.valid_months is None:
            return None
        return months_after(done_on, self.valid_months)

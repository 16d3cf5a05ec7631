"""Exercises on paper: an invented case in sheets that are given out one by one, with what a good group makes of each."""

import uuid
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Agency, User
from training.enums import GroupChoice, InjectSource, JudgedRisk, MeetingRole

MOST_SHEETS = 20
LONGEST_SHEET = 6_000
LONGEST_EXERCISE = 600


class ExerciseQuerySet(models.QuerySet["Exercise"]):
    def of(self, user: User) -> Self:
        """Exercises of the person's agency."""
        return self.filter(force=user.agency_id) if user.agency_id else self.none()

    def in_use(self) -> Self:
        """Read by somebody else, and neither retired nor followed by a version that was."""
        return self.filter(ready_at__isnull=False, retired_at=None).exclude(next_version__ready_at__isnull=False)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Exercise(models.Model):
    """An invented case, in one version. From the day on which somebody else found it ready, it stands (held by triggers)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=100)
    number = models.PositiveSmallIntegerField(default=1, help_text="Which version")
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="next_version", help_text="Of which"
    )
    aims = models.TextField(help_text="What somebody can do afterwards")
    opening = models.TextField(help_text="What everybody reads before the first sheet")
    for_facilitator = models.TextField(blank=True, help_text="What groups never see")
    minutes = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(10), MaxValueValidator(LONGEST_EXERCISE)], help_text="From start to debrief"
    )
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ready_at = models.DateTimeField(null=True, blank=True)
    ready_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ExerciseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["force", "title", "number"],
                name="exercise_titled_once_in_its_force",
                violation_error_message="There is an exercise of that title already.",
            ),
            models.CheckConstraint(
                name="exercise_says_what_it_is_about",
                condition=~Q(title="") & ~Q(aims="") & ~Q(opening="") & Q(minutes__gte=10) & Q(number__gte=1),
                violation_error_message="An exercise has a title, aims, an opening, and takes ten minutes or more.",
            ),
            models.CheckConstraint(
                name="exercise_found_ready_by_somebody_else",
                condition=Q(ready_at=None, ready_by=None)
                | (Q(ready_at__isnull=False, ready_by__isnull=False) & ~Q(ready_by=F("written_by"))),
                violation_error_message="Somebody else reads an exercise before it is run.",
            ),
            models.CheckConstraint(
                name="exercise_retired_says_who_and_when",
                condition=Q(retired_at=None, retired_by=None) | Q(retired_at__isnull=False, retired_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("training:exercise", args=[self.pk])

    @property
    def is_ready(self) -> bool:
        return self.ready_at is not None

    @property
    def state_in_words(self) -> str:
        """Where it stands."""
        if self.retired_at is not None:
            return "No longer used"
        return "Ready" if self.is_ready else "Draft"


class InjectQuerySet(models.QuerySet["Inject"]):
    def in_order(self) -> Self:
        return self.order_by("position")


class Inject(models.Model):
    """One sheet: what becomes known, when, from whom, who gets it, and what a good group makes of it.

    People of a group read it through its release and in no other way.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="injects")
    position = models.PositiveSmallIntegerField()
    minute = models.PositiveSmallIntegerField(help_text="After the start, as planned")
    source = models.CharField(max_length=20, choices=InjectSource)
    addressed_to = models.CharField(
        max_length=20, choices=MeetingRole, blank=True, help_text="Who reads it to the group; empty: everybody"
    )
    title = models.CharField(max_length=100)
    text = models.TextField()
    asks = models.CharField(max_length=300, blank=True, help_text="A question to the groups")
    expected = models.TextField(help_text="What a good group asks and does, and why")
    expected_choices = ArrayField(
        models.CharField(max_length=10, choices=GroupChoice), help_text="Any of them is what was expected"
    )
    expected_risk = models.PositiveSmallIntegerField(null=True, blank=True, choices=JudgedRisk)
    for_facilitator = models.CharField(max_length=500, blank=True)

    objects = InjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                # When a sheet goes in between, those after it move up.
                fields=["exercise", "position"],
                name="inject_placed_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="inject_says_what_and_what_is_expected",
                condition=Q(position__gte=1, position__lte=MOST_SHEETS, expected_choices__len__gte=1)
                & ~Q(title="")
                & ~Q(text="")
                & ~Q(expected=""),
                violation_error_message="A sheet has a title, its text, and what is expected of the groups.",
            ),
            models.CheckConstraint(
                name="inject_expects_a_risk_there_is",
                condition=Q(expected_risk=None) | Q(expected_risk__gte=1, expected_risk__lte=4),
            ),
        ]

    def __str__(self) -> str:
        return f"Sheet {self.pk}"

    @property
    def choices_in_words(self) -> list[str]:
        """What was expected, as people read it."""
        return [str(GroupChoice(one).label) for one in self.expected_choices]

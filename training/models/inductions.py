"""An induction plan: by which day a starter is to have done what their profile asks for, with whom, and what was moved since.

How they stand is not kept here: it follows from their records and evidence.
"""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.enums import Permission
from accounts.models import Agency, User
from training.enums import InductionMove, InductionState
from training.models.modules import Module
from training.models.profiles import ProfileAssignment
from training.models.skills import Skill


class InductionQuerySet(models.QuerySet["Induction"]):
    def visible_to(self, user: User) -> Self:
        """One's own; those in which one is named; the own team's; for trainers, all of their agency."""
        seen = Q(person=user)
        if user.may(Permission.SIGN_OFF_AS_MENTOR):
            seen |= Q(mentor=user, agency=user.agency_id)
        if user.may(Permission.SIGN_OFF_AS_LINE_MANAGER):
            seen |= Q(line_manager=user, agency=user.agency_id)
        if user.team_id and user.may(Permission.SEE_TEAM_TRAINING):
            seen |= Q(person__team=user.team_id, agency=user.agency_id)
        if user.agency_id and user.may(Permission.RUN_TRAINING):
            seen |= Q(agency=user.agency_id)
        return self.filter(seen)

    def open(self) -> Self:
        return self.filter(state=InductionState.OPEN)

    def closed(self) -> Self:
        """Complete or stopped."""
        return self.exclude(state=InductionState.OPEN)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Induction(models.Model):
    """The plan of one person for one profile, from the day on which they began."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.OneToOneField(ProfileAssignment, on_delete=models.PROTECT, related_name="induction")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="inductions")
    mentor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    line_manager = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    complete_by = models.DateField(help_text="The last day of the plan")
    state = models.CharField(max_length=8, choices=InductionState, default=InductionState.OPEN)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = InductionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="induction_never_ones_own",
                condition=~Q(person=F("mentor"))
                & ~Q(person=F("line_manager"))
                & ~Q(person=F("made_by"))
                & (Q(closed_by=None) | ~Q(closed_by=F("person"))),
                violation_error_message="Nobody plans, mentors or closes their own induction.",
            ),
            models.CheckConstraint(
                name="induction_with_two_people",
                condition=~Q(mentor=F("line_manager")),
                violation_error_message="Mentor and line manager must be two people.",
            ),
            models.CheckConstraint(name="induction_days_run_forwards", condition=Q(complete_by__gte=F("starts_on"))),
            models.CheckConstraint(
                name="induction_closed_says_who_and_when",
                condition=Q(state=InductionState.OPEN, closed_at=None, closed_by=None)
                | (~Q(state=InductionState.OPEN) & Q(closed_at__isnull=False, closed_by__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["agency", "state", "complete_by"], name="induction_by_day")]

    def __str__(self) -> str:
        return f"Induction {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("training:induction", args=[self.pk])


class InductionStep(models.Model):
    """One module or skill of the plan, and by when. The person says once, in their words, that a module is done."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    induction = models.ForeignKey(Induction, on_delete=models.PROTECT, related_name="steps")
    module = models.ForeignKey(Module, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    skill = models.ForeignKey(Skill, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    working_days = models.PositiveSmallIntegerField(help_text="After the first day, as it was planned at first")
    due_on = models.DateField()
    where = models.CharField(max_length=120, blank=True, help_text="When, where or with whom")
    declared_at = models.DateTimeField(null=True, blank=True)
    declared_words = models.TextField(blank=True, help_text="What the person says they did and can do")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="induction_step_is_a_module_or_a_skill",
                condition=Q(module__isnull=False, skill=None) | Q(module=None, skill__isnull=False),
            ),
            models.CheckConstraint(
                name="induction_step_declared_in_words",
                condition=Q(declared_at=None, declared_words="")
                | (Q(declared_at__isnull=False, module__isnull=False) & ~Q(declared_words="")),
            ),
            models.UniqueConstraint(fields=["induction", "module"], name="induction_step_once_a_module"),
            models.UniqueConstraint(fields=["induction", "skill"], name="induction_step_once_a_skill"),
        ]

    def __str__(self) -> str:
        return f"Step {self.pk}"

    @property
    def title(self) -> str:
        """What is to be done. Module and skill were read along."""
        return self.module.title if self.module else str(self.skill)

    def is_past(self, *, on: date) -> bool:
        """Its last day has gone by."""
        return self.due_on < on


class InductionChange(models.Model):
    """What was moved, extended, changed, closed, stopped or reopened: from what to what, by whom, when and why. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    induction = models.ForeignKey(Induction, on_delete=models.PROTECT, related_name="changes")
    step = models.ForeignKey(InductionStep, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    move = models.CharField(max_length=14, choices=InductionMove)
    was = models.CharField(max_length=300, blank=True)
    becomes = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="induction_change_says_why",
                condition=~Q(reason="") | Q(move=InductionMove.CLOSE),
                violation_error_message="Say why.",
            )
        ]

    def __str__(self) -> str:
        return self.get_move_display()

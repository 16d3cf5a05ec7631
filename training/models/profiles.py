"""Role profiles: what somebody in a role has to have learned and shown, and who is in which profile."""

import uuid
from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.fields.ranges import DateRangeField
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse

from accounts.models import Agency, User
from accounts.roles import ROLES
from training.enums import SkillLevel
from training.models.modules import Module
from training.models.skills import Skill


class RoleProfileQuerySet(models.QuerySet["RoleProfile"]):
    def of(self, user: User) -> Self:
        """Profiles of the person's agency."""
        return self.filter(force=user.agency_id) if user.agency_id else self.none()

    def by_name(self) -> Self:
        return self.order_by("name", "pk")

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class RoleProfile(models.Model):
    """What a force asks of people in one role. The one place that says who needs which module and skill.

    Somebody is in it who is assigned to it, or who holds the account role that it names, as long as they hold it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    purpose = models.TextField(blank=True, help_text="What people in this role do")
    for_whom = models.CharField(max_length=200, blank=True, help_text="Who is to be in it")
    account_role = models.CharField(
        max_length=30,
        blank=True,
        help_text="Code of the account role whose holders are all in it; roles stand in code, so a new one needs no migration here",
    )
    optional_needed = models.PositiveSmallIntegerField(
        default=0, help_text="How many of the optional modules, at least"
    )

    objects = RoleProfileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["force", "name"],
                name="role_profile_named_once_in_its_force",
                violation_error_message="There is a profile of that name already.",
            ),
            models.UniqueConstraint(
                fields=["force", "account_role"],
                condition=~Q(account_role=""),
                name="role_profile_once_for_an_account_role",
                violation_error_message="Another profile is for that account role already.",
            ),
            models.CheckConstraint(name="role_profile_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("training:profile", args=[self.pk])

    @property
    def account_role_name(self) -> str:
        """As people call it; a role that is no more keeps its code."""
        return ROLES[self.account_role].name if self.account_role in ROLES else self.account_role


class ProfileModule(models.Model):
    """That a profile asks for a module, or offers it as one to choose."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.ForeignKey(RoleProfile, on_delete=models.PROTECT, related_name="modules")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="in_profiles")
    is_optional = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "module"], name="profile_module_once_a_profile")]

    def __str__(self) -> str:
        return f"{self.module_id} in {self.profile_id}"


class ProfileSkill(models.Model):
    """That a profile asks for a skill, at a level or at any."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.ForeignKey(RoleProfile, on_delete=models.PROTECT, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="in_profiles")
    level = models.PositiveSmallIntegerField(
        choices=SkillLevel, null=True, blank=True, help_text="The lowest that is enough; empty: any"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["profile", "skill"], name="profile_skill_once_a_profile"),
            models.CheckConstraint(
                name="profile_skill_level_is_known", condition=Q(level=None) | Q(level__in=SkillLevel.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill_id} in {self.profile_id}"


class ProfileAssignmentQuerySet(models.QuerySet["ProfileAssignment"]):
    def current(self, *, on: date) -> Self:
        """Those that count on a day. One that ends on the day it starts was made by mistake and never counts."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class _Days(Func):
    function = "DATERANGE"
    output_field = DateRangeField()


class ProfileAssignment(models.Model):
    """That a person is in a profile from one day until another (the day it ends is the first without it). Ended, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.ForeignKey(RoleProfile, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="profile_assignments")
    starts_on = models.DateField()
    complete_by = models.DateField(
        null=True, blank=True, help_text="Until then what is missing is due, and not missing"
    )
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ends_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ProfileAssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="profile_assignment_ended_says_who_and_when",
                condition=Q(ends_on=None, ended_at=None, ended_by=None)
                | Q(ends_on__isnull=False, ended_at__isnull=False, ended_by__isnull=False),
            ),
            models.CheckConstraint(
                name="profile_assignment_days_run_forwards",
                condition=(Q(ends_on=None) | Q(ends_on__gte=F("starts_on")))
                & (Q(complete_by=None) | Q(complete_by__gte=F("starts_on"))),
                violation_error_message="It cannot end, or be complete, before it starts.",
            ),
            models.CheckConstraint(
                name="profile_assignment_not_by_oneself",
                condition=~Q(assigned_by=F("person")) & (Q(ended_by=None) | ~Q(ended_by=F("person"))),
                violation_error_message="Nobody decides on their own profiles.",
            ),
            ExclusionConstraint(
                name="profile_assignment_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("profile", RangeOperators.EQUAL),
                    (_Days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="This person is in that profile in these days already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.profile_id}"

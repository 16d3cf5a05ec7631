"""Programmes for people at the front line: what is given to whom, the cohorts that go through it, and who is in them."""

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Agency, Team, User
from training.enums import Audience
from training.models.modules import Module

if TYPE_CHECKING:
    from training.models.sessions import TrainingSession


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def of(self, user: User) -> Self:
        """Programmes of the person's agency."""
        return self.filter(force=user.agency_id) if user.agency_id else self.none()


class Programme(models.Model):
    """What a force gives to one kind of people: one module or several, from a day on. What was done before that day does not count."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    force = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    audience = models.CharField(max_length=14, choices=Audience)
    modules = models.ManyToManyField(Module, related_name="programmes")
    began_on = models.DateField()
    set_up_at = models.DateTimeField()
    set_up_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["force", "name"],
                name="programme_named_once_in_its_force",
                violation_error_message="There is a programme of that name already.",
            ),
            models.CheckConstraint(name="programme_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class CohortQuerySet(models.QuerySet["Cohort"]):
    def of(self, user: User) -> Self:
        """Cohorts of the person's agency."""
        return self.filter(programme__force=user.agency_id) if user.agency_id else self.none()

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Cohort(models.Model):
    """People who go through a programme together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(max_length=80)
    intake = models.CharField(max_length=40, help_text="Which intake, for example 2026/3")
    starts_on = models.DateField()
    ends_on = models.DateField()
    set_up_at = models.DateTimeField()
    set_up_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = CohortQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "name"],
                name="cohort_named_once_in_its_programme",
                violation_error_message="This programme has a cohort of that name already.",
            ),
            models.CheckConstraint(
                name="cohort_begins_before_it_ends",
                condition=Q(starts_on__lte=F("ends_on")) & ~Q(name=""),
                violation_error_message="A cohort ends on the day on which it begins, or later.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("training:cohort", args=[self.pk])


class CohortMemberQuerySet(models.QuerySet["CohortMember"]):
    def current(self) -> Self:
        """Who was not taken out, and still works for the force."""
        return self.filter(left_at=None, person__is_active=True, person__agency=F("programme__force"))

    def who_may_join(self, session: "TrainingSession") -> Self:
        """Members of any cohort of the session's agency whose programme gives its module."""
        return self.current().filter(
            programme__force=session.force_id, programme__modules=session.module_version.module_id
        )


class CohortMember(models.Model):
    """That somebody is in a cohort, with the team that they were in when they joined it.

    `programme` is that of the cohort: in one programme somebody is in one cohort at a time, and the database holds it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="members")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="cohort_memberships")
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="When they joined"
    )
    joined_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True, blank=True)
    left_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Who took them out"
    )

    objects = CohortMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "person"],
                condition=Q(left_at=None),
                name="cohort_member_in_one_cohort_of_a_programme",
                violation_error_message="This person is in a cohort of this programme already.",
            ),
            models.CheckConstraint(
                name="cohort_member_left_says_who_and_when",
                condition=Q(left_at=None, left_by=None) | Q(left_at__isnull=False, left_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Member {self.pk}"

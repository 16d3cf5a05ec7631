"""That somebody signs in the place of another who is away, from a day until another."""

import uuid
from datetime import date, timedelta
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, User
from common.clock import ONE_DAY
from training.enums import SignerRole
from training.models.periods import Days, covering

LONGEST = timedelta(days=92)


class SigningDelegationQuerySet(models.QuerySet["SigningDelegation"]):
    def of(self, user: User) -> Self:
        """Of the person's agency."""
        return self.filter(agency=user.agency_id) if user.agency_id else self.none()

    def covering(self, *, on: date) -> Self:
        """Whose time holds that day."""
        return self.filter(covering(on))

    def not_over(self, *, on: date) -> Self:
        """Of that day or later."""
        return self.filter(Q(ends_on__gt=on) & Q(ends_on__gt=F("starts_on")))

    def places_of(self, user: User, role: SignerRole, *, on: date) -> Self:
        """In whose place somebody signs in that role on that day."""
        return self.filter(covering(on), role=role, deputy=user, agency=user.agency_id)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class SigningDelegation(models.Model):
    """Who signs instead of whom, in which role and when. It holds no reason: why somebody is away is nobody's business here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=SignerRole)
    absent = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The first day on which it no longer counts")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = SigningDelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delegation_never_to_oneself",
                condition=~Q(absent=F("deputy")),
                violation_error_message="Nobody signs in their own place.",
            ),
            models.CheckConstraint(
                name="delegation_named_by_somebody_else",
                condition=~Q(made_by=F("deputy")),
                violation_error_message="Nobody names themselves as a deputy.",
            ),
            models.CheckConstraint(
                name="delegation_days_run_forwards",
                condition=Q(ends_on__gte=F("starts_on")) & Q(ends_on__lte=F("starts_on") + LONGEST),
                violation_error_message="A deputy is named for at most three months.",
            ),
            models.CheckConstraint(
                name="delegation_ended_says_who_and_when",
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
            ),
            ExclusionConstraint(
                name="delegation_to_one_at_a_time",
                expressions=[
                    ("role", RangeOperators.EQUAL),
                    ("absent", RangeOperators.EQUAL),
                    (Days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Somebody signs in this person's place in these days already.",
            ),
        ]
        indexes = [models.Index(fields=["deputy", "role"], name="delegation_by_deputy")]

    def __str__(self) -> str:
        return f"Deputy {self.pk}"

    @property
    def last_day(self) -> date:
        """The last day on which it counts."""
        return self.ends_on - ONE_DAY

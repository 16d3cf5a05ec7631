"""That a trainer led a session in the place of another, and why."""

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from partners.models.sessions import Session

LONGEST_REASON = 300


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    def of_force(self, user: User) -> Self:
        """On sessions of the person's agency."""
        return self.filter(session__host=user.agency_id) if user.agency_id else self.none()

    def with_people(self) -> Self:
        return self.select_related("trainer", "stand_in", "made_by")


class Substitution(models.Model):
    """One trainer in the place of another, on a session that was open or held by then. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="substitutions")
    trainer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", help_text="Who was to lead it")
    stand_in = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", help_text="Who leads it instead")
    reason = models.CharField(max_length=LONGEST_REASON)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="substitution_says_why",
                condition=~Q(reason=""),
                violation_error_message="Say why somebody else leads the session.",
            ),
            models.CheckConstraint(
                name="substitution_is_by_somebody_else",
                condition=~Q(trainer=F("stand_in")),
                violation_error_message="Choose somebody else.",
            ),
        ]
        indexes = [models.Index(fields=["-made_at", "-id"], name="substitution_newest_first")]

    def __str__(self) -> str:
        return f"{self.stand_in} for {self.trainer}"

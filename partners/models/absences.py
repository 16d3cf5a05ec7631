"""That somebody was told how often they did not come to sessions, and their agency with them."""

import uuid

from django.db import models
from django.db.models import Q

from accounts.models import Agency, User
from partners.models.bookings import Delegate


class AbsenceWarning(models.Model):
    """One warning to one person and the coordinators of their agency, and how often they had stayed away in a year by then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="absence_warnings")
    delegate = models.ForeignKey(
        Delegate, null=True, blank=True, on_delete=models.PROTECT, related_name="absence_warnings"
    )
    missed = models.PositiveSmallIntegerField(help_text="How many sessions within a year")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="absence_warning_is_for_one_person",
                condition=Q(user__isnull=False, delegate=None) | Q(user=None, delegate__isnull=False),
            ),
            models.CheckConstraint(name="absence_warning_counts_some", condition=Q(missed__gte=1)),
        ]

    def __str__(self) -> str:
        return f"Warning {self.pk}"

    @property
    def person(self) -> User | Delegate:
        """Whom it is about; fetch `user` and `delegate` with it."""
        person = self.user or self.delegate
        assert person is not None  # noqa: S101 -- absence_warning_is_for_one_person holds it
        return person

"""A place that is held for a few minutes, while somebody fills in the form."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from common.kept_sql import Given
from partners.models.sessions import Session


class PlaceHoldQuerySet(models.QuerySet["PlaceHold"]):
    def live(self, *, at: datetime | Given) -> Self:
        return self.filter(ends_at__gt=at)

    def over(self, *, at: datetime | Given) -> Self:
        return self.filter(ends_at__lte=at)


class PlaceHold(models.Model):
    """One place for whoever fills in the form, for themselves or for somebody else. It is counted for as long as the row is there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="holds")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)

    objects = PlaceHoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user"],
                name="placehold_one_for_a_person",
                violation_error_message="A place is held for you on this session already.",
            ),
            models.CheckConstraint(name="placehold_begins_before_it_ends", condition=Q(begun_at__lt=F("ends_at"))),
        ]

    def __str__(self) -> str:
        return f"A place until {self.ends_at:%H:%M}"

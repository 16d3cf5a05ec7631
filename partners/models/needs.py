"""What somebody needs at a session: theirs and its trainers' alone, and not kept long after it."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from partners.models.bookings import Booking

LONGEST = 500


@dataclass(frozen=True)
class SaidNeeds:
    """What somebody wrote, either of which may be empty."""

    access: str = ""
    dietary: str = ""

    def __bool__(self) -> bool:
        return bool(self.access.strip() or self.dietary.strip())


class BookingNeedsQuerySet(models.QuerySet["BookingNeeds"]):
    def of_sessions_over(self, *, before: datetime) -> Self:
        return self.filter(booking__session__ends_at__lt=before)


class BookingNeeds(models.Model):
    """Access and dietary needs of a person who is booked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.OneToOneField(Booking, on_delete=models.CASCADE, related_name="needs")
    access = models.CharField(max_length=LONGEST, blank=True)
    dietary = models.CharField(max_length=LONGEST, blank=True)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = BookingNeedsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="bookingneeds_say_something", condition=~Q(access="", dietary="")),
        ]

    def __str__(self) -> str:
        return "Access and dietary needs"

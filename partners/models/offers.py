"""What is told and kept beside a booking: the offer to who waited, reminders, who stepped in for whom, and groups."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, User
from partners.enums import ReminderKind
from partners.models.bookings import Booking
from partners.models.sessions import Session

# An offer that ends within this time is pressing: pages say so before it is too late.
ENDS_SOON = timedelta(hours=1)


class Offer(models.Model):
    """A place for somebody of the waiting list, held for them until it ends. Who waits is offered one once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="offer")
    offered_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="offer_begins_before_it_ends", condition=Q(offered_at__lt=F("ends_at"))),
            models.CheckConstraint(
                name="offer_accepted_says_who_and_when",
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="offer_accepted_in_time", condition=Q(accepted_at=None) | Q(accepted_at__lt=F("ends_at"))
            ),
        ]

    def __str__(self) -> str:
        return f"Offer of {self.offered_at:%Y-%m-%d %H:%M}"


class Reminder(models.Model):
    """That somebody was reminded of a session that begins at that time: each once, and anew when the session is moved."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="reminders")
    kind = models.CharField(max_length=10, choices=ReminderKind)
    starts_at = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "kind", "starts_at"], name="reminder_each_once"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Swap(models.Model):
    """Who stepped in for whom: the place of the one booking went to the other without being free in between."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    old = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="swap_out")
    new = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="swap_in")

    class Meta:
        constraints = [
            models.CheckConstraint(name="swap_is_between_two_bookings", condition=~Q(old=F("new"))),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} to {self.new_id}"


class GroupBooking(models.Model):
    """Several people of an agency, booked by its coordinator in one go. Its key is that of the request: the same again makes no second one."""

    id = models.UUIDField(primary_key=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    left_out = models.PositiveSmallIntegerField(help_text="How many were not booked, for want of places")

    def __str__(self) -> str:
        return f"Group of {self.made_at:%Y-%m-%d %H:%M}"


class GroupMember(models.Model):
    """A booking that was made in a group, in the order of its list."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(GroupBooking, on_delete=models.PROTECT, related_name="members")
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="group_member")
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "number"], name="groupmember_each_number_once"),
        ]

    def __str__(self) -> str:
        return str(self.number)

"""What shows that somebody was at a session: that they typed the code on the screen, and the certificate."""

import secrets
import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from partners.enums import BookingState, RegisterNoticeKind, SessionState
from partners.models.bookings import Booking
from partners.models.sessions import Session


class CheckIn(models.Model):
    """That somebody with a place typed a code: how often it was wrong, and from which device it was right.

    One device checks one person in to a session. `session` is that of the booking, which the database fills in. The row goes when
    the register is closed.
    """

    booking = models.OneToOneField(Booking, primary_key=True, on_delete=models.CASCADE, related_name="check_in")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="+", db_index=False)
    wrong_codes = models.PositiveSmallIntegerField(default=0, help_text="In a row, until a pause")
    wrong_code_at = models.DateTimeField(null=True, blank=True, help_text="The last one")
    device_hash = models.CharField(max_length=64, blank=True, help_text="Of a random word in the device's cookie")
    checked_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "device_hash"],
                condition=~Q(device_hash=""),
                name="checkin_one_person_a_device",
                violation_error_message="Somebody else has checked in on this device.",
            ),
            models.CheckConstraint(
                name="checkin_says_when_and_on_what",
                condition=Q(device_hash="", checked_in_at=None) | (Q(checked_in_at__isnull=False) & ~Q(device_hash="")),
            ),
        ]

    def __str__(self) -> str:
        return f"Check-in {self.pk}"


# What `new_token` gives.
HARD_TO_GUESS = r"^[A-Za-z0-9_-]{43}$"


def new_token() -> str:
    """What nobody can guess: 256 random bits."""
    return secrets.token_urlsafe(32)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def genuine(self) -> Self:
        """Those whose person was there for all of a session whose register is closed, as it stands now."""
        return self.filter(
            booking__state=BookingState.PRESENT,
            booking__is_partial=False,
            booking__session__state=SessionState.HELD,
        )


class Certificate(models.Model):
    """That a certificate of attendance was made, and the word in the address at which anybody can check it.

    The word is kept as it is, for the same certificate is made again; who has it learns the kind and the day of the session.
    The database makes none for who was not there.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="certificate")
    token = models.CharField(max_length=43, unique=True, default=new_token)
    made_at = models.DateTimeField(help_text="First")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="certificate_has_a_long_token", condition=Q(("token__regex", HARD_TO_GUESS)))
        ]

    def __str__(self) -> str:
        return f"Certificate {self.pk}"


class RegisterNotice(models.Model):
    """That the trainers of a session were told of a register that nobody closed, once of each kind."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="register_notices", db_index=False)
    kind = models.CharField(max_length=6, choices=RegisterNoticeKind)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "kind"], name="register_notice_each_once")]

    def __str__(self) -> str:
        return self.get_kind_display()

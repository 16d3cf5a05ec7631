"""What people thought of a session. That somebody said so stands in one table, what was said in another; nothing joins the two (ADR 0057).

As with staff surveys there is no row for what one person said: the box of a session holds how often each mark was given and the words
that were written, sorted by their letters, and is written anew as a whole each time.
"""

import hashlib
import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

from accounts.models import User
from partners.enums import LearningMailKind
from partners.models.bookings import Booking
from partners.models.sessions import Session

MARKS = (1, 2, 3, 4, 5)
LONGEST_WORDS = 500


def no_marks() -> list[int]:
    """None of the marks given yet."""
    return [0] * len(MARKS)


def _marks(help_text: str) -> "ArrayField[list[int], list[int]]":
    return ArrayField(models.PositiveIntegerField(), default=no_marks, help_text=f"{help_text}: how often 1 to 5")


class SessionFeedbackReceipt(models.Model):
    """That somebody has said what they thought of a session, and nothing more: not what, and not when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="feedback_receipts", db_index=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"],
                name="session_feedback_once_a_person",
                violation_error_message="You have told us about this session already.",
            )
        ]

    def __str__(self) -> str:
        return f"Receipt {self.pk}"


class SessionFeedbackBox(models.Model):
    """All that everybody said of one session."""

    session = models.OneToOneField(Session, primary_key=True, on_delete=models.PROTECT, related_name="feedback_box")
    useful = _marks("How useful it was")
    sure_before = _marks("How confident people were before it")
    sure_after = _marks("How confident they are after it")
    practice = ArrayField(
        models.CharField(max_length=LONGEST_WORDS), default=list, help_text="What they will do; by letters"
    )

    class Meta:
        verbose_name_plural = "session feedback boxes"
        constraints = [
            models.CheckConstraint(
                name="session_feedback_box_counts_each_mark",
                condition=Q(useful__len=len(MARKS), sure_before__len=len(MARKS), sure_after__len=len(MARKS)),
            )
        ]

    def __str__(self) -> str:
        return f"Box {self.pk}"


class LearningMail(models.Model):
    """That whose place it was has been asked by mail, once of each kind."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, related_name="learning_mails", db_index=False)
    kind = models.CharField(max_length=10, choices=LearningMailKind)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["booking", "kind"], name="learning_mail_each_once")]

    def __str__(self) -> str:
        return self.get_kind_display()


def feedback_token(mail_id: uuid.UUID) -> str:
    """The word in the address that one mail carries: the same at each try, kept nowhere, and made only with the service's secret."""
    return salted_hmac("partners.feedback_link", str(mail_id), algorithm="sha256").hexdigest()


def hash_of_token(token: str) -> str:
    """What is kept of it."""
    return hashlib.sha256(token.encode()).hexdigest()


class FeedbackLink(models.Model):
    """An address at which one person without an account says once what they thought of a session.

    Of the address a hash is kept, and whether it was used: not whose it is, and not when. Nothing joins it with a booking.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="feedback_links")
    token_hash = models.CharField(max_length=64, unique=True)
    is_used = models.BooleanField(default=False)

    class Meta:
        constraints = [models.CheckConstraint(name="feedback_link_has_a_hash", condition=~Q(token_hash=""))]

    def __str__(self) -> str:
        return f"Link {self.pk}"

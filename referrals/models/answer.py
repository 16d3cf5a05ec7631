"""What an agency answered, each time, and what was sent to it because something was missing."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from referrals.enums import ANSWERED, AnswerChannel, Missing, RejectionReason, ShareState
from referrals.models.referral import Referral
from referrals.models.share import Share


class ShareAnswer(models.Model):
    """One answer of one agency. The share itself carries the last one; all of them are here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=[(state.value, state.label) for state in ANSWERED])
    rejection_reason = models.CharField(max_length=26, choices=RejectionReason, blank=True)
    missing = ArrayField(models.CharField(max_length=16, choices=Missing), default=list, blank=True)
    words = models.TextField(blank=True)
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="Of the agency; where the hub recorded the answer, who of the hub did",
    )
    told_by = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="Who of an agency without accounts gave it"
    )
    channel = models.CharField(max_length=9, choices=AnswerChannel, blank=True, default="", db_default="")
    recorded_at = models.DateTimeField(null=True, blank=True, help_text="When the hub recorded it for the agency")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["share", "number"], name="share_answer_numbered_once"),
            models.CheckConstraint(name="share_answer_is_an_answer", condition=Q(state__in=ANSWERED)),
            models.CheckConstraint(
                name="share_answer_of_rejection_gives_a_reason",
                condition=(Q(state=ShareState.REJECTED) & ~Q(rejection_reason="") & ~Q(words=""))
                | (~Q(state=ShareState.REJECTED) & Q(rejection_reason="")),
            ),
            models.CheckConstraint(
                name="share_answer_recorded_by_hub_says_from_whom_how_and_when",
                condition=(
                    Q(recorded_at__isnull=False, recorded_at__gte=F("answered_at")) & ~Q(told_by="") & ~Q(channel="")
                )
                | Q(recorded_at=None, told_by="", channel=""),
            ),
        ]
        indexes = [models.Index(fields=["answered_at"], name="share_answer_first", condition=Q(number=1))]

    def __str__(self) -> str:
        return f"{self.share}: {self.get_state_display()}"

    @property
    def is_recorded_by_hub(self) -> bool:
        """Whether the hub recorded what an agency without accounts said elsewhere."""
        return self.recorded_at is not None

    @property
    def missing_in_words(self) -> list[str]:
        return [str(Missing(code).label) for code in self.missing]


class ShareSupplement(models.Model):
    """What was sent to an agency that had asked for further work; it answers again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    answer = models.OneToOneField(ShareAnswer, on_delete=models.PROTECT, related_name="supplement")
    words = models.TextField()
    supplied_at = models.DateTimeField()
    supplied_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="share_supplement_says_something", condition=~Q(words="")),
        ]

    def __str__(self) -> str:
        return f"To {self.answer}"


class Clarification(models.Model):
    """A question of the hub to who wrote a referral, and the reply: further work that the form caused."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="clarifications")
    question = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(name="clarification_asks_something", condition=~Q(question="")),
            models.CheckConstraint(
                name="clarification_replied_says_who_when_and_what",
                condition=(Q(replied_at__isnull=False, replied_by__isnull=False) & ~Q(reply=""))
                | Q(replied_at=None, replied_by=None, reply=""),
            ),
        ]
        indexes = [models.Index(fields=["referral"], name="clarification_open", condition=Q(replied_at=None))]

    def __str__(self) -> str:
        return f"Question on {self.referral}"

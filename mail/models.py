"""Messages: that one was written to an address, about what, and what became of it; not what it said."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from mail.enums import MessageMove, MessageState, SenderKind, states_before

# So long a message has to stand without a bounce before an address counts as reached again.
BOUNCES_COME_WITHIN = timedelta(days=1)


class MessageQuerySet(models.QuerySet["Message"]):
    def that_may(self, move: MessageMove) -> Self:
        return self.filter(state__in=states_before(move))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",))

    def unreached(self, *, at: datetime) -> Self:
        """Those that bounced, unless a later one to the same address has stood for a day without bouncing."""
        later = Message.objects.filter(
            recipient=OuterRef("recipient"),
            state=MessageState.SENT,
            sent_at__gt=OuterRef("bounced_at"),
            sent_at__lt=at - BOUNCES_COME_WITHIN,
        )
        return self.filter(state=MessageState.BOUNCED).exclude(Exists(later))


class Message(models.Model):
    """One message to one address. Its id is the left part of the Message-ID, the same at every try.

    What it said is not kept: it is built anew from what it is about, each time that it is tried.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    recipient = models.EmailField(help_text="In small letters")
    subject = models.CharField(max_length=200)
    reference = models.CharField(max_length=60, blank=True, help_text="Of the referral or the booking that it is about")
    job_id = models.UUIDField(null=True, blank=True, help_text="The job that sends it; a job is tried again")
    number = models.PositiveSmallIntegerField(default=1, help_text="Among those of a kind of one job to one address")
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    sender = models.CharField(max_length=10, choices=SenderKind, blank=True)
    sender_reference = models.CharField(max_length=60, blank=True, help_text="What the sender calls it")
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=80, blank=True, help_text="The kind of error; never its contents")

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-queued_at", "id"], name="message_newest_first"),
            models.Index(fields=["recipient", "-sent_at"], name="message_by_recipient"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="message_of_a_job_is_written_once",
                fields=["job_id", "kind", "recipient", "number"],
                condition=Q(job_id__isnull=False),
            ),
            models.CheckConstraint(name="message_state_is_known", condition=Q(state__in=MessageState.values)),
            models.CheckConstraint(
                name="message_sent_says_when_and_by_what",
                condition=~Q(state=MessageState.SENT) | (Q(sent_at__isnull=False) & ~Q(sender="") & Q(error="")),
            ),
            models.CheckConstraint(
                name="message_failed_says_when_and_why",
                condition=~Q(state=MessageState.FAILED) | (Q(failed_at__isnull=False, sent_at=None) & ~Q(error="")),
            ),
            models.CheckConstraint(
                name="message_bounced_says_when_and_why",
                condition=(Q(state=MessageState.BOUNCED, bounced_at__isnull=False) & ~Q(error=""))
                | (~Q(state=MessageState.BOUNCED) & Q(bounced_at=None)),
            ),
            models.CheckConstraint(
                name="message_recipient_is_in_small_letters",
                condition=Q(recipient=models.functions.Lower("recipient")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def may(self, move: MessageMove) -> bool:
        return self.state in states_before(move)

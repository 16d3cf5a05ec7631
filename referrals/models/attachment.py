"""Files attached to a referral: in the private file store, under names that say nothing."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from referrals.enums import AttachmentState
from referrals.models.referral import Referral

NOT_CHECKED = "Being checked for malware: the scanner does not answer, and is asked again"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def kept(self) -> Self:
        """Those whose file is there, checked or not yet."""
        return self.exclude(state=AttachmentState.INFECTED)

    def clean(self) -> Self:
        return self.filter(state=AttachmentState.CLEAN)

    def left_unchecked_since(self, moment: datetime) -> Self:
        """Those about which the scanner was asked then or before, and not again."""
        return self.filter(state=AttachmentState.WAITING, unanswered_at__lte=moment)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Attachment(models.Model):
    """One file. It can be downloaded once a scanner called it clean."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(help_text="Bytes, as kept")
    sha256 = models.CharField(max_length=64, help_text="Of the file as kept")
    file = models.FileField(max_length=200, blank=True, help_text="In the private file store")
    state = models.CharField(max_length=8, choices=AttachmentState, default=AttachmentState.WAITING)
    found = models.CharField(max_length=120, blank=True, help_text="What the scanner found")
    scanned_at = models.DateTimeField(null=True, blank=True)
    unanswered_at = models.DateTimeField(
        null=True, blank=True, help_text="While it waits: when the scanner was asked last and did not answer"
    )
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "sha256"], name="attachment_once_in_a_referral"),
            models.CheckConstraint(
                name="attachment_scanned_says_when",
                condition=Q(state=AttachmentState.WAITING, scanned_at=None, found="")
                | Q(state=AttachmentState.CLEAN, scanned_at__isnull=False, found="")
                | (Q(state=AttachmentState.INFECTED, scanned_at__isnull=False) & ~Q(found="")),
            ),
            models.CheckConstraint(
                name="attachment_has_its_file_unless_it_is_infected",
                condition=Q(state=AttachmentState.INFECTED, file="")
                | (~Q(state=AttachmentState.INFECTED) & ~Q(file="")),
            ),
            models.CheckConstraint(name="attachment_is_not_empty", condition=Q(size__gt=0) & ~Q(name="")),
        ]
        indexes = [models.Index(fields=["file"], name="attachment_by_file")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_left_unchecked(self) -> bool:
        """Whether the scanner was asked and did not answer."""
        return self.state == AttachmentState.WAITING and self.unanswered_at is not None

    @property
    def state_in_words(self) -> str:
        return NOT_CHECKED if self.is_left_unchecked else str(self.get_state_display())

    @property
    def is_clean(self) -> bool:
        return self.state == AttachmentState.CLEAN

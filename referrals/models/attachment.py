"""Files attached to a referral: in the private file store, under names that say nothing."""

from typing import Self

from django.db import models

from accounts.models import User
from common.scanned_files import ScannedFile, ScannedFileQuerySet, scanned_file_constraints
from referrals.enums import AttachmentState
from referrals.models.referral import Referral

NOT_CHECKED = "Being checked for malware: the scanner does not answer, and is asked again"


class AttachmentQuerySet(ScannedFileQuerySet["Attachment"]):
    def kept(self) -> Self:
        """Those whose file is there, checked or not yet."""
        return self.exclude(state=AttachmentState.INFECTED)

    def clean(self) -> Self:
        return self.filter(state=AttachmentState.CLEAN)


class Attachment(ScannedFile):
    """One file of a referral."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="attachments")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "sha256"], name="attachment_once_in_a_referral"),
            *scanned_file_constraints("attachment"),
        ]
        indexes = [models.Index(fields=["file"], name="attachment_by_file")]

    @property
    def state_in_words(self) -> str:
        return NOT_CHECKED if self.is_left_unchecked else str(self.get_state_display())

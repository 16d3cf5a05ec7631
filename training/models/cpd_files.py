"""Evidence of CPD: files in the private file store, under names that say nothing."""

from django.db import models

from accounts.models import User
from common.scanned_files import ScannedFile, ScannedFileQuerySet, scanned_file_constraints
from training.models.cpd import CpdEntry


class CpdFileQuerySet(ScannedFileQuerySet["CpdFile"]):
    """Nothing of its own: which entry's they are is asked of the entry."""


class CpdFile(ScannedFile):
    """One file of an entry."""

    entry = models.ForeignKey(CpdEntry, on_delete=models.PROTECT, related_name="files")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = CpdFileQuerySet.as_manager()

    class Meta:
        verbose_name = "CPD file"
        constraints = [
            models.UniqueConstraint(fields=["entry", "sha256"], name="cpd_file_once_in_an_entry"),
            *scanned_file_constraints("cpd_file"),
        ]
        indexes = [models.Index(fields=["file"], name="cpd_file_by_file")]

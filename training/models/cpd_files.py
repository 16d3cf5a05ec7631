"""Evidence of CPD: files in the private file store, under names that say nothing."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from common.stored_files import ScanState
from training.models.cpd import CpdEntry


class CpdFileQuerySet(models.QuerySet["CpdFile"]):
    def left_unchecked_since(self, moment: datetime) -> Self:
        """Those about which the scanner was asked then or before, and not again."""
        return self.filter(state=ScanState.WAITING, unanswered_at__lte=moment)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class CpdFile(models.Model):
    """One file. It can be downloaded once a scanner called it clean."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(CpdEntry, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(help_text="Bytes, as kept")
    sha256 = models.CharField(max_length=64, help_text="Of the file as kept")
    file = models.FileField(max_length=200, blank=True, help_text="In the private file store")
    state = models.CharField(max_length=8, choices=ScanState, default=ScanState.WAITING)
    found = models.CharField(max_length=120, blank=True, help_text="What the scanner found")
    scanned_at = models.DateTimeField(null=True, blank=True)
    unanswered_at = models.DateTimeField(
        null=True, blank=True, help_text="While it waits: when the scanner was asked last and did not answer"
    )
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = CpdFileQuerySet.as_manager()

    class Meta:
        verbose_name = "CPD file"
        constraints = [
            models.UniqueConstraint(fields=["entry", "sha256"], name="cpd_file_once_in_an_entry"),
            models.CheckConstraint(
                name="cpd_file_scanned_says_when",
                condition=Q(state=ScanState.WAITING, scanned_at=None, found="")
                | Q(state=ScanState.CLEAN, scanned_at__isnull=False, found="")
                | (Q(state=ScanState.INFECTED, scanned_at__isnull=False) & ~Q(found="")),
            ),
            models.CheckConstraint(
                name="cpd_file_has_its_file_unless_it_is_infected",
                condition=Q(state=ScanState.INFECTED, file="") | (~Q(state=ScanState.INFECTED) & ~Q(file="")),
            ),
            models.CheckConstraint(name="cpd_file_is_not_empty", condition=Q(size__gt=0) & ~Q(name="")),
        ]
        indexes = [models.Index(fields=["file"], name="cpd_file_by_file")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_clean(self) -> bool:
        return self.state == ScanState.CLEAN

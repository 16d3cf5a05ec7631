"""What every row of a file that somebody brings has in common: how it is kept, and what the scanner said of it."""

import uuid
from datetime import datetime, timedelta
from typing import Self, TypeVar

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Q

from common.stored_files import FileGone, ScanState, content_of

# By then the attempts of the job before are used up.
ASKED_AGAIN_AFTER = timedelta(hours=1)
MOST_ASKED_AGAIN = 200


Kept = TypeVar("Kept", bound="ScannedFile")


class ScannedFileQuerySet(models.QuerySet[Kept]):
    def left_unchecked_since(self, moment: datetime) -> Self:
        """Those about which the scanner was asked then or before, and not again."""
        return self.filter(state=ScanState.WAITING, unanswered_at__lte=moment)

    def to_ask_again(self, *, at: datetime) -> Self:
        """Some of those that the scanner left unchecked for an hour, locked; what another clock is at is passed over."""
        left = self.left_unchecked_since(at - ASKED_AGAIN_AFTER)
        return left.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:MOST_ASKED_AGAIN]

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class ScannedFile(models.Model):
    """A file in the private file store. It can be downloaded once a scanner called it clean."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
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

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_clean(self) -> bool:
        return self.state == ScanState.CLEAN

    @property
    def is_left_unchecked(self) -> bool:
        """Whether the scanner was asked and did not answer."""
        return self.state == ScanState.WAITING and self.unanswered_at is not None

    def forget_answer(self) -> None:
        """Wait for the scanner anew: whoever calls this asks it."""
        self.unanswered_at = None
        self.save(update_fields=["unanswered_at"])

    def clean_content(self) -> bytes:
        """The file whole. Raises FileGone, also where no scanner called it clean."""
        if not self.is_clean:
            raise FileGone(f"{self.name} cannot be opened: {self.get_state_display().lower()}.")
        return content_of(self.file, sha256=self.sha256)

    def remove(self) -> None:
        """Take the row out, and the file with the transaction."""
        stored = self.file.name
        self.delete()
        if stored:
            transaction.on_commit(lambda: default_storage.delete(stored))


def scanned_file_constraints(name: str) -> list[models.CheckConstraint]:
    """What the database holds of each: its state says when, an infected file is gone, and no file is empty."""
    return [
        models.CheckConstraint(
            name=f"{name}_scanned_says_when",
            condition=Q(state=ScanState.WAITING, scanned_at=None, found="")
            | Q(state=ScanState.CLEAN, scanned_at__isnull=False, found="")
            | (Q(state=ScanState.INFECTED, scanned_at__isnull=False) & ~Q(found="")),
        ),
        models.CheckConstraint(
            name=f"{name}_has_its_file_unless_it_is_infected",
            condition=Q(state=ScanState.INFECTED, file="") | (~Q(state=ScanState.INFECTED) & ~Q(file="")),
        ),
        models.CheckConstraint(name=f"{name}_is_not_empty", condition=Q(size__gt=0) & ~Q(name="")),
    ]

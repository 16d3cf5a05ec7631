"""What an agency was given to read: a copy that never changes."""

import hashlib
import json
import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models import User
from referrals.models.share import Share

# 2: beside the answers also the words of questions and answers, and the files.
SCHEMA_VERSION = 2


class ShareSnapshot(models.Model):
    """The content of a share as it was given, in numbered versions. The database refuses to change one.

    The agency reads the last version, on the page, over the API and on paper; the earlier ones stay as they were.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    schema_version = models.PositiveSmallIntegerField(default=SCHEMA_VERSION)
    form_version = models.PositiveIntegerField(help_text="The version of the referral that it was taken from")
    sections = ArrayField(models.CharField(max_length=32), help_text="The parts that were given")
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["share", "number"], name="share_snapshot_numbered_once"),
            models.CheckConstraint(name="share_snapshot_counts_from_one", condition=models.Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.share}, version {self.number}"

    @property
    def file_ids(self) -> frozenset[uuid.UUID]:
        """The files that the agency may have."""
        return frozenset(uuid.UUID(file["id"]) for file in self.content.get("files", []))

    @property
    def is_intact(self) -> bool:
        """Whether the content is what was given, by its sum."""
        return sum_of(self.content) == self.sha256


def sum_of(content: dict[str, Any]) -> str:
    """SHA-256 of a content in its one written form: keys in order, no spaces, UTF-8."""
    written = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()

"""Files in the private file store: what a scanner has said of each, kept under names that say nothing, read back whole, as downloads only."""

import hashlib
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import QuerySet, TextChoices
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from common.errors import DomainError

# A file without a row that is younger may belong to a transaction that is still open.
ORPHANED_AFTER = timedelta(hours=1)


class ScanState(TextChoices):
    """What is known of a file; it can be downloaded once a scanner called it clean."""

    WAITING = "WAITING", "Being checked for malware"
    CLEAN = "CLEAN", "Checked"
    INFECTED = "INFECTED", "Malware found, so the file was removed"


class FileGone(DomainError):
    """The file is not in the store, or is not the one that was kept there."""


class OpenedFile(Protocol):
    """A file of a row, as Django's file field gives it."""

    def open(self, mode: str = ...) -> Any: ...


def keep(folder: str, key: UUID, content: bytes) -> str:
    """Put a file into the store; returns where it is. Whoever fails afterwards removes it again."""
    return default_storage.save(f"{folder}/{key.hex[:2]}/{key.hex}", ContentFile(content))


def content_of(file: OpenedFile, *, sha256: str) -> bytes:
    """The file whole, if it is the one that was kept. Raises FileGone."""
    try:
        with file.open("rb") as opened:
            content: bytes = opened.read()
    except OSError as error:
        raise FileGone("This file is not in the file store. Tell the administrator.") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise FileGone("This file is not the one that was attached. Tell the administrator.")
    return content


def remove_orphans(folder: str, rows: QuerySet[Any], *, at: datetime) -> int:
    """Remove files of a folder that no row names in its `file`; returns how many. What is younger than an hour stays."""
    if not default_storage.exists(folder):
        return 0
    removed = 0
    for part in default_storage.listdir(folder)[0]:
        for name in default_storage.listdir(f"{folder}/{part}")[1]:
            path = f"{folder}/{part}/{name}"
            is_old = default_storage.get_modified_time(path) < at - ORPHANED_AFTER
            if is_old and not rows.filter(file=path).exists():
                default_storage.delete(path)
                removed += 1
    return removed


def as_attachment(name: str) -> str:
    """The header that makes a browser save the file and never show it."""
    return content_disposition_header(True, name) or "attachment"


def download(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    """A file that somebody else brought, so that a browser saves it, and neither guesses nor runs nor keeps anything of it."""
    response = HttpResponse(
        content,
        content_type=content_type,
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "no-store, private",
        },
    )
    response.headers["Content-Disposition"] = as_attachment(name)
    return response

"""Files in the private file store: kept under names that say nothing, scanned, read back whole, as downloads only."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet, TextChoices
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from common.errors import DomainError
from common.scanning import ScannerAway, scan

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


@contextmanager
def keeping(folder: str, key: UUID, content: bytes) -> Iterator[str]:
    """Put a file into the store, and tell where it is; it is removed again where what is done with it within fails."""
    stored: str = default_storage.save(f"{folder}/{key.hex[:2]}/{key.hex}", ContentFile(content))
    try:
        yield stored
    except Exception:
        default_storage.delete(stored)
        raise


def ask_scanner(waiting: QuerySet[Any], key: object) -> str | None:
    """What the scanner found in the file of a row that waits for it: nothing where it is clean, None where the row waits no more.

    The row has `file`, `state` and `unanswered_at`. Raises ScannerAway; the row says then when there was no answer.
    """
    kept = waiting.filter(pk=key, state=ScanState.WAITING).first()
    if kept is None:
        return None
    try:
        with kept.file.open("rb") as file:
            return scan(file).found
    except ScannerAway:
        waiting.filter(pk=key, state=ScanState.WAITING).update(unanswered_at=timezone.now())
        raise


def note_verdict(kept: Any, found: str, *, at: datetime) -> None:
    """Keep in a locked row what the scanner said; a file in which it found something is removed with the transaction."""
    stored = str(kept.file.name)
    kept.state = ScanState.INFECTED if found else ScanState.CLEAN
    kept.found, kept.scanned_at, kept.unanswered_at = found[:120], at, None
    if found:
        kept.file = ""
        transaction.on_commit(lambda: default_storage.delete(stored))
    kept.save(update_fields=["state", "found", "scanned_at", "unanswered_at", "file"])


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

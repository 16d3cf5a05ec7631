"""Evidence of CPD: taken, scanned in a job, handed out, removed. The store and the rows are kept in step."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common import stored_files
from common.csv_files import ReadableBytes
from common.errors import DomainError
from common.uploads import take_upload
from jobs.services import enqueue
from training import tasks
from training.models import CpdEntry, CpdFile
from training.permissions import can_attach_evidence
from training.queries.cpd import cpd_seen_by

FOLDER = "cpd"
MOST_FILES = 10


class CannotAttachEvidence(DomainError):
    pass


class CannotHandOutEvidence(DomainError):
    pass


def attach_evidence(*, entry_id: uuid.UUID, name: str, file: ReadableBytes, by: User, at: datetime) -> CpdFile:
    """Check and keep one file, to be scanned before anybody gets it. The same content again is the same file.

    Raises CannotAttachEvidence, or common.uploads.CannotTakeFile with what is wrong with the file; then nothing is stored.
    """
    # Before the lock: a large picture takes a second to read.
    _check_may_attach(CpdEntry.objects.select_related("person").get(pk=entry_id), by)
    upload = take_upload(name, file, max_bytes=settings.ATTACHMENT_MAX_BYTES)
    with transaction.atomic():
        entry = CpdEntry.objects.locked().select_related("person").get(pk=entry_id)
        _check_may_attach(entry, by)
        earlier = entry.files.filter(sha256=upload.sha256).first()
        if earlier is not None:
            return earlier
        if entry.files.exclude(state=stored_files.ScanState.INFECTED).count() >= MOST_FILES:
            raise CannotAttachEvidence(f"An entry has at most {MOST_FILES} files.")
        key = uuid.uuid4()
        with stored_files.keeping(FOLDER, key, upload.content) as stored:
            kept = CpdFile.objects.create(
                id=key,
                entry=entry,
                name=upload.name,
                content_type=upload.content_type,
                size=len(upload.content),
                sha256=upload.sha256,
                file=stored,
                added_at=at,
                added_by=by,
            )
            audit.record(
                verb=Verb.COLLECTED,
                what="training.cpd_file_added",
                at=at,
                actor=by,
                subject=entry,
                file=str(key),
                size=kept.size,
                sha256=kept.sha256,
            )
            enqueue(tasks.scan_cpd_file, at=at, by=by, file_id=key)
    return kept


def hand_out_evidence(*, file_id: uuid.UUID, by: User, at: datetime) -> bytes:
    """The content of a file that a scanner called clean, for who sees its entry; recorded. Raises CannotHandOutEvidence."""
    kept = CpdFile.objects.select_related("entry").get(pk=file_id)
    if not cpd_seen_by(by).filter(pk=kept.entry_id).exists():
        raise CannotHandOutEvidence("This file is not yours to open.")
    try:
        content = kept.clean_content()
    except stored_files.FileGone as error:
        raise CannotHandOutEvidence(str(error)) from error
    audit.record(
        verb=Verb.DOWNLOADED,
        what="training.cpd_file_downloaded",
        at=at,
        actor=by,
        subject=kept.entry,
        file=str(kept.pk),
        sha256=kept.sha256,
    )
    return content


@transaction.atomic
def remove_evidence(*, file_id: uuid.UUID, by: User, at: datetime) -> None:
    """Take a file off an entry, by who added it: row and file are gone, the record of it stays. Raises CannotAttachEvidence."""
    entry = CpdEntry.objects.locked().select_related("person").get(files=file_id)
    kept = CpdFile.objects.locked().get(pk=file_id)
    if kept.added_by_id != by.pk or not can_attach_evidence(by, entry):
        raise CannotAttachEvidence("Only the person who added a file may remove it.")
    audit.record(
        verb=Verb.DELETED,
        what="training.cpd_file_removed",
        at=at,
        actor=by,
        subject=entry,
        file=str(kept.pk),
        sha256=kept.sha256,
    )
    kept.remove()


@transaction.atomic
def check_left_files(*, at: datetime) -> int:
    """Called by the clock: ask again about what the scanner left unchecked an hour ago. Returns how many."""
    found = list(CpdFile.objects.to_ask_again(at=at))
    for kept in found:
        kept.forget_answer()
        enqueue(tasks.scan_cpd_file, at=at, file_id=kept.pk)
    return len(found)


def remove_orphaned_files(*, at: datetime) -> int:
    """Called by the clock: remove files of evidence that no row names; return how many. What is younger than an hour stays."""
    return stored_files.remove_orphans(FOLDER, CpdFile.objects.all(), at=at)


def _check_may_attach(entry: CpdEntry, by: User) -> None:
    if not can_attach_evidence(by, entry):
        raise CannotAttachEvidence("You may not add evidence to this entry.")

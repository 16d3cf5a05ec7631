"""Files of a referral: taken, scanned in a job, handed out, removed. The store and the rows are kept in step."""

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
from referrals import permissions, tasks
from referrals.models import Attachment, Referral, WriterCopy
from referrals.queries import snapshot_read
from referrals.services.versioning import Before, as_before, keep_version

FOLDER = "attachments"


class CannotAttach(DomainError):
    pass


class CannotRemoveAttachment(DomainError):
    pass


class CannotHandOutAttachment(DomainError):
    pass


def attach_file(*, referral_id: uuid.UUID, name: str, file: ReadableBytes, by: User, at: datetime) -> Attachment:
    """Check and keep one file, to be scanned before anybody gets it. The same content again is the same attachment.

    Raises CannotAttach, or common.uploads.CannotTakeFile with what is wrong with the file; then nothing is stored.
    """
    # Before the lock: a large picture takes a second to read.
    _check_may_attach(Referral.objects.get(pk=referral_id), by)
    upload = take_upload(name, file, max_bytes=settings.ATTACHMENT_MAX_BYTES)
    with transaction.atomic():
        referral = Referral.objects.locked().get(pk=referral_id)
        _check_may_attach(referral, by)
        earlier = referral.attachments.filter(sha256=upload.sha256).first()
        if earlier is not None:
            return earlier
        if referral.attachments.kept().count() >= settings.ATTACHMENT_MAX_COUNT:
            raise CannotAttach(f"A referral has at most {settings.ATTACHMENT_MAX_COUNT} files.")
        before = None if referral.is_draft else as_before(referral)
        key = uuid.uuid4()
        with stored_files.keeping(FOLDER, key, upload.content) as stored:
            attachment = Attachment.objects.create(
                id=key,
                referral=referral,
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
                what="attachment.added",
                at=at,
                actor=by,
                subject=referral,
                attachment=str(key),
                size=attachment.size,
                sha256=attachment.sha256,
            )
            enqueue(tasks.scan_attachment, at=at, by=by, attachment_id=key)
            if before is not None:
                _as_version(referral, before, by=by, at=at)
    return attachment


@transaction.atomic
def check_attachment_again(*, attachment_id: uuid.UUID, by: User, at: datetime) -> Attachment:
    """Ask the scanner once more about a file that it left unchecked; what was checked, or is asked about now, stays as it is."""
    referral = Referral.objects.locked().get(attachments=attachment_id)
    _check_may_attach(referral, by)
    attachment = Attachment.objects.locked().get(pk=attachment_id)
    if attachment.is_left_unchecked:
        _ask_again(attachment, at=at, by=by)
    return attachment


@transaction.atomic
def check_left_attachments(*, at: datetime) -> int:
    """Called by the clock: ask again about what the scanner left unchecked an hour ago. Returns how many."""
    found = list(Attachment.objects.to_ask_again(at=at))
    for attachment in found:
        _ask_again(attachment, at=at)
    return len(found)


@transaction.atomic
def remove_attachment(*, attachment_id: uuid.UUID, by: User, at: datetime) -> None:
    """Take a file off a draft: row and file are gone, the record of it stays. Raises CannotRemoveAttachment."""
    referral = Referral.objects.locked().get(attachments=attachment_id)
    if not (referral.is_draft and permissions.can_edit(by, referral)):
        raise CannotRemoveAttachment("Only the person who writes a draft may remove its files.")
    _remove(Attachment.objects.locked().get(pk=attachment_id), referral, by=by, at=at)


def remove_attachments_of(referral: Referral, *, by: User | None, at: datetime) -> None:
    """All files of a draft that is given up, in the transaction that gives it up."""
    for attachment in referral.attachments.locked():
        _remove(attachment, referral, by=by, at=at)


def hand_out_attachment(*, attachment_id: uuid.UUID, by: User, at: datetime) -> bytes:
    """The content of a file that a scanner called clean, recorded; for an agency with the share. Raises CannotHandOutAttachment."""
    attachment = Attachment.objects.select_related("referral").get(pk=attachment_id)
    if not permissions.can_open_attachment(by, attachment):
        raise CannotHandOutAttachment("This file is not yours to open.")
    try:
        content = attachment.clean_content()
    except stored_files.FileGone as error:
        raise CannotHandOutAttachment(str(error)) from error
    whole = permissions.sees_attachments(by, attachment.referral)
    snapshot = None if whole else permissions.snapshot_with_files(by, attachment.referral)
    audit.record(
        verb=Verb.DOWNLOADED,
        what="attachment.downloaded",
        at=at,
        actor=by,
        subject=attachment.referral,
        attachment=str(attachment.pk),
        sha256=attachment.sha256,
        **snapshot_read(snapshot),
    )
    return content


def remove_orphaned_attachments(*, at: datetime) -> int:
    """Remove files that no row names, of attachments and of writers' copies; return how many. What is younger than an hour stays."""
    attachments = stored_files.remove_orphans(FOLDER, Attachment.objects.all(), at=at)
    return attachments + stored_files.remove_orphans(tasks.COPIES, WriterCopy.objects.all(), at=at)


def _check_may_attach(referral: Referral, by: User) -> None:
    if not permissions.can_attach(by, referral):
        raise CannotAttach("Only who writes a referral, and the hub while it is open, may attach files.")


def _ask_again(attachment: Attachment, *, at: datetime, by: User | None = None) -> None:
    attachment.forget_answer()
    enqueue(tasks.scan_attachment, at=at, by=by, attachment_id=attachment.pk)


def _as_version(referral: Referral, before: Before, *, by: User, at: datetime) -> None:
    """What is attached after the submission makes a version, and whoever works on it is told."""
    keep_version(referral, before, reason="A file was attached.", by=by, at=at)
    enqueue(tasks.email_about_amendment, at=at, by=by, referral_id=referral.pk)


def _remove(attachment: Attachment, referral: Referral, *, by: User | None, at: datetime) -> None:
    audit.record(
        verb=Verb.DELETED,
        what="attachment.removed",
        at=at,
        actor=by,
        subject=referral,
        attachment=str(attachment.pk),
        sha256=attachment.sha256,
    )
    attachment.remove()

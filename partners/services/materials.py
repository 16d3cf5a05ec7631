"""Files of a session: taken, scanned in a job, handed out to whom they are for, removed."""

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
from partners import tasks
from partners.enums import MaterialTime
from partners.models import Session, SessionMaterial
from partners.permissions import can_run

FOLDER = "sessions"
MOST_FILES = 10


class CannotKeepMaterial(DomainError):
    pass


class CannotHandOutMaterial(DomainError):
    pass


def add_material(
    *, session_id: uuid.UUID, time: MaterialTime | str, name: str, file: ReadableBytes, by: User, at: datetime
) -> SessionMaterial:
    """Check and keep one file, to be scanned before anybody gets it. The same content again is the same file.

    Raises CannotKeepMaterial, or common.uploads.CannotTakeFile with what is wrong with the file; then nothing is stored.
    """
    _check_may_keep(Session.objects.get(pk=session_id), by)
    upload = take_upload(name, file, max_bytes=settings.ATTACHMENT_MAX_BYTES)
    with transaction.atomic():
        session = Session.objects.locked().get(pk=session_id)
        _check_may_keep(session, by)
        earlier = session.materials.filter(sha256=upload.sha256, time=time).first()
        if earlier is not None:
            return earlier
        if session.materials.exclude(state=stored_files.ScanState.INFECTED).count() >= MOST_FILES:
            raise CannotKeepMaterial(f"A session has at most {MOST_FILES} files.")
        key = uuid.uuid4()
        with stored_files.keeping(FOLDER, key, upload.content) as stored:
            kept = SessionMaterial.objects.create(
                id=key,
                session=session,
                time=time,
                name=upload.name,
                content_type=upload.content_type,
                size=len(upload.content),
                sha256=upload.sha256,
                file=stored,
                added_at=at,
                added_by=by,
            )
            _record(Verb.COLLECTED, "added", kept, by=by, at=at)
            enqueue(tasks.scan_session_material, at=at, by=by, material_id=key)
    return kept


def hand_out_material(*, material_id: uuid.UUID, by: User, at: datetime) -> bytes:
    """The content of a file that a scanner called clean, for whom it is; recorded. Raises CannotHandOutMaterial."""
    kept = SessionMaterial.objects.select_related("session").get(pk=material_id)
    if not SessionMaterial.objects.open_to(by, kept.session).filter(pk=kept.pk).exists():
        raise CannotHandOutMaterial("This file is not yours to open.")
    try:
        content = kept.clean_content()
    except stored_files.FileGone as error:
        raise CannotHandOutMaterial(str(error)) from error
    _record(Verb.DOWNLOADED, "downloaded", kept, by=by, at=at)
    return content


@transaction.atomic
def remove_material(*, material_id: uuid.UUID, by: User, at: datetime) -> None:
    """Take a file off a session: row and file are gone, the record of it stays. Raises CannotKeepMaterial."""
    session = Session.objects.locked().get(materials=material_id)
    _check_may_keep(session, by)
    kept = SessionMaterial.objects.locked().select_related("session").get(pk=material_id)
    _record(Verb.DELETED, "removed", kept, by=by, at=at)
    kept.remove()


@transaction.atomic
def check_left_materials(*, at: datetime) -> int:
    """Called by the clock: ask again about what the scanner left unchecked an hour ago. Returns how many."""
    found = list(SessionMaterial.objects.to_ask_again(at=at))
    for kept in found:
        kept.forget_answer()
        enqueue(tasks.scan_session_material, at=at, material_id=kept.pk)
    return len(found)


def remove_orphaned_materials(*, at: datetime) -> int:
    """Called by the clock: remove files that no row names; return how many. What is younger than an hour stays."""
    return stored_files.remove_orphans(FOLDER, SessionMaterial.objects.all(), at=at)


def _check_may_keep(session: Session, by: User) -> None:
    if not can_run(by, session):
        raise CannotKeepMaterial("Only a trainer of the force that runs this session keeps its files.")


def _record(verb: Verb, what: str, kept: SessionMaterial, *, by: User, at: datetime) -> None:
    audit.record(
        verb=verb,
        what=f"partners.material_{what}",
        at=at,
        actor=by,
        subject=kept.session,
        file=str(kept.pk),
        sha256=kept.sha256,
    )

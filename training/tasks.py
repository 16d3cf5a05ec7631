"""Follow-up mail about training records, modules, sessions of programmes and supervision, and the scan of evidence files."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit import services as audit
from audit.enums import Verb
from common import stored_files
from common.stored_files import ScanState
from jobs.services import Lease, follow_up
from training import notifications
from training.models import CpdFile


@follow_up(queue="mail")
def email_next_signer(*, lease: Lease, record_id: str) -> None:
    notifications.email_next_signer(record_id=record_id)


@follow_up(queue="mail")
def email_mentor_about_outcomes(*, lease: Lease, import_id: str, mentor_id: str) -> None:
    notifications.email_mentor_about_outcomes(import_id=import_id, mentor_id=mentor_id)


@follow_up(queue="mail")
def email_trainer_about_sending_back(*, lease: Lease, record_id: str) -> None:
    notifications.email_trainer_about_sending_back(record_id=record_id)


@follow_up(queue="mail")
def email_person_about_completion(*, lease: Lease, record_id: str) -> None:
    notifications.email_person_about_completion(record_id=record_id)


@follow_up(queue="mail")
def remind_member_of_session(*, lease: Lease, entry_id: str) -> None:
    notifications.remind_member_of_session(entry_id=entry_id)


@follow_up(queue="mail")
def email_member_about_place(*, lease: Lease, entry_id: str) -> None:
    notifications.email_member_about_place(entry_id=entry_id)


@follow_up(queue="mail")
def email_member_about_change(*, lease: Lease, entry_id: str) -> None:
    notifications.email_member_about_change(entry_id=entry_id)


@follow_up(queue="mail")
def email_member_about_cancellation(*, lease: Lease, entry_id: str) -> None:
    notifications.email_member_about_cancellation(entry_id=entry_id)


@follow_up(queue="mail")
def email_owner_about_review(*, lease: Lease, version_id: str) -> None:
    notifications.email_owner_about_review(version_id=version_id)


@follow_up(queue="mail")
def email_supervised_about_record(*, lease: Lease, session_id: str) -> None:
    notifications.email_supervised_about_record(session_id=session_id)


@follow_up(queue="mail")
def email_the_two_about_opening(*, lease: Lease, opening_id: str) -> None:
    notifications.email_the_two_about_opening(opening_id=opening_id)


@follow_up(queue="mail")
def email_deputy(*, lease: Lease, delegation_id: str) -> None:
    notifications.email_deputy(delegation_id=delegation_id)


@follow_up(queue="mail")
def email_about_induction(*, lease: Lease, induction_id: str) -> None:
    notifications.email_about_induction(induction_id=induction_id)


@follow_up(queue="mail")
def email_about_people_of_induction(*, lease: Lease, induction_id: str, new: list[str]) -> None:
    notifications.email_about_people_of_induction(induction_id=induction_id, new=new)


@follow_up()
def scan_cpd_file(*, lease: Lease, file_id: str) -> None:
    """Ask the scanner about one file. While it is away the job is put back, and the file says so; a removed one needs none."""
    found = stored_files.ask_scanner(CpdFile.objects.all(), file_id)
    if found is None:
        return
    with transaction.atomic():
        lease.finish()
        note_verdict(file_id=uuid.UUID(file_id), found=found, at=timezone.now())


def note_verdict(*, file_id: uuid.UUID, found: str, at: datetime) -> None:
    """Keep what the scanner said, once; a file in which it found something is removed."""
    kept = CpdFile.objects.locked().select_related("entry").filter(pk=file_id, state=ScanState.WAITING).first()
    if kept is None:
        return
    stored_files.note_verdict(kept, found, at=at)
    audit.record(
        verb=Verb.CHANGED,
        what="training.cpd_file_scanned",
        at=at,
        actor=None,
        subject=kept.entry,
        file=str(kept.pk),
        verdict=str(kept.state),
    )


@follow_up(queue="mail")
def email_digest(*, lease: Lease, digest_id: str) -> None:
    notifications.email_digest(digest_id=digest_id, at=timezone.now())


@follow_up(queue="mail")
def email_learner_about_retirement(*, lease: Lease, module_id: str, person_id: str) -> None:
    notifications.email_learner_about_retirement(module_id=module_id, person_id=person_id)

"""Follow-up mail about bookings, one job for each person."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from audit import services as audit
from audit.enums import Verb
from common import stored_files
from common.stored_files import ScanState
from jobs.services import Lease, follow_up
from partners.models import SessionMaterial
from partners.notifications import (
    absence_mail,
    learning_mail,
    mail,
    question_mail,
    tailored_mail,
    trainer_mail,
    waiting_mail,
)


@follow_up(queue="mail")
def email_person_about_booking(*, lease: Lease, booking_id: str) -> None:
    mail.email_person_about_booking(booking_id=booking_id)


@follow_up(queue="mail")
def email_person_about_change(*, lease: Lease, booking_id: str, gone: str = "") -> None:
    mail.email_person_about_change(booking_id=booking_id, gone=gone)


@follow_up(queue="mail")
def email_person_about_cancellation(*, lease: Lease, booking_id: str) -> None:
    mail.email_person_about_cancellation(booking_id=booking_id)


# --- the waiting list and reminders --------------------------------------------------------------------------------------------


@follow_up(queue="mail")
def email_person_about_waiting(*, lease: Lease, booking_id: str) -> None:
    waiting_mail.email_person_about_waiting(booking_id=booking_id)


@follow_up(queue="mail")
def email_about_offer(*, lease: Lease, booking_id: str) -> None:
    waiting_mail.email_about_offer(booking_id=booking_id)


@follow_up(queue="mail")
def email_person_about_lapse(*, lease: Lease, booking_id: str) -> None:
    waiting_mail.email_person_about_lapse(booking_id=booking_id)


@follow_up(queue="mail")
def remind_person(*, lease: Lease, reminder_id: str) -> None:
    waiting_mail.remind_person(reminder_id=reminder_id)


@follow_up(queue="mail")
def email_trainer_about_session(*, lease: Lease, session_id: str, user_id: str, about: str) -> None:
    trainer_mail.email_trainer_about_session(session_id=session_id, user_id=user_id, about=about)


@follow_up()
def scan_session_material(*, lease: Lease, material_id: str) -> None:
    """Ask the scanner about one file. While it is away the job is put back, and the file says so; a removed one needs none."""
    found = stored_files.ask_scanner(SessionMaterial.objects.all(), material_id)
    if found is None:
        return
    with transaction.atomic():
        lease.finish()
        note_verdict(material_id=uuid.UUID(material_id), found=found, at=timezone.now())


def note_verdict(*, material_id: uuid.UUID, found: str, at: datetime) -> None:
    """Keep what the scanner said, once; a file in which it found something is removed."""
    waiting = SessionMaterial.objects.locked().select_related("session")
    kept = waiting.filter(pk=material_id, state=ScanState.WAITING).first()
    if kept is None:
        return
    stored_files.note_verdict(kept, found, at=at)
    audit.record(
        verb=Verb.CHANGED,
        what="partners.material_scanned",
        at=at,
        actor=None,
        subject=kept.session,
        file=str(kept.pk),
        verdict=str(kept.state),
    )


@follow_up(queue="mail")
def email_side_about_tailored(*, lease: Lease, request_id: str, moved_at: str) -> None:
    tailored_mail.email_side_about_tailored(request_id=request_id, moved_at=moved_at)


@follow_up(queue="mail")
def email_agency_about_its_session(*, lease: Lease, request_id: str, about: str) -> None:
    tailored_mail.email_agency_about_its_session(request_id=request_id, about=about)


@follow_up(queue="mail")
def ask_person_about_session(*, lease: Lease, mail_id: str) -> None:
    learning_mail.ask_person_about_session(mail_id=mail_id)


@follow_up(queue="mail")
def email_person_about_answer(*, lease: Lease, question_id: str) -> None:
    question_mail.email_person_about_answer(question_id=question_id)


@follow_up(queue="mail")
def email_trainer_about_register(*, lease: Lease, notice_id: str, user_id: str) -> None:
    trainer_mail.email_trainer_about_register(notice_id=notice_id, user_id=user_id)


@follow_up(queue="mail")
def email_about_absence(*, lease: Lease, warning_id: str) -> None:
    absence_mail.email_about_absence(warning_id=warning_id)

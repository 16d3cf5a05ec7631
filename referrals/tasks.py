"""Follow-up work of referrals: mail, the scanner, and the writer's own copy."""

import hashlib
import uuid
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from audit import services as audit
from audit.enums import Verb
from common import stored_files
from jobs.services import Lease, follow_up
from referrals import notifications, queries
from referrals.documents import writer_copy
from referrals.enums import AttachmentState, Side
from referrals.models import Attachment, Referral, WriterCopy
from referrals.models.snapshot import sum_of

COPIES = "copies"


@follow_up(queue="mail")
def email_hub_about_submission(*, lease: Lease, referral_id: str) -> None:
    notifications.email_hub_about_submission(referral_id=referral_id)


@follow_up(queue="mail")
def email_judges_about_conflict(*, lease: Lease, conflict_id: str) -> None:
    notifications.email_judges_about_conflict(conflict_id=conflict_id)


@follow_up(queue="mail")
def email_about_emergency(*, lease: Lease, emergency_id: str) -> None:
    notifications.email_about_emergency(emergency_id=emergency_id)


@follow_up(queue="mail")
def email_writer_about_submission(*, lease: Lease, referral_id: str) -> None:
    notifications.email_writer_about_submission(referral_id=referral_id)


@follow_up(queue="mail")
def email_referrer_about_decision(*, lease: Lease, decision_id: str) -> None:
    notifications.email_referrer_about_decision(decision_id=decision_id)


@follow_up(queue="mail")
def email_agency_about_share(*, lease: Lease, share_id: str) -> None:
    notifications.email_agency_about_share(share_id=share_id)


@follow_up(queue="mail")
def email_agency_about_new_version(*, lease: Lease, share_id: str) -> None:
    notifications.email_agency_about_new_version(share_id=share_id)


@follow_up(queue="mail")
def email_referrer_about_answer(*, lease: Lease, share_id: str) -> None:
    notifications.email_referrer_about_answer(share_id=share_id)


@follow_up(queue="mail")
def email_hub_about_answer(*, lease: Lease, share_id: str) -> None:
    notifications.email_hub_about_answer(share_id=share_id)


@follow_up(queue="mail")
def email_about_late_supply(*, lease: Lease, share_id: str) -> None:
    notifications.email_about_late_supply(share_id=share_id)


@follow_up(queue="mail")
def email_supervisors_about_schools(*, lease: Lease, untold: str, unacknowledged: str) -> None:
    notifications.email_supervisors_about_schools(untold=int(untold), unacknowledged=int(unacknowledged))


@follow_up(queue="mail")
def email_person_about_assignment(*, lease: Lease, person_id: str, count: str) -> None:
    notifications.email_person_about_assignment(person_id=person_id, count=int(count))


@follow_up(queue="mail")
def email_side_about_challenge(*, lease: Lease, challenge_id: str, side: str, event: str) -> None:
    notifications.email_side_about_challenge(challenge_id=challenge_id, side=Side(side), event=event)


@follow_up()
def scan_attachment(*, lease: Lease, attachment_id: str) -> None:
    """Ask the scanner about one file. While it is away the job is put back, and the file says so; a removed one needs none."""
    found = stored_files.ask_scanner(Attachment.objects.all(), attachment_id)
    if found is None:
        return
    with transaction.atomic():
        lease.finish()
        note_verdict(attachment_id=uuid.UUID(attachment_id), found=found, at=timezone.now())


def note_verdict(*, attachment_id: uuid.UUID, found: str, at: datetime) -> None:
    """Keep what the scanner said, once; a file in which it found something is removed."""
    attachment = Attachment.objects.locked().filter(pk=attachment_id, state=AttachmentState.WAITING).first()
    if attachment is None:
        return
    stored_files.note_verdict(attachment, found, at=at)
    audit.record(
        verb=Verb.CHANGED,
        what="attachment.scanned",
        at=at,
        actor=None,
        subject=attachment.referral,
        attachment=str(attachment.pk),
        verdict=str(attachment.state),
    )


@follow_up(queue="mail")
def email_agency_about_withdrawal(*, lease: Lease, share_id: str) -> None:
    notifications.email_agency_about_withdrawal(share_id=share_id)


@follow_up(queue="mail")
def email_referrer_about_withdrawal(*, lease: Lease, referral_id: str) -> None:
    notifications.email_referrer_about_withdrawal(referral_id=referral_id)


@follow_up(queue="mail")
def email_referrer_about_feedback(*, lease: Lease, feedback_id: str) -> None:
    notifications.email_referrer_about_feedback(feedback_id=feedback_id)


@follow_up(queue="mail")
def email_referrer_about_question(*, lease: Lease, clarification_id: str) -> None:
    notifications.email_referrer_about_question(clarification_id=clarification_id)


@follow_up(queue="mail")
def email_asker_about_reply(*, lease: Lease, clarification_id: str) -> None:
    notifications.email_asker_about_reply(clarification_id=clarification_id)


@follow_up(queue="mail")
def email_agency_about_late_answer(*, lease: Lease, share_id: str) -> None:
    notifications.email_agency_about_late_answer(share_id=share_id)


@follow_up(queue="mail")
def email_hub_and_referrer_about_silence(*, lease: Lease, share_id: str) -> None:
    notifications.email_hub_and_referrer_about_silence(share_id=share_id)


@follow_up(queue="mail")
def email_supervisors_about_review(*, lease: Lease, review_id: str) -> None:
    notifications.email_supervisors_about_review(review_id=review_id)


@follow_up(queue="mail")
def email_next_level_about_late_review(*, lease: Lease, review_id: str) -> None:
    notifications.email_next_level_about_late_review(review_id=review_id)


@follow_up(queue="mail")
def email_author_about_review(*, lease: Lease, review_id: str) -> None:
    notifications.email_author_about_review(review_id=review_id)


@follow_up(queue="mail")
def email_supervisors_about_lateness(
    *, lease: Lease, late: str, very_late: str, unshared: str = "0", long_unshared: str = "0"
) -> None:
    notifications.email_supervisors_about_lateness(
        late=int(late), very_late=int(very_late), unshared=int(unshared), long_unshared=int(long_unshared)
    )


@follow_up(queue="mail")
def email_about_amendment(*, lease: Lease, referral_id: str) -> None:
    notifications.email_about_amendment(referral_id=referral_id)


@follow_up(queue="mail")
def email_about_risk(*, lease: Lease, change_id: str) -> None:
    notifications.email_about_risk(change_id=change_id)


@follow_up(queue="mail")
def email_writer_about_old_draft(*, lease: Lease, referral_id: str) -> None:
    notifications.email_writer_about_old_draft(referral_id=referral_id)


@follow_up(queue="mail")
def email_agency_about_actions(*, lease: Lease, discussion_id: str, agency_id: str) -> None:
    notifications.email_agency_about_actions(discussion_id=discussion_id, agency_id=agency_id)


@follow_up(queue="mail")
def email_owner_about_late_action(*, lease: Lease, action_id: str) -> None:
    notifications.email_owner_about_late_action(action_id=action_id)


@follow_up(queue="mail")
def email_owner_about_meeting_action(*, lease: Lease, item_id: str) -> None:
    notifications.email_owner_about_meeting_action(item_id=item_id)


@follow_up(queue="reports")
def make_writer_copy(*, lease: Lease, referral_id: str, number: str) -> None:
    """Make the writer's own copy of one version and keep it, once, whatever happens to the worker in the middle.

    The referral is held while it is read, so that an amendment waits, and the copy is of one version. The row that names the
    file, its entry in the access log and the end of the job are one transaction; an attempt that dies leaves at most a file
    that nobody names, which the clock removes.
    """
    if WriterCopy.objects.filter(referral_id=referral_id, number=int(number)).exists():
        return
    with transaction.atomic():
        referral = Referral.objects.locked().select_related("author", "agency").get(pk=referral_id)
        version = queries.version_numbered(referral, int(number))
        content = queries.content_of_copy(version)
        said = sum_of(content)
        html = writer_copy.html_of(referral, version, content, sha256=said)
    pdf = writer_copy.pdf_of(html)
    key = uuid.uuid4()
    stored = default_storage.save(f"{COPIES}/{key.hex[:2]}/{key.hex}.pdf", ContentFile(pdf.content))
    try:
        with transaction.atomic():
            lease.finish()
            copy = WriterCopy.objects.create(
                id=key,
                referral=referral,
                number=version.number,
                made_at=timezone.now(),
                file=stored,
                sha256=hashlib.sha256(pdf.content).hexdigest(),
                content_sha256=said,
                size=len(pdf.content),
                pages=pdf.pages,
            )
            audit.record(
                verb=Verb.COLLECTED,
                what="referral.copy_made",
                at=copy.made_at,
                actor=None,
                subject=referral,
                number=copy.number,
                pages=copy.pages,
                sha256=copy.sha256,
            )
    except Exception:
        default_storage.delete(stored)
        raise

"""Follow-up mail about referrals."""

from datetime import datetime
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from audit import services as audit
from audit.enums import Verb
from common.scanning import ScannerAway, scan
from jobs.services import Lease, follow_up
from referrals import notifications
from referrals.enums import AttachmentState, Side
from referrals.models import Attachment


@follow_up(queue="mail")
def email_hub_about_submission(*, lease: Lease, referral_id: str) -> None:
    notifications.email_hub_about_submission(referral_id=referral_id)


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
    attachment = Attachment.objects.filter(pk=attachment_id, state=AttachmentState.WAITING).first()
    if attachment is None:
        return
    try:
        with attachment.file.open("rb") as file:
            verdict = scan(file)
    except ScannerAway:
        Attachment.objects.filter(pk=attachment.pk, state=AttachmentState.WAITING).update(unanswered_at=timezone.now())
        raise
    with transaction.atomic():
        lease.finish()
        note_verdict(attachment_id=attachment.pk, found=verdict.found, at=timezone.now())


def note_verdict(*, attachment_id: UUID, found: str, at: datetime) -> None:
    """Keep what the scanner said, once; a file in which it found something is removed."""
    attachment = Attachment.objects.locked().filter(pk=attachment_id, state=AttachmentState.WAITING).first()
    if attachment is None:
        return
    stored = str(attachment.file.name)
    attachment.state = AttachmentState.INFECTED if found else AttachmentState.CLEAN
    attachment.found, attachment.scanned_at, attachment.unanswered_at = found[:120], at, None
    if found:
        attachment.file = ""
        transaction.on_commit(lambda: default_storage.delete(stored))
    attachment.save(update_fields=["state", "found", "scanned_at", "unanswered_at", "file"])
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

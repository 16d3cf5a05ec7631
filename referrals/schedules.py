"""What the clock starts for referrals; two clocks may run."""

from celery import shared_task
from django.utils import timezone

from referrals import services
from referrals.services.attachment import remove_orphaned_attachments
from referrals.services.challenge_clock import note_late_challenges
from referrals.services.late_notices import note_late_notices
from referrals.services.lateness import note_late_decisions, note_late_reviews


@shared_task(name="referrals.note_late_challenges", ignore_result=True)
def mark_late_challenges(**_unknown: object) -> None:
    """Note, once a stage, that a challenge has run over, and take what nobody responded to to the next one."""
    note_late_challenges(at=timezone.now())


@shared_task(name="referrals.remove_orphaned_attachments", ignore_result=True)
def remove_orphaned_files(**_unknown: object) -> None:
    """Remove what killed processes left in the file store."""
    remove_orphaned_attachments(at=timezone.now())


@shared_task(name="referrals.check_left_attachments", ignore_result=True)
def check_files_again(**_unknown: object) -> None:
    """Ask the scanner again about files that it left unchecked."""
    services.check_left_attachments(at=timezone.now())


@shared_task(name="referrals.chase_late_answers", ignore_result=True)
def chase_late_answers(**_unknown: object) -> None:
    """Tell agencies that are late, hub and referrer where no answer comes, and where an agency waits for more."""
    at = timezone.now()
    services.chase_late_answers(at=at)
    services.tell_of_silence(at=at)
    services.chase_missing_work(at=at)


@shared_task(name="referrals.note_late_notices", ignore_result=True)
def mark_late_notices(**_unknown: object) -> None:
    """Note which schools were not told in time, or have not said that they have it."""
    note_late_notices(at=timezone.now())


@shared_task(name="referrals.chase_late_actions", ignore_result=True)
def chase_late_actions(**_unknown: object) -> None:
    """Tell the owners of actions that are late."""
    services.chase_late_actions(at=timezone.now())


@shared_task(name="referrals.note_late_decisions", ignore_result=True)
def mark_late_decisions(**_unknown: object) -> None:
    """Write down which decisions became late, once each."""
    note_late_decisions(at=timezone.now())


@shared_task(name="referrals.note_late_reviews", ignore_result=True)
def mark_late_reviews(**_unknown: object) -> None:
    """Write down which reviews became late, once each, and pass them to the next level."""
    note_late_reviews(at=timezone.now())


@shared_task(name="referrals.open_missing_assessments", ignore_result=True)
def open_missing_assessments(**_unknown: object) -> None:
    """Have intelligence staff look at CPI forms that came without an evaluation: before there were any."""
    services.open_missing_assessments(at=timezone.now())


@shared_task(name="referrals.remind_of_old_drafts", ignore_result=True)
def remind_of_old_drafts(**_unknown: object) -> None:
    """Tell the writers of drafts that will be deleted in a week."""
    services.remind_of_old_drafts(at=timezone.now())


@shared_task(name="referrals.delete_old_drafts", ignore_result=True)
def delete_old_drafts(**_unknown: object) -> None:
    """Delete drafts that nobody wrote on for 90 days."""
    services.delete_old_drafts(at=timezone.now())


@shared_task(name="referrals.forget_searches", ignore_result=True)
def forget_searches(**_unknown: object) -> None:
    """Remove what people searched for a day ago and more."""
    services.forget_searches(at=timezone.now())


@shared_task(name="referrals.review_retention", ignore_result=True)
def review_retention(**_unknown: object) -> None:
    """Schedule the review of what has ended, and let reviews fall due whose day has come, in bounded steps until none is left."""
    at = timezone.now()
    services.schedule_reviews(at=at)
    while services.let_reviews_fall_due(at=at):
        pass

"""The second person's yes, which starts the disposal; and the files that disposals left behind."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from insights import tasks
from insights.queries.retention import obstacles_to
from insights.tasks.disposal import remove_doomed_files as remove_files
from jobs.services import enqueue
from referrals.enums import RetentionMove, RetentionState
from referrals.models import DoomedFile, RetentionReview
from referrals.services import CannotReviewRetention
from referrals.services.retention import lock_review, record


@transaction.atomic
def approve_disposal(*, review_id: uuid.UUID, by: User, at: datetime) -> RetentionReview:
    """Agree as the second person that a referral is disposed of; a job does it at once. Twice by one person is once.

    Raises CannotReviewRetention: for who proposed it, and where something stands in the way.
    """
    review = lock_review(review_id, by=by)
    if (review.state, review.approved_by_id) == (RetentionState.APPROVED, by.pk):
        return review
    if review.decided_by_id == by.pk:
        raise CannotReviewRetention("You proposed this. A second person approves it.")
    state = review.after(RetentionMove.APPROVE)
    if state is None:
        raise CannotReviewRetention("Somebody has decided on this meanwhile. Read it again before you go on.")
    reasons = obstacles_to(review, at=at)
    if reasons:
        raise CannotReviewRetention(" ".join(reasons))
    review.state, review.approved_at, review.approved_by = state, at, by
    review.save(update_fields=["state", "approved_at", "approved_by"])
    record(review, "retention.disposal_approved", by=by, at=at)
    enqueue(tasks.dispose_of_referral, at=at, by=by, review_id=review.pk)
    return review


def remove_doomed_files() -> int:
    """Remove the files of disposed referrals that a killed worker or a store that was away left; returns how many."""
    return remove_files(DoomedFile.objects.all())

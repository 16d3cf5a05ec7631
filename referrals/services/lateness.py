"""Writing down, once, that a decision, or the sharing that it needs, became late or very late; called by the clock."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from audit import services as audit
from audit.enums import Verb
from common.clock import end_of_last_working_day, london_day, start_of_day
from jobs.services import enqueue
from referrals import tasks
from referrals.enums import Lateness
from referrals.models import LateDecision, Referral, Review
from referrals.queries import awaits_share

AT_ONCE = 500


@transaction.atomic
def note_late_decisions(*, at: datetime) -> int:
    """Note what waits for a decision, or to be shared, and became late since; tell the hub's supervisors. Returns how many.

    The limit runs until the referral is shared, where its pathway needs an agency. Late is what is past it; very late what
    still waited when the working day after that ended. Each is noted once for a referral, however often this runs.
    """
    undecided, unshared = Referral.objects.awaiting_decision(), Referral.objects.filter(awaits_share())
    # Due on a day before the last working day that has ended: that whole day has gone by since.
    a_day_ago = start_of_day(london_day(end_of_last_working_day(at)))
    late = _note(Lateness.LATE, undecided, before=at, at=at)
    very_late = _note(Lateness.VERY_LATE, undecided, before=a_day_ago, at=at)
    not_shared = _note(Lateness.UNSHARED, unshared, before=at, at=at)
    long_unshared = _note(Lateness.LONG_UNSHARED, unshared, before=a_day_ago, at=at)
    noted = late + very_late + not_shared + long_unshared
    if noted:
        enqueue(
            tasks.email_supervisors_about_lateness,
            at=at,
            late=late,
            very_late=very_late,
            unshared=not_shared,
            long_unshared=long_unshared,
        )
    return noted


def _note(lateness: Lateness, those: QuerySet[Referral], *, before: datetime, at: datetime) -> int:
    """Locked ones are left to the next time: somebody is deciding on them, or noting them, now."""
    noted = LateDecision.objects.filter(referral=OuterRef("pk"), lateness=lateness)
    waiting = those.filter(~Exists(noted), due_at__lt=before)
    count = 0
    for referral in waiting.select_for_update(of=("self",), skip_locked=True).order_by("due_at", "pk")[:AT_ONCE]:
        times = {"due_at": referral.due_at, "noted_at": at}
        _, is_new = LateDecision.objects.get_or_create(referral=referral, lateness=lateness, defaults=times)
        if not is_new:
            continue
        count += 1
        audit.record(
            verb=Verb.CHANGED,
            what="referral.became_late",
            at=at,
            actor=None,
            subject=referral,
            lateness=str(lateness),
        )
    return count


@transaction.atomic
def note_late_reviews(*, at: datetime) -> int:
    """Note, once each, what a supervisor should have reviewed by now, and tell the next level. Returns how many.

    Locked ones are left to the next time: somebody is reviewing them, or noting them, now.
    """
    late = Review.objects.late(at=at).filter(became_late_at=None).select_related("referral")
    count = 0
    for review in late.select_for_update(of=("self",), skip_locked=True).order_by("due_at", "pk")[:AT_ONCE]:
        review.became_late_at = at
        review.save(update_fields=["became_late_at"])
        audit.record(
            verb=Verb.CHANGED,
            what="referral.review_became_late",
            at=at,
            actor=None,
            subject=review.referral,
            number=review.number,
        )
        enqueue(tasks.email_next_level_about_late_review, at=at, review_id=review.pk)
        count += 1
    return count

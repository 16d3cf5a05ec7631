"""A live gap from the review that raises it to the supervisor who closes it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import ONE_DAY, london_day, start_of_day
from common.errors import DomainError
from grading.models import DipSample, IncidentReview, LiveGap, LiveGapCorrection, LiveGapReading
from grading.models.live_gap import SHORTEST_OUTCOME
from grading.permissions.live_gaps import can_close_gap
from grading.queries.live_gaps import would_lose_review
from grading.tasks.live_gaps import email_supervisors_about_corrected_live_gap, email_supervisors_about_live_gap
from jobs.services import enqueue


class CannotRead(DomainError):
    pass


class CannotClose(DomainError):
    pass


def raise_live_gap(review: IncidentReview, *, by: User, at: datetime) -> LiveGap:
    """Make what a review says of somebody at risk a task of the supervisors, due by the end of that day in London; they get mail.

    In the transaction of the review, so that no review only files a risk. While a gap of this review is open, that one is
    given back, corrected where the words are others now.
    """
    known = correct_live_gap(review, by=by, at=at)
    if known is not None:
        return known
    gap = LiveGap.objects.create(
        force_id=review.sampled.sample.force_id,
        sampled=review.sampled,
        review=review,
        what=review.why,
        done_at_once=review.live_gap_action,
        raised_at=at,
        raised_by=by,
        due_at=start_of_day(london_day(at) + ONE_DAY),
    )
    audit.record(verb=Verb.CHANGED, what="grading.live_gap_raised", at=at, actor=by, subject=gap, review=str(review.pk))
    enqueue(email_supervisors_about_live_gap, at=at, gap_id=gap.pk)
    return gap


def correct_live_gap(review: IncidentReview, *, by: User, at: datetime) -> LiveGap | None:
    """Keep beside the open gap of a review what the corrected review says now, and tell the supervisors again.

    In the transaction of the review. Words that stand there already are kept once. None where no gap of this review is open.
    """
    gap = review.live_gaps.open().locked().first()
    if gap is None:
        return None
    last = gap.corrections.in_order().last()
    known = (gap.what, gap.done_at_once) if last is None else (last.what, last.done_at_once)
    if known == (review.why, review.live_gap_action):
        return gap
    correction = LiveGapCorrection.objects.create(
        gap=gap,
        number=1 if last is None else last.number + 1,
        what=review.why,
        done_at_once=review.live_gap_action,
        corrected_at=at,
        corrected_by=by,
    )
    audit.record(
        verb=Verb.CHANGED,
        what="grading.live_gap_corrected",
        at=at,
        actor=by,
        subject=gap,
        number=correction.number,
        is_withdrawn=not correction.done_at_once,
    )
    enqueue(email_supervisors_about_corrected_live_gap, at=at, gap_id=gap.pk, number=correction.number)
    return gap


@transaction.atomic
def read_live_gap(*, gap_id: UUID, by: User, at: datetime) -> LiveGap:
    """Write down that somebody read a live gap; the entry is found under the incident.

    Who could still have given the second review of the incident gives it up with that: they know the first answer now.
    Raises CannotRead.
    """
    gap = (
        LiveGap.objects.visible_to(by)
        .select_related("sampled__sample", "sampled__incident", "sampled__settlement")
        .filter(pk=gap_id)
        .first()
    )
    if gap is None:
        raise CannotRead("Only a supervisor of the force, or who raised it, reads a live gap.")
    # A second review that is being saved and this reading come one after the other.
    gap.sampled.sample = DipSample.objects.locked().get(pk=gap.sampled.sample_id)
    gives_up = would_lose_review(gap, by)
    if gives_up:
        LiveGapReading.objects.create(gap=gap, reader=by, read_at=at)
    audit.record(
        verb=Verb.READ,
        what="grading.live_gap_read",
        at=at,
        actor=by,
        subject=gap.sampled.incident,
        gap=str(gap.pk),
        gives_up_second_review=gives_up,
    )
    return gap


@transaction.atomic
def close_live_gap(*, gap_id: UUID, outcome: str, by: User, at: datetime, seen: int | None = None) -> LiveGap:
    """Record what was done for who may have been at risk, once; closing again with other words is refused.

    `seen`: how many corrections of the review the supervisor had before them; one that came since is read first. None: it is not
    asked. Raises CannotClose.
    """
    gap = LiveGap.objects.locked().get(pk=gap_id)
    outcome = outcome.strip()
    if not can_close_gap(by, gap):
        raise CannotClose("Only a MASH supervisor of this force may close a live gap.")
    if not gap.is_open:
        if (gap.outcome, gap.closed_by_id) == (outcome, by.pk):
            return gap
        raise CannotClose("This live gap has been closed already.")
    if would_lose_review(gap, by):
        raise CannotClose("Read the live gap before you close it.")
    if seen is not None and seen != gap.corrections.count():
        raise CannotClose("The review was corrected meanwhile. Read what it says now, then close the live gap.")
    if len(outcome) < SHORTEST_OUTCOME:
        raise CannotClose(f"Say what was done in at least {SHORTEST_OUTCOME} characters.")
    gap.outcome, gap.closed_at, gap.closed_by = outcome, at, by
    gap.save(update_fields=["outcome", "closed_at", "closed_by"])
    audit.record(
        verb=Verb.CHANGED,
        what="grading.live_gap_closed",
        at=at,
        actor=by,
        subject=gap,
        is_late=gap.is_overdue(at),
    )
    return gap

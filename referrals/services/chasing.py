"""Chasing answers that are late: the agency first, then hub and referrer; each of them once for each time it was asked."""

from datetime import datetime

from django.db import transaction

from audit import services as audit
from audit.enums import Verb
from common.clock import end_of_working_days
from jobs.services import enqueue
from referrals import tasks
from referrals.models import Share
from referrals.models.share import ShareQuerySet

# REFERRER_CHASE: so long after the answer was due, hub and referrer hear that none came.
WORKING_DAYS_OF_SILENCE = 1
MOST_AT_ONCE = 500


@transaction.atomic
def chase_late_answers(*, at: datetime) -> int:
    """Tell agencies that their answer is late; return how many shares. Two clocks at once chase each share once."""
    late = _late(at=at).filter(late_told_at=None)[:MOST_AT_ONCE]
    for share in late:
        Share.objects.filter(pk=share.pk).update(late_told_at=at)
        _record(share, "share.chased", at=at)
        enqueue(tasks.email_agency_about_late_answer, at=at, share_id=share.pk)
    return len(late)


@transaction.atomic
def tell_of_silence(*, at: datetime) -> int:
    """Tell who shared it and who wrote it that no answer came one working day after it was due; return how many shares."""
    silent = [
        share
        for share in _late(at=at).filter(silence_told_at=None)[:MOST_AT_ONCE]
        if end_of_working_days(share.answer_due_at, WORKING_DAYS_OF_SILENCE) < at
    ]
    for share in silent:
        Share.objects.filter(pk=share.pk).update(silence_told_at=at)
        _record(share, "share.silence_told", at=at)
        enqueue(tasks.email_hub_and_referrer_about_silence, at=at, share_id=share.pk)
    return len(silent)


@transaction.atomic
def chase_missing_work(*, at: datetime) -> int:
    """Tell the hub and the writer that an agency still waits for what was missing; return how many shares, each once."""
    late = (
        Share.objects.to_supply()
        .filter(supply_due_at__lt=at, supply_told_at=None)
        .select_related("referral", "agency")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("answered_at", "pk")[:MOST_AT_ONCE]
    )
    for share in late:
        Share.objects.filter(pk=share.pk).update(supply_told_at=at)
        _record(share, "share.supply_chased", at=at)
        enqueue(tasks.email_about_late_supply, at=at, share_id=share.pk)
    return len(late)


def _late(*, at: datetime) -> ShareQuerySet:
    return (
        Share.objects.late(at=at)
        .select_related("referral", "agency")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("answer_due_at", "pk")
    )


def _record(share: Share, what: str, *, at: datetime) -> None:
    audit.record(
        verb=Verb.CHANGED,
        what=what,
        at=at,
        actor=None,
        subject=share.referral,
        recipient=share.agency,
        share=str(share.pk),
    )

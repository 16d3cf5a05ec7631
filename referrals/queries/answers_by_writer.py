"""What agencies answered to what each of some people wrote: how many shares, and how many were accepted at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from common.clock import LONDON, start_of_day
from referrals.enums import ShareState
from referrals.models import Share, ShareAnswer

SENT_BACK = (ShareState.REJECTED, ShareState.FURTHER_WORK)


@dataclass(frozen=True)
class AnswersOfWriter:
    """Of one person's referrals sent on that day, or on one side of a day: shares that were answered, and those accepted at once."""

    writer: UUID
    on: date
    answered: int
    at_once: int


def answers_by_day(writers: Collection[UUID], *, force_id: UUID) -> list[AnswersOfWriter]:
    """By writer and the London day on which they sent the referral for that force. One query."""
    rows = _counted(
        _answered(writers, force_id)
        .annotate(on=TruncDate("referral__submitted_at", tzinfo=LONDON))
        .values("referral__author", "on")
    )
    return [AnswersOfWriter(row["referral__author"], row["on"], row["answered"], row["at_once"]) for row in rows]


def answers_by_side(writers: Collection[UUID], *, force_id: UUID, until: date) -> list[AnswersOfWriter]:
    """By writer, of what was sent until that day (`on` is that day) and afterwards (`on` is the next): two rows for each at most.

    One query, which counts in the database: it gives back no more for somebody who wrote a thousand.
    """
    after = until + timedelta(days=1)
    is_after = ExpressionWrapper(Q(referral__submitted_at__gte=start_of_day(after)), output_field=BooleanField())
    rows = _counted(_answered(writers, force_id).annotate(is_after=is_after).values("referral__author", "is_after"))
    return [
        AnswersOfWriter(row["referral__author"], after if row["is_after"] else until, row["answered"], row["at_once"])
        for row in rows
    ]


def _answered(writers: Collection[UUID], force_id: UUID) -> QuerySet[Any]:
    """What somebody wrote for another force before is no part of it. Shares that an agency answered at least once; `was_sent_back`: rejected, or more was asked, at any time. No notices to schools."""
    trouble = ShareAnswer.objects.filter(share=OuterRef("pk"), state__in=SENT_BACK)
    shares = Share.objects.filter(referral__author__in=writers, referral__agency=force_id, is_notice=False)
    return shares.filter(Exists(ShareAnswer.objects.filter(share=OuterRef("pk")))).annotate(
        was_sent_back=Exists(trouble)
    )


def _counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.annotate(answered=Count("pk"), at_once=Count("pk", filter=Q(was_sent_back=False))).order_by(
        "referral__author"
    )

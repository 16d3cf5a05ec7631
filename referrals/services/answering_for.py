"""The answer of an agency of which nobody can sign in, recorded by the hub as it was told."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts.models import User
from common.clock import london_day
from referrals import permissions
from referrals.enums import AnswerChannel, Missing, RejectionReason, ShareState
from referrals.models import Referral, Share, ShareAnswer
from referrals.queries import has_readers
from referrals.services.answering import Answer, CannotAnswer, take_answer


@transaction.atomic
def record_answer(
    *,
    share_id: uuid.UUID,
    told_by: str,
    told_at: datetime,
    channel: AnswerChannel | str,
    answer_state: ShareState | str,
    rejection_reason: RejectionReason | str = "",
    missing: Sequence[Missing | str] = (),
    words: str = "",
    by: User,
    at: datetime,
) -> Share:
    """Record what somebody of an agency without accounts answered, when and how; it counts as the agency's own answer.

    The same by the same person again (a double click) is recorded once. Raises CannotAnswer.
    """
    referral = Referral.objects.locked().select_related("author").get(shares=share_id)
    share = Share.objects.locked().select_related("referral", "agency").get(pk=share_id)
    if not permissions.can_share(by, referral):
        raise CannotAnswer("Only the hub records what an agency answered elsewhere.")
    told_by = told_by.strip()
    last = share.answers.select_related("supplement").order_by("-number").first()
    if last is not None and share.state == answer_state and _is_the_same(last, told_by=told_by, told_at=told_at, by=by):
        return share
    if has_readers(share.agency, on=london_day(at)):
        raise CannotAnswer(f"Somebody of {share.agency} can sign in, and answers there.")
    if not told_by or channel not in AnswerChannel.values:
        raise CannotAnswer("Say who of the agency gave the answer, and how it came.")
    if not _asked_at(share, last) <= told_at <= at:
        raise CannotAnswer("The answer came after the agency was asked, and not later than now.")
    answer = Answer(answer_state, rejection_reason, missing, words, told_at, told_by, channel)
    take_answer(referral, share, answer, by=by, at=at)
    return share


def _is_the_same(last: ShareAnswer, *, told_by: str, told_at: datetime, by: User) -> bool:
    return (last.told_by, last.answered_at, last.answered_by_id) == (told_by, told_at, by.pk)


def _asked_at(share: Share, last: ShareAnswer | None) -> datetime:
    """When the agency was asked for the answer that is awaited now, to the minute, for that is how one notes a time."""
    asked_at = share.shared_at
    if last is not None:
        asked_at = last.supplement.supplied_at if hasattr(last, "supplement") else last.answered_at
    return asked_at.replace(second=0, microsecond=0)

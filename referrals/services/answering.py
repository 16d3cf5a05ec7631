"""The receiving agency's answers to what was shared with it, and what it is sent when something was missing."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import end_of_working_days
from common.errors import DomainError
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import (
    ANSWERED,
    MOVE_OF_ANSWER,
    OPEN_AT_HUB,
    AnswerChannel,
    Missing,
    Move,
    ReferralState,
    RejectionReason,
    ShareMove,
    ShareState,
    from_to,
    next_share_state,
    next_state,
)
from referrals.models import Referral, Share, ShareAnswer, ShareSupplement
from referrals.services.feedback import tell_of_answer
from referrals.services.reconsidering import note_new_answer
from referrals.services.settling import settle_rejections
from referrals.services.sharing import WORKING_DAYS_TO_ANSWER

# From the agency's answer until it is sent what was missing: as long as it had to answer.
WORKING_DAYS_TO_SUPPLY = 1


class CannotAnswer(DomainError):
    pass


@dataclass(frozen=True)
class Answer:
    """What an agency answers: when it did, and from whom and how the hub heard it where nobody there can sign in."""

    state: ShareState | str
    rejection_reason: RejectionReason | str
    missing: Sequence[Missing | str]
    words: str
    answered_at: datetime
    told_by: str = ""
    channel: AnswerChannel | str = ""


class CannotSupply(DomainError):
    pass


class CannotSettle(DomainError):
    pass


@transaction.atomic
def answer_share(
    *,
    share_id: uuid.UUID,
    answer_state: ShareState | str,
    rejection_reason: RejectionReason | str = "",
    missing: Sequence[Missing | str] = (),
    words: str = "",
    by: User,
    at: datetime,
) -> Share:
    """Accept, reject (with a reason from the list and words) or say what is missing; tell the referrer.

    What was rejected, or needs more, is told to the hub too, which has as long to send it as the agency has to answer.
    Each answer is kept; after further work the agency answers again. Raises CannotAnswer.
    """
    referral = Referral.objects.locked().select_related("author").get(shares=share_id)
    share = Share.objects.locked().select_related("referral").get(pk=share_id)
    if not permissions.can_answer(by, share):
        raise CannotAnswer("Only the agency that this was shared with may answer.")
    answer = Answer(answer_state, rejection_reason, missing, words, answered_at=at)
    take_answer(referral, share, answer, by=by, at=at)
    return share


def take_answer(referral: Referral, share: Share, answer: Answer, *, by: User, at: datetime) -> None:
    """Make the move that an answer asks for, keep the answer and tell of it. Raises CannotAnswer.

    In the transaction of a service that locked both and knows that this person may.
    """
    if answer.state not in ANSWERED:
        raise CannotAnswer("Choose whether it is accepted, rejected or needs further work.")
    state = next_share_state(MOVE_OF_ANSWER[ShareState(answer.state)], share.state)
    if state is None:
        raise CannotAnswer("This was answered already.")
    words, lacks = answer.words.strip(), list(answer.missing)
    _check_words(state, answer.rejection_reason, lacks, words)

    share.state, share.answer = state, words
    share.rejection_reason = answer.rejection_reason if state == ShareState.REJECTED else ""
    share.missing = lacks if state == ShareState.FURTHER_WORK else []
    share.answered_at, share.answered_by = answer.answered_at, by
    needs_more = state == ShareState.FURTHER_WORK
    share.supply_due_at = end_of_working_days(answer.answered_at, WORKING_DAYS_TO_SUPPLY) if needs_more else None
    share.supply_told_at = share.settled_at = share.settled_by = None
    share.save()
    kept = ShareAnswer.objects.create(
        share=share,
        number=share.answers.count() + 1,
        state=share.state,
        rejection_reason=share.rejection_reason,
        missing=share.missing,
        words=words,
        due_at=share.answer_due_at,
        answered_at=answer.answered_at,
        answered_by=by,
        told_by=answer.told_by,
        channel=answer.channel,
        recorded_at=at if answer.channel else None,
    )
    note_new_answer(answer=kept, at=at)
    before = referral.state
    if not referral.shares.awaited().exists():
        referral.state = next_state(Move.ANSWER, referral.state) or referral.state
        referral.changed_at = at
        referral.save(update_fields=["state", "changed_at"])
    tell_of_answer(kept, referral=referral, by=by, at=at)
    if state != ShareState.ACCEPTED:
        enqueue(tasks.email_hub_about_answer, at=at, by=by, share_id=share.pk)
    heard: dict[str, Any] = {"channel": str(kept.channel)} if kept.is_recorded_by_hub else {}
    audit.record(
        verb=Verb.CHANGED,
        what="share.answered",
        at=at,
        actor=by,
        subject=referral,
        answer=str(share.state),
        rejection_reason=str(share.rejection_reason),
        missing=share.missing,
        number=kept.number,
        share=str(share.pk),
        **heard,
        **from_to(before, referral.state),
    )


@transaction.atomic
def supply_missing(*, share_id: uuid.UUID, words: str, by: User, at: datetime) -> ShareSupplement:
    """Send an agency what it said was missing, and have it answer again within the usual time. Raises CannotSupply.

    The hub or the writer does it. The same words sent twice are sent once.
    """
    referral = Referral.objects.locked().get(shares=share_id)
    share = Share.objects.locked().select_related("agency").get(pk=share_id)
    if not permissions.can_supply(by, referral):
        raise CannotSupply("Only the hub, or who wrote the referral, sends what was missing.")
    words = words.strip()
    asked = share.answers.order_by("-number").first()
    state = next_share_state(ShareMove.SUPPLY, share.state)
    if state is None or asked is None:
        sent = ShareSupplement.objects.filter(answer=asked, supplied_by=by, words=words).first()
        if sent is not None:
            return sent
        raise CannotSupply("This agency does not wait for anything more.")
    moved = next_state(Move.SUPPLY, referral.state)
    if share.is_notice and referral.state in OPEN_AT_HUB:
        moved = ReferralState(referral.state)
    if moved is None:
        raise CannotSupply("This referral is closed, so nothing more is sent.")
    if not words:
        raise CannotSupply("Write what was missing.")
    supplement = ShareSupplement.objects.create(answer=asked, words=words, supplied_at=at, supplied_by=by)
    share.state, share.answer, share.missing = state, "", []
    share.answered_at = share.answered_by = share.late_told_at = share.silence_told_at = None
    share.supply_due_at = share.supply_told_at = None
    share.answer_due_at = end_of_working_days(at, WORKING_DAYS_TO_ANSWER)
    share.save()
    before = referral.state
    referral.state, referral.changed_at = moved, at
    referral.save(update_fields=["state", "changed_at"])
    audit.record(
        verb=Verb.SHARED,
        what="share.supplied",
        at=at,
        actor=by,
        subject=referral,
        recipient=share.agency,
        number=asked.number,
        share=str(share.pk),
        **from_to(before, moved),
    )
    enqueue(tasks.email_agency_about_share, at=at, by=by, share_id=share.pk)
    return supplement


@transaction.atomic
def look_again(*, share_id: uuid.UUID, by: User, at: datetime) -> Share:
    """Note that a decision-maker looked again at what an agency rejected; once. Raises CannotSettle."""
    referral = Referral.objects.locked().get(shares=share_id)
    share = Share.objects.locked().select_related("agency").get(pk=share_id)
    if not permissions.can_decide(by, referral):
        raise CannotSettle("Only a decision-maker of the hub looks again at what an agency rejected.")
    if share.state != ShareState.REJECTED:
        raise CannotSettle("This agency has not rejected it.")
    if share.settled_at is None:
        settle_rejections(referral, share_id=share_id, by=by, at=at)
        share.refresh_from_db(fields=["settled_at", "settled_by"])
    return share


def _check_words(
    state: ShareState, rejection_reason: RejectionReason | str, missing: Sequence[Missing | str], words: str
) -> None:
    if state == ShareState.REJECTED and (rejection_reason not in RejectionReason.values or not words):
        raise CannotAnswer("Say why you reject it, from the list and in words.")
    if state == ShareState.FURTHER_WORK:
        if not words:
            raise CannotAnswer("Say what further work is needed.")
        if not missing or set(missing) - set(Missing.values):
            raise CannotAnswer("Choose what is missing from the list.")

"""Telling the writer of a referral what became of it, and noting that they read it."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import SENT, FeedbackKind, from_to
from referrals.models import Feedback, Referral, ShareAnswer, ThresholdDecision
from referrals.queries import wants_to_hear


class CannotTell(DomainError):
    pass


def tell_of_decision(decision: ThresholdDecision, *, by: User, at: datetime) -> None:
    """Put the words for the referrer with what they have to read, and mail that there is something.

    Within the transaction of the decision. Nothing to who does not want to hear what came of it.
    """
    if not wants_to_hear(decision.referral):
        return
    Feedback.objects.create(
        referral=decision.referral,
        recipient=decision.referral.author,
        kind=FeedbackKind.DECISION,
        words=decision.may_be_told,
        decision=decision,
        told_at=at,
        told_by=by,
    )
    enqueue(tasks.email_referrer_about_decision, at=at, by=by, decision_id=decision.pk)


def tell_of_answer(answer: ShareAnswer, *, referral: Referral, by: User, at: datetime) -> None:
    """Put an agency's answer with what the referrer has to read, and mail that there is something.

    Within the transaction of the answer. Nothing to who does not want to hear what came of it.
    """
    if not wants_to_hear(referral):
        return
    Feedback.objects.create(
        referral=referral,
        recipient=referral.author,
        kind=FeedbackKind.ANSWER,
        words=answer.words,
        answer=answer,
        told_at=at,
        told_by=by,
    )
    enqueue(tasks.email_referrer_about_answer, at=at, by=by, share_id=answer.share_id)


def tell_of_evaluation(referral: Referral, *, words: str, by: User, at: datetime) -> None:
    """Thank who sent a CPI form and tell the kind of route, and mail that there is something.

    Within the transaction of the closing. Nothing to who does not want to hear what came of it.
    """
    if not wants_to_hear(referral):
        return
    feedback = Feedback.objects.create(
        referral=referral, recipient=referral.author, kind=FeedbackKind.THANKS, words=words, told_at=at, told_by=by
    )
    enqueue(tasks.email_referrer_about_feedback, at=at, by=by, feedback_id=feedback.pk)


@transaction.atomic
def give_feedback(*, referral_id: uuid.UUID, kind: FeedbackKind | str, words: str, by: User, at: datetime) -> Feedback:
    """Tell the writer what can be learned, or thank them; by mail they hear that there is something. Raises CannotTell.

    The same words of the same person again (a double click) are told once.
    """
    referral = Referral.objects.locked().select_related("author").get(pk=referral_id)
    if not permissions.can_give_feedback(by, referral):
        raise CannotTell("Only the hub gives feedback on a referral.")
    if referral.state not in SENT or kind not in (FeedbackKind.LEARNING, FeedbackKind.THANKS):
        raise CannotTell("Say what can be learned, or thank who wrote it.")
    if not wants_to_hear(referral):
        raise CannotTell("Who wrote this form does not want to hear what came of it.")
    words = words.strip()
    if not words:
        raise CannotTell("Write what you want to tell.")
    told = referral.feedback.filter(kind=kind, words=words, told_by=by).first()
    if told is not None:
        return told
    feedback = Feedback.objects.create(
        referral=referral, recipient=referral.author, kind=kind, words=words, told_at=at, told_by=by
    )
    audit.record(
        verb=Verb.CHANGED,
        what="referral.feedback_given",
        at=at,
        actor=by,
        subject=referral,
        kind=str(kind),
        **from_to(referral.state, referral.state),
    )
    enqueue(tasks.email_referrer_about_feedback, at=at, by=by, feedback_id=feedback.pk)
    return feedback


@transaction.atomic
def acknowledge_feedback(*, referral_id: uuid.UUID, feedback_ids: Collection[uuid.UUID], by: User, at: datetime) -> int:
    """Note that the writer read these; what was told meanwhile stays unread. Returns how many. Raises CannotTell."""
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.is_writer(by, referral):
        raise CannotTell("Only who wrote a referral acknowledges what they were told.")
    unread = referral.feedback.filter(pk__in=feedback_ids, recipient=by, acknowledged_at=None)
    count: int = unread.update(acknowledged_at=at, acknowledged_by=by)
    if count:
        audit.record(
            verb=Verb.CHANGED, what="referral.feedback_acknowledged", at=at, actor=by, subject=referral, count=count
        )
    return count

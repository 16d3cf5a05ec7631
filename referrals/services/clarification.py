"""A question of the hub to who wrote a referral, and the reply."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import OPEN_AT_HUB
from referrals.models import Clarification, Referral
from referrals.queries import may_be_asked


class CannotClarify(DomainError):
    pass


@transaction.atomic
def ask_referrer(*, referral_id: uuid.UUID, question: str, by: User, at: datetime) -> Clarification:
    """Ask who wrote it; by mail they hear that there is a question. The same question twice is asked once."""
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_give_feedback(by, referral):
        raise CannotClarify("Only the hub asks who wrote a referral.")
    if referral.state not in OPEN_AT_HUB:
        raise CannotClarify("This referral is closed, so nothing more is asked.")
    if not may_be_asked(referral):
        raise CannotClarify("Who wrote this form asked not to be contacted about it.")
    question = question.strip()
    if not question:
        raise CannotClarify("Write your question.")
    asked = referral.clarifications.filter(question=question, asked_by=by, replied_at=None).first()
    if asked is not None:
        return asked
    clarification = Clarification.objects.create(referral=referral, question=question, asked_at=at, asked_by=by)
    audit.record(
        verb=Verb.CHANGED,
        what="referral.asked",
        at=at,
        actor=by,
        subject=referral,
        clarification=str(clarification.pk),
    )
    enqueue(tasks.email_referrer_about_question, at=at, by=by, clarification_id=clarification.pk)
    return clarification


@transaction.atomic
def reply_to_hub(*, clarification_id: uuid.UUID, reply: str, by: User, at: datetime) -> Clarification:
    """The writer's reply, once; the same words again change nothing."""
    referral = Referral.objects.locked().get(clarifications=clarification_id)
    asked = Clarification.objects.select_for_update(of=("self",)).get(pk=clarification_id)
    if not permissions.is_writer(by, referral):
        raise CannotClarify("Only who wrote the referral replies.")
    reply = reply.strip()
    if not reply:
        raise CannotClarify("Write your reply.")
    if asked.replied_at is not None:
        if asked.reply == reply:
            return asked
        raise CannotClarify("This question was answered already.")
    asked.reply, asked.replied_at, asked.replied_by = reply, at, by
    asked.save(update_fields=["reply", "replied_at", "replied_by"])
    audit.record(
        verb=Verb.COLLECTED,
        what="referral.replied",
        at=at,
        actor=by,
        subject=referral,
        clarification=str(asked.pk),
    )
    enqueue(tasks.email_asker_about_reply, at=at, by=by, clarification_id=asked.pk)
    return asked

"""The receiving agency's answer to what was shared with it."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import ANSWERED, Move, RejectionReason, ShareState, from_to, next_state
from referrals.models import Referral, Share


class CannotAnswer(DomainError):
    pass


@transaction.atomic
def answer_share(
    *,
    share_id: uuid.UUID,
    answer_state: ShareState | str,
    rejection_reason: RejectionReason | str = "",
    words: str = "",
    by: User,
    at: datetime,
) -> Share:
    """Accept, reject (with a reason from the list and words) or say what is missing; tell the referrer. Once per share."""
    referral = Referral.objects.locked().get(shares=share_id)
    share = Share.objects.locked().select_related("referral").get(pk=share_id)
    if not permissions.can_answer(by, share):
        raise CannotAnswer("Only the agency that this was shared with may answer.")
    if share.state != ShareState.WAITING:
        raise CannotAnswer("This was answered already.")
    words = words.strip()
    _check_words(answer_state, rejection_reason, words)

    share.state, share.answer = ShareState(answer_state), words
    share.rejection_reason = rejection_reason if answer_state == ShareState.REJECTED else ""
    share.answered_at, share.answered_by = at, by
    share.save(update_fields=["state", "answer", "rejection_reason", "answered_at", "answered_by"])
    before = referral.state
    if not referral.shares.waiting().exists():
        referral.state = next_state(Move.ANSWER, referral.state) or referral.state
        referral.changed_at = at
        referral.save(update_fields=["state", "changed_at"])
    audit.record(
        verb=Verb.CHANGED,
        what="share.answered",
        at=at,
        actor=by,
        subject=referral,
        answer=str(share.state),
        rejection_reason=str(share.rejection_reason),
        share=str(share.pk),
        **from_to(before, referral.state),
    )
    enqueue(tasks.email_referrer_about_answer, at=at, by=by, share_id=share.pk)
    return share


def _check_words(answer_state: ShareState | str, rejection_reason: RejectionReason | str, words: str) -> None:
    if answer_state not in ANSWERED:
        raise CannotAnswer("Choose whether you accept, reject or need further work.")
    if answer_state == ShareState.REJECTED and (rejection_reason not in RejectionReason.values or not words):
        raise CannotAnswer("Say why you reject it, from the list and in words.")
    if answer_state == ShareState.FURTHER_WORK and not words:
        raise CannotAnswer("Say what further work is needed.")

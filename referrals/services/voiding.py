"""Withdrawing what should not have been sent: a duplicate, or what is about the wrong person."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.references import normalise_reference
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import ChallengeState, Move, VoidReason, from_to, next_state
from referrals.models import Referral, Voiding
from referrals.services.sharing import end_share


class CannotVoid(DomainError):
    pass


@transaction.atomic
def void_referral(
    *,
    referral_id: uuid.UUID,
    reason: VoidReason | str,
    words: str,
    kept_reference: str = "",
    by: User,
    at: datetime,
) -> Referral:
    """Take a referral out of all work, counts and samples; its record stays. Raises CannotVoid. Twice the same is once.

    It ends as void, or as withdrawn where agencies have it: their access ends, and they and the writer are told. Of a duplicate
    `kept_reference` says which one stands.
    """
    referral = Referral.objects.locked().get(pk=referral_id)
    words = words.strip()
    if not permissions.can_void(by, referral):
        raise CannotVoid("Only a supervisor of the hub may withdraw a referral.")
    state = next_state(Move.VOID, referral.state)
    if state is None:
        if Voiding.objects.filter(referral=referral, reason=reason, words=words, voided_by=by).exists():
            return referral
        raise CannotVoid("Only a referral that the hub works on can be withdrawn. Reopen a closed one first.")
    if reason not in VoidReason.values or not words:
        raise CannotVoid("Say why it is withdrawn, from the list and in words.")
    kept = _kept(referral, kept_reference, by=by) if reason == VoidReason.DUPLICATE else None

    before = referral.state
    shared_with = list(referral.shares.values_list("pk", flat=True))
    for share_id in referral.shares.live().order_by("pk").values_list("pk", flat=True):
        end_share(share_id=share_id, reason="The referral was withdrawn.", by=by, at=at)
    referral.challenges.open().update(
        state=ChallengeState.WITHDRAWN, end_words="The referral was withdrawn.", ended_at=at, ended_by=by
    )
    referral.state, referral.changed_at = state, at
    referral.save(update_fields=["state", "changed_at"])
    Voiding.objects.create(referral=referral, reason=reason, words=words, kept=kept, voided_at=at, voided_by=by)
    audit.record(
        verb=Verb.CHANGED,
        what="referral.voided",
        at=at,
        actor=by,
        subject=referral,
        reason=str(reason),
        kept=kept.reference if kept else "",
        **from_to(before, state),
    )
    for share_id in shared_with:
        enqueue(tasks.email_agency_about_withdrawal, at=at, by=by, share_id=share_id)
    enqueue(tasks.email_referrer_about_withdrawal, at=at, by=by, referral_id=referral.pk)
    return referral


def _kept(referral: Referral, reference: str, *, by: User) -> Referral:
    received = Referral.objects.received_for(by).sent().exclude(pk=referral.pk)
    kept = received.filter(reference=normalise_reference(reference)).first()
    if kept is None:
        raise CannotVoid("Give the reference of the other referral, which stands.")
    return kept

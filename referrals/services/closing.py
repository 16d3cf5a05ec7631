"""Closing a referral."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from referrals import permissions
from referrals.enums import Move, from_to, next_state
from referrals.models import Referral
from referrals.services.settling import settle_rejections


class CannotClose(DomainError):
    pass


@transaction.atomic
def close_referral(*, referral_id: uuid.UUID, by: User, at: datetime, reason: str = "") -> Referral:
    """End the hub's work on a referral that was decided on and waits for no agency. Raises CannotClose.

    Where an agency still waits for what it said was missing, the reason says why it does not get it.
    """
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_decide(by, referral):
        raise CannotClose("Only a decision-maker of the hub may close a referral.")
    state = next_state(Move.CLOSE, referral.state)
    if state is None:
        raise CannotClose("A referral can be closed once it was decided on and no agency's answer is awaited.")
    if not permissions.can_close(by, referral):
        raise CannotClose("No agency has it, and its risk is medium or high: a supervisor of the hub closes it.")
    before = referral.state
    if referral.challenges.open().exists():
        raise CannotClose("There is an open challenge. A referral is closed once it has ended.")
    open_work = [str(share.agency) for share in referral.shares.to_supply().select_related("agency").order_by("pk")]
    if open_work and not reason.strip():
        raise CannotClose(f"Say why nothing more is sent to those who need more: {', '.join(open_work)}.")
    settle_rejections(referral, by=by, at=at)
    referral.state, referral.changed_at, referral.closed_at, referral.closed_by = state, at, at, by
    referral.save(update_fields=["state", "changed_at", "closed_at", "closed_by"])
    moved = from_to(before, state)
    audit.record(
        verb=Verb.CHANGED,
        what="referral.closed",
        at=at,
        actor=by,
        subject=referral,
        reason=reason.strip(),
        **moved,
    )
    return referral

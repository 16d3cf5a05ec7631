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
from referrals.models import Closing, Referral
from referrals.queries.closing import unfinished_of
from referrals.services.settling import settle_rejections


class CannotClose(DomainError):
    pass


@transaction.atomic
def close_referral(*, referral_id: uuid.UUID, by: User, at: datetime, reason: str = "") -> Referral:
    """End the hub's work on a referral that was decided on and waits for no agency. Raises CannotClose.

    Challenges end first, what an upheld one asks for is done, and every school that is owed a notice has one. Other things may
    stay open with a reason, also an agency that still waits for what it said was missing.
    """
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_decide(by, referral):
        raise CannotClose("Only a decision-maker of the hub may close a referral.")
    state = next_state(Move.CLOSE, referral.state)
    if state is None:
        raise CannotClose("A referral can be closed once it was decided on and no agency's answer is awaited.")
    if not permissions.can_close(by, referral):
        raise CannotClose("No agency has it, and its risk is medium or high: a supervisor of the hub closes it.")
    before, reason = referral.state, reason.strip()
    unfinished = unfinished_of(referral)
    if must_end := [one.words for one in unfinished if one.must_end]:
        raise CannotClose(f"There is still {', '.join(must_end)}. A referral is closed once that is done.")
    open_work = [str(share.agency) for share in referral.shares.to_supply().select_related("agency").order_by("pk")]
    if open_work and not reason:
        raise CannotClose(f"Say why nothing more is sent to those who need more: {', '.join(open_work)}.")
    if unfinished and not reason:
        raise CannotClose(f"Say why these stay open: {', '.join(one.words for one in unfinished)}.")
    settle_rejections(referral, by=by, at=at)
    referral.state, referral.changed_at, referral.closed_at, referral.closed_by = state, at, at, by
    referral.save(update_fields=["state", "changed_at", "closed_at", "closed_by"])
    Closing.objects.create(referral=referral, closed_at=at, closed_by=by, left_open_because=reason)
    moved = from_to(before, state)
    audit.record(verb=Verb.CHANGED, what="referral.closed", at=at, actor=by, subject=referral, reason=reason, **moved)
    return referral

"""Taking up again what was closed."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from referrals import permissions
from referrals.enums import ANSWERED, Move, from_to, next_state
from referrals.models import Closing, Referral


class CannotReopen(DomainError):
    pass


@transaction.atomic
def reopen_referral(*, referral_id: uuid.UUID, reason: str, by: User, at: datetime) -> Referral:
    """Go on with a closed referral, with the reason on record; sent twice it is reopened once. Raises CannotReopen."""
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_reopen(by, referral):
        raise CannotReopen("Only a supervisor of the hub may reopen a referral.")
    reason = reason.strip()
    if next_state(Move.REOPEN, referral.state) is None:
        if reason and referral.closings.filter(reopened_by=by, reopened_because=reason).exists():
            return referral
        raise CannotReopen("Only a closed referral can be reopened.")
    if not reason:
        raise CannotReopen("Say why it is reopened.")
    take_up_again(referral, because=reason, by=by, at=at)
    return referral


def take_up_again(referral: Referral, *, because: str, by: User, at: datetime) -> None:
    """It stands again as it did before it was closed: answered where an agency answered, else decided. It is locked."""
    is_answered = referral.shares.filter(state__in=ANSWERED).exists()
    before = referral.state
    state = next_state(Move.REOPEN_ANSWERED if is_answered else Move.REOPEN, before)
    # What was closed before closings were kept has no row yet.
    closing = referral.closings.filter(reopened_at=None).first() or Closing(
        referral=referral, closed_at=referral.closed_at or at, closed_by=referral.closed_by or by
    )
    closing.reopened_at, closing.reopened_by, closing.reopened_because = at, by, because
    closing.save()
    referral.state, referral.changed_at, referral.closed_at, referral.closed_by = state or before, at, None, None
    referral.save(update_fields=["state", "changed_at", "closed_at", "closed_by"])
    audit.record(
        verb=Verb.CHANGED,
        what="referral.reopened",
        at=at,
        actor=by,
        subject=referral,
        reason=because,
        **from_to(before, referral.state),
    )

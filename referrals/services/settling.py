"""What an agency rejected stays with the hub until somebody has looked at it again."""

import uuid
from datetime import datetime

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from referrals.enums import ShareState
from referrals.models import Referral


def settle_rejections(referral: Referral, *, by: User, at: datetime, share_id: uuid.UUID | None = None) -> int:
    """Note who looked again at what agencies rejected of a referral, or at one share of it; returns how many.

    In the transaction of what was done about it, with the referral locked: a new decision looks at all of them.
    """
    found = referral.shares.filter(state=ShareState.REJECTED, settled_at=None)
    shares = list((found if share_id is None else found.filter(pk=share_id)).select_related("agency").order_by("pk"))
    for share in shares:
        share.settled_at, share.settled_by = at, by
        share.save(update_fields=["settled_at", "settled_by"])
        audit.record(
            verb=Verb.CHANGED,
            what="share.looked_at_again",
            at=at,
            actor=by,
            subject=referral,
            recipient=share.agency,
            share=str(share.pk),
        )
    return len(shares)

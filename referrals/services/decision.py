"""The threshold decision: a new one supersedes the one before, and both are kept."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import Level, Move, Pathway, next_state
from referrals.models import Referral, ThresholdDecision

SHORTEST_RATIONALE = 50


class CannotDecide(DomainError):
    pass


@transaction.atomic
def decide_referral(
    *,
    referral_id: uuid.UUID,
    level: Level | int,
    pathway: Pathway | str,
    rationale: str,
    what_would_change_this: str = "",
    by: User,
    at: datetime,
) -> ThresholdDecision:
    """Record level and pathway with the reasons; tell the referrer. Raises CannotDecide.

    The decision that stands, sent again by the same person word for word (a double click), is not recorded twice.
    """
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_decide(by, referral):
        raise CannotDecide("Only a decision-maker of the hub may decide on a referral.")
    state = next_state(Move.DECIDE, referral.state)
    if state is None:
        raise CannotDecide("A decision is only possible on a referral that the hub received and has not closed.")
    rationale, what_would_change_this = rationale.strip(), what_would_change_this.strip()
    if len(rationale) < SHORTEST_RATIONALE:
        raise CannotDecide(f"Give the reasons in at least {SHORTEST_RATIONALE} characters.")
    if pathway == Pathway.NO_FURTHER_ACTION and not what_would_change_this:
        raise CannotDecide("Say what would change a decision to take no further action.")

    earlier = referral.decisions.filter(is_current=True).first()
    answers = (by.pk, int(level), str(pathway), rationale, what_would_change_this)
    if earlier is not None and answers == (
        earlier.decided_by_id,
        earlier.level,
        earlier.pathway,
        earlier.rationale,
        earlier.what_would_change_this,
    ):
        return earlier
    if earlier is not None:
        earlier.is_current = False
        earlier.save(update_fields=["is_current"])
    decision = ThresholdDecision.objects.create(
        referral=referral,
        number=earlier.number + 1 if earlier else 1,
        level=Level(level),
        pathway=Pathway(pathway),
        rationale=rationale,
        what_would_change_this=what_would_change_this,
        decided_at=at,
        decided_by=by,
    )
    referral.state, referral.changed_at = state, at
    referral.save(update_fields=["state", "changed_at"])
    audit.record(
        verb=Verb.CHANGED,
        what="referral.decided",
        at=at,
        actor=by,
        subject=referral,
        number=decision.number,
        level=int(decision.level),
        pathway=str(decision.pathway),
    )
    enqueue(tasks.email_referrer_about_decision, at=at, by=by, decision_id=decision.pk)
    return decision

"""Setting the level of risk that counts: queue, deadline and review follow it, the writer is told, and what was is kept."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import add_calendar_hours
from common.errors import DomainError
from jobs.services import enqueue
from referrals import permissions, tasks
from referrals.enums import (
    HOURS_TO_REVIEW,
    FormKind,
    Move,
    RiskLevel,
    RiskSetIn,
    next_state,
)
from referrals.models import Referral, Review, RiskChange
from referrals.queries import level_by_colour
from referrals.services.deadlines import bring_forward, put_back
from referrals.services.versioning import as_before, keep_version


class CannotSetRisk(DomainError):
    pass


@transaction.atomic
def set_risk(
    *, referral_id: uuid.UUID, level: RiskLevel | int, reason: str, may_be_told: str, by: User, at: datetime
) -> Referral:
    """The hub's own level, with the reason and the words for who wrote it. Raises CannotSetRisk.

    It makes a version, moves the referral in the queue and its deadline, and asks for a supervisor's review where it is high.
    The same again by the same person (a double click) is not recorded twice.
    """
    referral = Referral.objects.locked().get(pk=referral_id)
    if not permissions.can_set_risk(by, referral):
        raise CannotSetRisk("Only a decision-maker of the hub sets the risk level.")
    if next_state(Move.SET_RISK, referral.state) is None:
        raise CannotSetRisk("Only what was submitted and is not closed can be given another risk level.")
    reason, may_be_told = reason.strip(), may_be_told.strip()
    if level not in RiskLevel.values:
        raise CannotSetRisk("Choose a risk level.")
    if not reason or not may_be_told:
        raise CannotSetRisk("Say why, and what may be told to who wrote it.")
    if level == referral.risk_level:
        if referral.risk_changes.filter(new_level=level, changed_by=by, reason=reason).exists():
            return referral
        raise CannotSetRisk(f"The risk level is {RiskLevel(level).label.lower()} already.")
    before = as_before(referral)
    change_level(referral, RiskLevel(level), set_in=RiskSetIn.HUB, reason=reason, may_be_told=may_be_told, by=by, at=at)
    keep_version(referral, before, reason=may_be_told, by=by, at=at)
    return referral


def change_level(
    referral: Referral,
    level: RiskLevel,
    *,
    set_in: RiskSetIn,
    reason: str,
    may_be_told: str,
    by: User,
    at: datetime,
) -> RiskChange:
    """Within the transaction of a service that holds the referral and saves it: level, deadline, review, record and mail."""
    old = RiskLevel(referral.risk_level or RiskLevel.STANDARD)
    referral.risk_level = level
    if level > old:
        bring_forward(referral, at=at)
    else:
        put_back(referral)
    ask_for_review(referral, at=at)
    change = RiskChange.objects.create(
        referral=referral,
        set_in=set_in,
        old_level=old,
        new_level=level,
        reason=reason,
        may_be_told=may_be_told,
        changed_at=at,
        changed_by=by,
    )
    audit.record(
        verb=Verb.CHANGED,
        what="referral.risk_set",
        at=at,
        actor=by,
        subject=referral,
        set_in=str(set_in),
        old=int(old),
        new=int(level),
    )
    enqueue(tasks.email_about_risk, at=at, by=by, change_id=change.pk)
    return change


def raise_to_colour(referral: Referral, *, by: User, at: datetime) -> bool:
    """A colour that counts as more than the level which was chosen raises it: red is high, whatever else is ticked.

    Returns whether it did; the caller saves the referral.
    """
    by_colour = level_by_colour(referral)
    if by_colour is None or by_colour <= (referral.risk_level or RiskLevel.STANDARD):
        return False
    colour = str(referral.ppn.get_police_rag_display()).partition(":")[0]
    words = f"The colour is {colour.lower()}, which counts as {by_colour.label.lower()} risk."
    change_level(referral, by_colour, set_in=RiskSetIn.COLOUR, reason=words, may_be_told=words, by=by, at=at)
    return True


def ask_for_review(referral: Referral, *, at: datetime) -> Review | None:
    """Begin the first round of a supervisor's review where the level asks for one and there is none."""
    hours = HOURS_TO_REVIEW.get(RiskLevel(referral.risk_level or RiskLevel.STANDARD))
    if referral.kind != FormKind.PPN or hours is None or referral.reviews.exists():
        return None
    return begin_round(referral, number=1, due_at=add_calendar_hours(at, hours), at=at)


def begin_round(referral: Referral, *, number: int, due_at: datetime, at: datetime) -> Review:
    """One more round, of which the supervisors are told."""
    review = Review.objects.create(
        referral=referral,
        number=number,
        author_id=referral.author_id,
        team_id=referral.team_id,
        asked_at=at,
        due_at=due_at,
    )
    enqueue(tasks.email_supervisors_about_review, at=at, review_id=review.pk)
    return review

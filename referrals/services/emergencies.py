"""Emergency access: breaking the glass of a restricted referral, giving it back, and the review by somebody else."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import add_working_days, london_day
from common.errors import DomainError
from jobs.services import enqueue
from referrals import permissions, queries, tasks
from referrals.enums import SHORTEST_EMERGENCY_REASON, EmergencyOutcome
from referrals.models import EmergencyAccess, Referral
from referrals.models.restriction import LONGEST_EMERGENCY

CLICKS_APART = timedelta(minutes=1)


class CannotBreakGlass(DomainError):
    pass


class CannotReviewEmergency(DomainError):
    pass


@transaction.atomic
def break_glass(*, referral_id: uuid.UUID, reason: str, by: User, at: datetime) -> EmergencyAccess:
    """Open a restricted referral to this person for a limited time; nobody is asked first, and others are told at once.

    Raises CannotBreakGlass: never over a conflict of interest. A second time while it is open is the first.
    """
    referral = Referral.objects.locked().get(pk=referral_id)
    # Of two clicks the one that comes second may have been made first: its moment lies before the opening that it meets.
    mine = EmergencyAccess.objects.filter(referral=referral, opened_by=by, ended_at=None, closes_at__gt=at)
    standing = mine.filter(opened_at__lte=at + CLICKS_APART).first()
    if standing is not None:
        return standing
    behind_glass = permissions.may_break_glass(by) and queries.closed_behind_glass(by).filter(pk=referral.pk).exists()
    if not behind_glass:
        raise CannotBreakGlass("This is not for you to open in an emergency.")
    if permissions.is_open_to(by, referral):
        raise CannotBreakGlass("This referral is open to you already.")
    reason = reason.strip()
    if len(reason) < SHORTEST_EMERGENCY_REASON:
        raise CannotBreakGlass(f"Say why it cannot wait, in at least {SHORTEST_EMERGENCY_REASON} characters.")
    emergency = EmergencyAccess.objects.create(
        referral=referral,
        opened_by=by,
        reason=reason,
        opened_at=at,
        closes_at=at + min(settings.EMERGENCY_ACCESS_FOR, LONGEST_EMERGENCY),
        review_due_on=add_working_days(london_day(at), settings.EMERGENCY_REVIEW_WORKING_DAYS),
    )
    audit.record(
        verb=Verb.READ,
        what="referral.opened_in_emergency",
        at=at,
        actor=by,
        subject=referral,
        reason=reason,
        emergency=str(emergency.pk),
    )
    enqueue(tasks.email_about_emergency, at=at, by=by, emergency_id=emergency.pk)
    return emergency


@transaction.atomic
def end_emergency(*, emergency_id: uuid.UUID, by: User, at: datetime) -> EmergencyAccess:
    """Close it before its time. Does nothing where it is over already, and for nobody but who opened it."""
    emergency = EmergencyAccess.objects.locked().get(pk=emergency_id)
    if emergency.opened_by_id == by.pk and emergency.is_open(at=at):
        emergency.ended_at = at
        emergency.save(update_fields=["ended_at"])
        audit.record(
            verb=Verb.CHANGED, what="referral.emergency_ended", at=at, actor=by, subject=_referral_of(emergency)
        )
    return emergency


@transaction.atomic
def review_emergency(
    *,
    emergency_id: uuid.UUID,
    outcome: EmergencyOutcome | str,
    review: str,
    action: str = "",
    by: User,
    at: datetime,
) -> EmergencyAccess:
    """Say whether it was justified, and what follows where it was not. Never by who opened it. Raises CannotReviewEmergency."""
    emergency = EmergencyAccess.objects.locked().get(pk=emergency_id)
    visible = EmergencyAccess.objects.visible_to(by).filter(pk=emergency.pk)
    if not permissions.can_review_emergency(by, emergency) or not visible.exists():
        raise CannotReviewEmergency("Somebody else than who opened it reviews it.")
    if emergency.reviewed_at is not None:
        if emergency.reviewed_by_id == by.pk:
            return emergency
        raise CannotReviewEmergency("Somebody else has reviewed it already.")
    review, action = review.strip(), action.strip()
    if outcome not in EmergencyOutcome.values or not review:
        raise CannotReviewEmergency("Choose whether it was justified, and say why.")
    if outcome == EmergencyOutcome.NOT_JUSTIFIED and not action:
        raise CannotReviewEmergency("Say what follows.")
    emergency.outcome, emergency.review = EmergencyOutcome(outcome), review
    emergency.action = action if outcome == EmergencyOutcome.NOT_JUSTIFIED else ""
    emergency.reviewed_at, emergency.reviewed_by = at, by
    emergency.save(update_fields=["outcome", "review", "action", "reviewed_at", "reviewed_by"])
    audit.record(
        verb=Verb.CHANGED,
        what="referral.emergency_reviewed",
        at=at,
        actor=by,
        subject=_referral_of(emergency),
        emergency=str(emergency.pk),
        outcome=str(outcome),
    )
    return emergency


def _referral_of(emergency: EmergencyAccess) -> Referral:
    return Referral.objects.get(pk=emergency.referral_id)

"""Legal holds: placing one, which stops a disposal that is under way, and lifting it."""

import uuid
from datetime import date, datetime

from django.db import transaction

from accounts.enums import Permission
from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.references import normalise_reference
from referrals.enums import GONE, UNSENT, HoldReason, RetentionMove, RetentionState
from referrals.models import LegalHold, Referral, RetentionReview
from referrals.services.retention import back_to_due

STOPPED = "A legal hold was placed."


class CannotHold(DomainError):
    """`field` names the question at fault, where it is one."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def place_hold(
    *,
    reference: str,
    reason: HoldReason | str,
    words: str,
    starts_on: date,
    ends_on: date | None = None,
    by: User,
    at: datetime,
) -> LegalHold:
    """Keep a referral whatever its review says. A disposal that is proposed or approved stops. Raises CannotHold.

    Several may stand. The same again by the same person (a double click) is placed once. The referral is the lock: who comes
    first, hold or disposal, is done, and the other finds what that left.
    """
    words, today, hub = words.strip(), london_day(at), by.agency
    if hub is None:
        raise CannotHold("Only somebody of the hub places a hold.")
    referral = _known(by, reference)
    if reason not in HoldReason.values:
        raise CannotHold("Choose why it is held.", field="reason")
    if not words:
        raise CannotHold("Say why it is held.", field="words")
    if starts_on > today:
        raise CannotHold("A hold starts today or started earlier.", field="starts_on")
    if ends_on is not None and ends_on < max(starts_on, today):
        raise CannotHold("The last day of a hold is today or later.", field="ends_on")
    asked = {"referral": referral, "reason": reason, "words": words, "starts_on": starts_on, "ends_on": ends_on}
    earlier = LegalHold.objects.standing(on=today).filter(**asked, placed_by=by).first()
    if earlier is not None:
        return earlier
    hold = LegalHold.objects.create(**asked, agency=hub, placed_at=at, placed_by=by)
    under_way = RetentionReview.objects.filter(
        referral=referral, state__in=(RetentionState.PROPOSED, RetentionState.APPROVED)
    )
    for review in under_way.locked():
        back_to_due(review, RetentionMove.STOP, STOPPED)
    _record("retention.held", hold, by=by, at=at)
    return hold


@transaction.atomic
def lift_hold(*, hold_id: uuid.UUID, reason: str, by: User, at: datetime) -> LegalHold:
    """The hold blocks no longer; that it stood, and why it was lifted, stays. Lifted twice by one person is once. Raises CannotHold."""
    found = LegalHold.objects.visible_to(by).filter(pk=hold_id).values_list("referral", flat=True).first()
    if found is None or not by.may(Permission.REVIEW_RETENTION):
        raise CannotHold("This hold is not yours to lift, or it is gone.")
    Referral.objects.locked().get(pk=found)
    hold = LegalHold.objects.select_related("referral").get(pk=hold_id)
    if hold.lifted_at is not None and hold.lifted_by_id == by.pk:
        return hold
    if hold.lifted_at is not None:
        raise CannotHold("A colleague has lifted it meanwhile.")
    if not reason.strip():
        raise CannotHold("Say why it need not be held any longer.", field="reason")
    hold.lifted_at, hold.lifted_by, hold.lift_reason = at, by, reason.strip()
    hold.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    _record("retention.hold_lifted", hold, by=by, at=at)
    return hold


def _known(by: User, reference: str) -> Referral:
    """The referral that the own hub received, locked. What is not there and what is closed to this person are the same."""
    ours = Referral.objects.received_for(by).exclude(state__in=(*UNSENT, *GONE))
    referral = ours.filter(reference=normalise_reference(reference)).exclude(reference="").first()
    if referral is None or not by.may(Permission.REVIEW_RETENTION):
        raise CannotHold("There is no referral of your hub with this reference.", field="reference")
    locked = Referral.objects.locked().filter(pk=referral.pk).first()
    if locked is None or locked.state in GONE:
        raise CannotHold("This referral was disposed of.", field="reference")
    return locked


def _record(what: str, hold: LegalHold, *, by: User, at: datetime) -> None:
    audit.record(
        verb=Verb.CHANGED, what=what, at=at, actor=by, subject=hold.referral, hold=str(hold.pk), kind=hold.reason
    )

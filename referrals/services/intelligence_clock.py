"""The evaluation of a CPI form begins its clock when the form arrives."""

import uuid
from datetime import datetime

from django.db import transaction

from accounts.models import Agency
from common.clock import end_of_working_days
from referrals.enums import DAYS_TO_FIRST_LOOK, DAYS_TO_OUTCOME, OPEN_AT_HUB, AccessReason, FormKind
from referrals.models import CpiAssessment, Referral, ReferralAccess


def open_assessment(referral: Referral, *, hub: Agency) -> None:
    """What waits for a first look, due from the submission; a PPN has none. Within the transaction of the submission."""
    if referral.kind != FormKind.CPI or referral.submitted_at is None:
        return
    # Where a clock was quicker, or two are, there is one still.
    opened = _new(referral, hub_id=hub.pk, since=referral.submitted_at)
    CpiAssessment.objects.bulk_create([opened], ignore_conflicts=True)


@transaction.atomic
def open_missing_assessments(*, at: datetime) -> int:
    """For CPI forms that are open at the hub and came before there were evaluations. Returns how many were opened."""
    missing = Referral.objects.filter(
        kind=FormKind.CPI, state__in=OPEN_AT_HUB, assessment=None, submitted_at__lte=at
    ).order_by("pk")
    hubs = dict(
        ReferralAccess.objects.filter(referral__in=missing.values("pk"), reason=AccessReason.HUB).values_list(
            "referral", "agency"
        )
    )
    found = [
        _new(referral, hub_id=hubs[referral.pk], since=referral.submitted_at)
        for referral in missing
        if referral.submitted_at is not None and referral.pk in hubs
    ]
    CpiAssessment.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def _new(referral: Referral, *, hub_id: uuid.UUID, since: datetime) -> CpiAssessment:
    return CpiAssessment(
        referral=referral,
        hub_id=hub_id,
        look_due_at=end_of_working_days(since, DAYS_TO_FIRST_LOOK),
        outcome_due_at=end_of_working_days(since, DAYS_TO_OUTCOME),
    )

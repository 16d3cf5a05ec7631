"""Settling an incident whose reviews do not give one answer: a third person decides, with a reason."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from grading.enums import SampleMove, next_sample_state
from grading.models import Settlement
from grading.permissions.dip_samples import can_open_incidents, can_settle
from grading.queries import dip_samples as queries
from grading.queries.settling import settlement_of
from grading.services.findings import checked_findings, hold_sampled, save_findings


class CannotSettle(DomainError):
    pass


@transaction.atomic
def settle_incident(
    *,
    sampled_id: UUID,
    required: str,
    why: str,
    by: User,
    at: datetime,
    required_types: Collection[str] = (),
    forms_found: Collection[UUID] = (),
    found_elsewhere: Collection[str] = (),
    in_time: bool | None = None,
    reason_missing: str = "",
    quick_quality: int | None = None,
    learning_themes: Collection[str] = (),
    supervisor_seen: bool | None = None,
    school_told: str = "",
) -> Settlement:
    """Record the answer that counts, once, beside the reviews, which stay as they are.

    For incidents of which the reviews are in and would count differently, or the first says that it is unclear. "Unclear" may
    be the answer here too: it then counts in no share. Arguments as in `record_review`. Raises CannotSettle.
    """
    sampled = hold_sampled(sampled_id)
    sample = sampled.sample
    if not can_open_incidents(by, sample):
        raise CannotSettle("Only a reviewer of this force may settle its incidents.")
    if not can_settle(by, sampled):
        raise CannotSettle(
            "You reviewed this incident, or you or your team took part in it, so somebody else settles it."
        )
    if settlement_of(sampled) is not None:
        raise CannotSettle("This incident has been settled already.")
    if next_sample_state(SampleMove.SETTLE, sample.state) is None:
        raise CannotSettle("Nothing of this sample is to be settled now.")
    if sampled not in queries.unsettled(sample):
        raise CannotSettle("The reviews of this incident give one answer, or are not in yet.")
    found = checked_findings(
        sampled,
        required=required,
        required_types=required_types,
        forms_found=forms_found,
        found_elsewhere=found_elsewhere,
        in_time=in_time,
        reason_missing=reason_missing,
        why=why,
        quick_quality=quick_quality,
        learning_themes=learning_themes,
        supervisor_seen=supervisor_seen,
        school_told=school_told,
        refusal=CannotSettle,
    )
    settlement = Settlement(sampled=sampled, settled_by=by, settled_at=at, **found.values)
    save_findings(settlement, refusal=CannotSettle)
    audit.record(
        verb=Verb.CHANGED,
        what="grading.incident_settled",
        at=at,
        actor=by,
        subject=sampled,
        status=settlement.status,
    )
    return settlement

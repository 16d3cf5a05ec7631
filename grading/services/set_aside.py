"""Setting aside an incident that nobody of the force can review or settle, so that its sample can be published without it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from grading.enums import Needed, SampleMove, next_sample_state
from grading.models import Settlement
from grading.permissions.dip_samples import can_run
from grading.queries.set_aside import left_to_nobody
from grading.queries.settling import settlement_of
from grading.services.findings import hold_sampled, move_on, save_findings


class CannotSetAside(DomainError):
    pass


@transaction.atomic
def set_aside_incident(*, sampled_id: UUID, why: str, by: User, at: datetime) -> Settlement:
    """Record, once and with a reason, that nobody could review or settle an incident; it counts in no share and the report says so.

    Refused while anybody who reviews for the force still can. Reviews that are in stay. Raises CannotSetAside.
    """
    sampled = hold_sampled(sampled_id)
    sample = sampled.sample
    if not can_run(by, sample):
        raise CannotSetAside("Only a MASH supervisor of this force may set an incident aside.")
    if settlement_of(sampled) is not None:
        raise CannotSetAside("This incident has been settled or set aside already.")
    state = next_sample_state(SampleMove.SET_ASIDE, sample.state)
    if state is None:
        raise CannotSetAside("This sample is published, so nothing of it changes.")
    if sampled not in left_to_nobody(sample, on=london_day(at)):
        raise CannotSetAside("Somebody can still review or settle this incident, or nothing of it is open.")
    settlement = Settlement(
        sampled=sampled, required=Needed.UNCLEAR, why=why.strip(), is_set_aside=True, settled_by=by, settled_at=at
    )
    save_findings(settlement, refusal=CannotSetAside)
    audit.record(
        verb=Verb.CHANGED,
        what="grading.incident_set_aside",
        at=at,
        actor=by,
        subject=sampled,
        reviews=sampled.reviews.count(),
    )
    move_on(sample, state, by=by, at=at)
    return settlement

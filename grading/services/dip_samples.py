"""A dip sample from its draw to its publication; the reviews are in reviews.py."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import Period, two_month_period_of
from common.errors import DomainError
from common.locks import hold_writers
from common.statistics import picking
from grading.enums import RULE_FACTS, SampleMove, SampleState, Strata, next_sample_state
from grading.models import DipSample, SampledIncident
from grading.models.dip_sample import LARGEST_SIZE, USUAL_SIZE
from grading.permissions.dip_samples import can_draw, can_run
from grading.queries import dip_samples as queries
from grading.queries.drawing import WAYS_OF_DRAWING, DrawnIncident, drawn_incidents
from grading.queries.strata import facts_of
from referrals.models import Incident

LONGEST_SEED = 64


class CannotDraw(DomainError):
    pass


class CannotRedraw(DomainError):
    pass


class CannotPublish(DomainError):
    pass


@transaction.atomic
def draw_sample(
    *,
    period: Period,
    by: User,
    at: datetime,
    size: int = USUAL_SIZE,
    any_of: Collection[str] = tuple(RULE_FACTS),
    seed: str = "",
    strata: str = "",
) -> DipSample:
    """Draw a sample of the incidents of two months that have ended, and keep what is needed to draw it again.

    `any_of`: which facts of the records system make an incident one that can be drawn, see RULE_FACTS. `strata`: draw from
    each of these in proportion, see `picking.draw_stratified`; else from all alike. The seed is random unless one is given. The
    database numbers the frame: a million costs no memory here.
    Raises CannotDraw.
    """
    force = by.agency
    if force is None or not can_draw(by):
        raise CannotDraw("Only a MASH supervisor of a police force may draw a dip sample.")
    if not 1 <= size <= LARGEST_SIZE:
        raise CannotDraw(f"A dip sample has 1 to {LARGEST_SIZE} incidents.")
    if not any_of or set(any_of) - set(RULE_FACTS):
        raise CannotDraw("Say which incidents can be drawn.")
    if strata and strata not in Strata.values:
        raise CannotDraw("Say from what the incidents are drawn in proportion.")
    if len(seed) > LONGEST_SEED:
        raise CannotDraw(f"A seed has at most {LONGEST_SEED} characters.")
    whole = two_month_period_of(period.start)
    if (period.start, period.end) != (whole.start, whole.end):
        raise CannotDraw("A dip sample is of two months: January and February, March and April, and so on.")
    if period.ends_before > at:
        raise CannotDraw(f"{period.label} has not ended yet.")

    hold_writers(Incident)
    if DipSample.objects.filter(force=force, period_start=period.start).exists():
        raise CannotDraw(f"There is a dip sample of {period.label} already.")
    rule = queries.rule_for(force, period, any_of=any_of, strata=strata)
    frame = queries.frame(rule, known_at=at)
    facts = facts_of(frame, strata=strata)
    if not facts.size:
        raise CannotDraw(f"No such incident of {period.label} was imported, so there is nothing to draw.")
    sample = DipSample.objects.create(
        force=force,
        period_start=period.start,
        period_end=period.end,
        rule=rule,
        size=size,
        seed=seed or secrets.token_hex(16),
        algorithm=picking.ALGORITHM,
        strata=strata,
        frame_size=facts.size,
        frame_digest=facts.digest,
        drawn_at=at,
        drawn_by=by,
    )
    drawn = drawn_incidents(
        frame, frame_size=facts.size, algorithm=sample.algorithm, seed=sample.seed, size=size, strata=strata
    )
    SampledIncident.objects.bulk_create(
        SampledIncident(
            sample=sample,
            incident_id=one.incident_id,
            position=one.position,
            ticket=one.ticket,
            stratum=one.stratum,
            kind=one.kind,
            district_id=one.district_id,
            team_id=one.team_id,
        )
        for one in drawn
    )
    _record("drawn", sample, by=by, at=at, size=len(drawn), frame_size=facts.size, frame_digest=facts.digest)
    return sample


def redraw_sample(*, sample_id: UUID, by: User, at: datetime) -> list[DrawnIncident]:
    """Draw again from the recorded seed and rule, and compare with what was drawn. Changes nothing.

    Raises CannotRedraw when the incidents that can be drawn are not what they were, or when the stored sample does not come out.
    """
    sample = DipSample.objects.get(pk=sample_id)
    if not can_run(by, sample):
        raise CannotRedraw("Only a MASH supervisor of this force may check the draw.")
    if sample.algorithm not in WAYS_OF_DRAWING:
        raise CannotRedraw(f"This sample was drawn by another method ({sample.algorithm}).")
    frame = queries.frame(sample.rule, known_at=sample.drawn_at)
    facts = facts_of(frame, strata=sample.strata)
    if facts.digest != sample.frame_digest:
        raise CannotRedraw(
            "The records have changed since, so the draw cannot be checked: "
            f"{sample.frame_size} incidents could be drawn then, {facts.size} could be now."
        )
    again = drawn_incidents(
        frame,
        frame_size=facts.size,
        algorithm=sample.algorithm,
        seed=sample.seed,
        size=sample.size,
        strata=sample.strata,
    )
    stored = sample.incidents.in_order().values_list("position", "incident_id", "ticket", "stratum")
    if [(one.position, one.incident_id, one.ticket, one.stratum) for one in again] != list(stored):
        raise CannotRedraw("The seed does not give the sample that is stored.")
    _record("draw_checked", sample, by=by, at=at, verb=Verb.READ)
    return again


@transaction.atomic
def publish_sample(*, sample_id: UUID, by: User, at: datetime) -> DipSample:
    """Make the figures visible to everybody who reads reports; from now on no review changes. Raises CannotPublish."""
    sample = DipSample.objects.locked().get(pk=sample_id)
    if not can_run(by, sample):
        raise CannotPublish("Only a MASH supervisor of this force may publish the sample.")
    if sample.state == SampleState.PUBLISHED:
        return sample
    state = next_sample_state(SampleMove.PUBLISH, sample.state)
    if state is None:
        left = queries.reviews_left(sample)
        raise CannotPublish("1 review is not in yet." if left == 1 else f"{left} reviews are not in yet.")
    open_ones = len(queries.unsettled(sample))
    if open_ones:
        raise CannotPublish(
            "1 incident is to be settled first."
            if open_ones == 1
            else f"{open_ones} incidents are to be settled first."
        )
    sample.state, sample.published_at, sample.published_by = state, at, by
    sample.save(update_fields=["state", "published_at", "published_by"])
    _record("published", sample, by=by, at=at)
    return sample


def _record(what: str, sample: DipSample, *, by: User, at: datetime, verb: Verb = Verb.CHANGED, **details: Any) -> None:
    audit.record(verb=verb, what=f"grading.dip_sample_{what}", at=at, actor=by, subject=sample, **details)

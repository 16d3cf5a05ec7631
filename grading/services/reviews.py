"""Reviewing one sampled incident: was a form needed, is it there, was it in time."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from grading.enums import ReviewStatus, SampleMove, next_sample_state
from grading.models import IncidentReview, SampledIncident
from grading.permissions.dip_samples import can_open_incidents, can_review
from grading.queries import dip_samples as queries
from grading.services.findings import INCOMPLETE, checked_findings, hold_sampled, move_on, save_findings
from grading.services.live_gaps import correct_live_gap, raise_live_gap


class CannotReview(DomainError):
    pass


@transaction.atomic
def record_review(
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
    live_gap_action: str = "",
) -> IncidentReview:
    """Record what this person found of one incident; until publication they may correct it.

    `forms_found`: ids of PPNs of the incident, see `queries.forms_of`; `found_elsewhere`: types covered in another system.
    `quick_quality` (see QuickQuality): whether the forms found are good enough to act on, None where that was not judged; where they
    are not, `learning_themes` say what is missing. `school_told`: see SchoolTold, of domestic abuse with a child only.
    `live_gap_action`: what was done today for somebody who may still be at risk; empty where nobody is. Saying so raises a
    live gap, which a later correction does not take back: what it says then stands beside it. An incident that gets two reviews takes them from two people, and
    both stay when both are in. The last review completes the sample.
    Raises CannotReview.
    """
    sampled = hold_sampled(sampled_id)
    sample = sampled.sample
    if not can_open_incidents(by, sample):
        raise CannotReview("Only a reviewer of this force may review its incidents.")
    if not can_review(by, sampled):
        raise CannotReview(
            "You or your team took part in this incident, or you read what its first reviewer raised, so somebody else reviews it."
        )
    state = next_sample_state(SampleMove.REVIEW, sample.state)
    if state is None:
        raise CannotReview("This sample is published, so its reviews stay.")
    standing = queries.review_state(sampled, by, is_free=True)
    if standing.settlement is not None:
        raise CannotReview("This incident has been settled, so its reviews stay.")
    if standing.mine is None and standing.is_done:
        raise CannotReview("This incident has been reviewed already.")

    review = standing.mine or IncidentReview(sampled=sampled, reviewer_number=_free_number(sampled), reviewed_by=by)
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
        refusal=CannotReview,
    )
    values = found.values | {
        "done": None if found.status == ReviewStatus.UNCLEAR else found.status not in INCOMPLETE,
        "live_gap": bool(live_gap_action.strip()),
        "live_gap_action": live_gap_action.strip(),
    }
    if standing.mine is not None:
        before = {name: getattr(review, name) for name in values}
        if before == values and set(review.forms_found.values_list("pk", flat=True)) == set(forms_found):
            return review
        if not standing.may_correct:
            raise CannotReview("Both reviews of this incident are in, so they stay.")
    is_live_gap_new = values["live_gap"] and not review.live_gap
    for name, value in values.items():
        setattr(review, name, value)
    review.reviewed_at = at
    save_findings(review, refusal=CannotReview)
    review.forms_found.set(found.forms)
    what = "grading.incident_reviewed" if standing.mine is None else "grading.review_corrected"
    audit.record(
        verb=Verb.CHANGED,
        what=what,
        at=at,
        actor=by,
        subject=sampled,
        number=review.reviewer_number,
        status=review.status,
        live_gap=review.live_gap,
    )
    if is_live_gap_new:
        raise_live_gap(review, by=by, at=at)
    else:
        correct_live_gap(review, by=by, at=at)
    move_on(sample, state, by=by, at=at)
    return review


@transaction.atomic
def read_incident(*, sampled_id: UUID, by: User, at: datetime) -> None:
    """Write down that somebody opened a sampled incident; the entry is found under the incident."""
    sampled = SampledIncident.objects.select_related("incident").get(pk=sampled_id)
    audit.record(
        verb=Verb.READ,
        what="grading.incident_read",
        at=at,
        actor=by,
        subject=sampled.incident,
        sampled=str(sampled.pk),
    )


def _free_number(sampled: SampledIncident) -> int:
    return 1 + sampled.reviews.count()

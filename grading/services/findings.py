"""What a review and a settlement have in common: the incident held, its findings checked, the database's rules in words.

Each names its own refusal, so that the caller of either hears of one kind only.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from grading.enums import NOT_GOOD_ENOUGH, Needed, ReviewStatus, SampleMove, SampleState, next_sample_state
from grading.models import DipSample, IncidentReview, SampledIncident, Settlement
from grading.models.findings import SCHOOL_IS_TOLD_OF, status_of
from grading.queries.dip_samples import forms_of, reviews_left
from referrals.models import Referral

INCOMPLETE = (ReviewStatus.PARTIAL, ReviewStatus.MISSING)


@dataclass(frozen=True)
class CheckedFindings:
    """Findings as both models store them, and the forms that were ticked."""

    values: dict[str, Any]
    forms: list[Referral]
    status: ReviewStatus


def hold_sampled(sampled_id: UUID) -> SampledIncident:
    """The sampled incident with its sample, which is locked: whatever is found of one sample comes one after the other."""
    sample = DipSample.objects.locked().get(incidents=sampled_id)
    sampled = SampledIncident.objects.select_related("incident", "settlement").get(pk=sampled_id)
    sampled.sample = sample
    return sampled


def checked_findings(
    sampled: SampledIncident,
    *,
    required: str,
    required_types: Collection[str],
    forms_found: Collection[UUID],
    found_elsewhere: Collection[str],
    in_time: bool | None,
    reason_missing: str,
    why: str,
    refusal: type[DomainError],
    quick_quality: int | None = None,
    learning_themes: Collection[str] = (),
    supervisor_seen: bool | None = None,
    school_told: str = "",
) -> CheckedFindings:
    """The findings. Raises `refusal` where an answer is missing, contradicts another, or names a form of another incident."""
    forms = {form.referral.pk: form for form in forms_of(sampled.incident)}
    if set(forms_found) - set(forms):
        raise refusal("One of these forms does not belong to this incident.")
    found = {*found_elsewhere}.union(*(forms[pk].types for pk in forms_found))
    needed = sorted(set(required_types)) if required == Needed.YES else []
    if required == Needed.YES and not needed:
        raise refusal("Say which forms were needed.")
    status = status_of(required, needed, found)
    if found and in_time is None:
        raise refusal("Say whether the form came in time.")
    if reason_missing and status not in INCOMPLETE:
        raise refusal("No form that was needed is missing, so there is no reason to give.")
    if quick_quality is not None and not found:
        raise refusal("Only a form that was found can be good enough or not.")
    if quick_quality in NOT_GOOD_ENOUGH and not learning_themes:
        raise refusal("Say what is missing in a form that is not good enough.")
    if learning_themes and quick_quality not in NOT_GOOD_ENOUGH:
        raise refusal("Only of a form that is not good enough it is said what is missing.")
    if school_told and not set(SCHOOL_IS_TOLD_OF) <= set(needed):
        raise refusal("A school is told where a form was needed for both a child and domestic abuse.")
    values = {
        "required": required,
        "required_types": needed,
        "found_types": sorted(found),
        "in_time": in_time if found else None,
        "reason_missing": reason_missing,
        "why": why.strip(),
        "quick_quality": quick_quality,
        "learning_themes": sorted(set(learning_themes)),
        "supervisor_seen": supervisor_seen,
        "school_told": school_told,
    }
    return CheckedFindings(values, [forms[pk].referral for pk in forms_found], status)


def save_findings(found: IncidentReview | Settlement, *, refusal: type[DomainError]) -> None:
    """Save what the database would take. Raises `refusal` with its rules in words."""
    try:
        found.full_clean(exclude=["sampled", "reviewed_by", "settled_by"])
    except ValidationError as error:
        raise refusal(" ".join(dict.fromkeys(error.messages))) from error
    found.save()


def move_on(sample: DipSample, state: SampleState, *, by: User, at: datetime) -> None:
    """The first review opens the sample; the last one, or setting aside what was left, completes it."""
    before = sample.state
    sample.state = state
    complete = next_sample_state(SampleMove.COMPLETE, sample.state)
    if complete is not None and not reviews_left(sample):
        sample.state, sample.reviewed_at = complete, at
        audit.record(verb=Verb.CHANGED, what="grading.dip_sample_all_reviewed", at=at, actor=by, subject=sample)
    if sample.state != before:
        sample.save(update_fields=["state", "reviewed_at"])

"""Reviews as they enter the figures: the first of each incident or, where it was settled, what was settled."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from common.statistics.proportions import ReviewedIncident
from grading.enums import ReviewStatus
from grading.models.dip_sample import IncidentReviewQuerySet
from grading.models.findings import counted_as, status_of
from referrals.enums import IncidentKind

NO_TEAM = "No team recorded"

FINDINGS = ("required", "required_types", "found_types", "in_time")
SETTLED = tuple(f"sampled__settlement__{field}" for field in FINDINGS)


@dataclass(frozen=True)
class Row:
    """What the figures need of one review. `required` and `status` are the reviewer's own, whatever was settled since."""

    sample: Any
    incident: Any
    number: int
    kind: str
    district: str
    team: str
    required: str
    status: ReviewStatus
    counted_as: ReviewedIncident


def rows_of(reviews: IncidentReviewQuerySet) -> Iterator[Row]:
    """The reviews in the order of their incidents, in one query."""
    found = reviews.order_by("sampled__position", "reviewer_number", "pk").values_list(
        "sampled__sample",
        "sampled",
        "reviewer_number",
        "sampled__kind",
        "sampled__district__name",
        "sampled__team__name",
        *FINDINGS,
        *SETTLED,
    )
    for sample, incident, number, kind, district, team, *findings in found:
        own, settled = findings[: len(FINDINGS)], findings[len(FINDINGS) :]
        yield Row(
            sample=sample,
            incident=incident,
            number=number,
            kind=str(IncidentKind(kind).label),
            district=district,
            team=team or NO_TEAM,
            required=own[0],
            status=status_of(*own[:3]),
            counted_as=counted_as(*(own if settled[0] is None else settled)),
        )

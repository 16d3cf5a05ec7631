"""Reviews as they enter the figures: the first of each incident or, where it was settled, what was settled."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.statistics.proportions import ReviewedIncident
from grading.enums import ReviewStatus
from grading.models.dip_sample import IncidentReviewQuerySet
from grading.models.findings import counted_as, good_enough, status_of
from referrals.enums import IncidentKind

NO_TEAM = "No team recorded"

FINDINGS = (
    "required",
    "required_types",
    "found_types",
    "in_time",
    "quick_quality",
    "learning_themes",
    "supervisor_seen",
    "school_told",
)
SETTLED = tuple(f"sampled__settlement__{field}" for field in FINDINGS)


@dataclass(frozen=True)
class Row:
    """What the figures need of one review. `required`, `status` and `own_good_enough` are the reviewer's own, whatever was settled
    since; everything from `counted_as` on is what counts."""

    sample: Any
    incident: Any
    number: int
    officer: Any
    reported_on: date
    kind: str
    district: str
    team: str
    required: str
    status: ReviewStatus
    own_good_enough: bool | None
    counted_as: ReviewedIncident
    required_types: list[str]
    found_types: list[str]
    good_enough: bool | None
    learning_themes: list[str]
    supervisor_seen: bool | None
    school_told: str


def rows_of(reviews: IncidentReviewQuerySet) -> Iterator[Row]:
    """The reviews in the order of their incidents, in one query."""
    found = reviews.order_by("sampled__position", "reviewer_number", "pk").values_list(
        "sampled__sample",
        "sampled",
        "reviewer_number",
        "sampled__incident__officer",
        "sampled__incident__reported_on",
        "sampled__kind",
        "sampled__district__name",
        "sampled__team__name",
        *FINDINGS,
        *SETTLED,
    )
    for sample, incident, number, officer, reported_on, kind, district, team, *findings in found:
        own, settled = findings[: len(FINDINGS)], findings[len(FINDINGS) :]
        counts = own if settled[0] is None else settled
        yield Row(
            sample=sample,
            incident=incident,
            number=number,
            officer=officer,
            reported_on=reported_on,
            kind=str(IncidentKind(kind).label),
            district=district,
            team=team or NO_TEAM,
            required=own[0],
            status=status_of(*own[:3]),
            own_good_enough=good_enough(own[4]),
            counted_as=counted_as(*counts[:4]),
            required_types=counts[1],
            found_types=counts[2],
            good_enough=good_enough(counts[4]),
            learning_themes=counts[5],
            supervisor_seen=counts[6],
            school_told=counts[7],
        )

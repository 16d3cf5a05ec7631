"""Who gets which answer from the pages of live gaps."""

from datetime import date
from typing import Any

from tests.factories.dip_samples import (
    DipSampleFactory,
    IncidentReviewFactory,
    LiveGapFactory,
    SampledIncidentFactory,
)
from tests.factories.referrals import IncidentFactory
from tests.people import Cast
from tests.permissions.rows import Row

OUTCOME = {"outcome": "A patrol called at four; the aunt is there."}


def furnish(cast: Cast) -> dict[str, Any]:
    """One that Rae raised in the hub's force, and one of another force."""
    sample = DipSampleFactory(
        force=cast.police,
        drawn_by=cast.sam,
        state="PUBLISHED",
        period_start=date(2024, 1, 1),
        period_end=date(2024, 2, 28),
    )
    SampledIncidentFactory(sample=sample, position=2)
    incident = IncidentFactory(force=cast.police, district=cast.district, officer=cast.olu, team=cast.response_team)
    review = IncidentReviewFactory(
        sampled=SampledIncidentFactory(sample=sample, position=1, incident=incident),
        outcome="MISSING",
        live_gap=True,
        live_gap_action="Rang the hub at once.",
        reviewed_by=cast.rae,
    )
    IncidentReviewFactory(sampled=review.sampled, reviewer_number=2, reviewed_by=cast.mina)
    return {"live_gap": LiveGapFactory(review=review), "live_gap_elsewhere": LiveGapFactory()}


def of_gap(name: str) -> Any:
    return lambda cast, things: {"pk": things[name].pk}


ROWS: list[Row] = [
    Row("grading:live_gaps", 403, {"sam": 200, "rae": 200}),
    Row("grading:live_gap", 404, {"sam": 200, "rae": 200}, arguments=of_gap("live_gap"), why="Rae raised it"),
    Row("grading:live_gap", 404, arguments=of_gap("live_gap_elsewhere"), why="Of another force"),
    Row(
        "grading:live_gap",
        404,
        {"sam": 302, "rae": 403},
        method="POST",
        arguments=of_gap("live_gap"),
        data=lambda cast, things: OUTCOME,
    ),
    Row("grading:live_gap_read", 404, {"sam": 302, "rae": 302}, method="POST", arguments=of_gap("live_gap")),
    Row("grading:live_gap_read", 404, method="POST", arguments=of_gap("live_gap_elsewhere")),
]

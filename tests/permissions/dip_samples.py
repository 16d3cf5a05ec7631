"""Who gets which answer from the pages of dip samples."""

from datetime import date
from typing import Any

from common.waiting_files import WaitingFile
from grading.services.earlier_reviews import keep_waiting
from tests.factories.dip_samples import (
    DipSampleFactory,
    EarlierImportFactory,
    EarlierReviewFactory,
    IncidentReviewFactory,
    SampledIncidentFactory,
)
from tests.factories.referrals import IncidentFactory
from tests.people import Cast
from tests.permissions.rows import Row

# Sam runs and reviews; Rae reviews; Leda and Ana read reports.
SEES_SAMPLES = dict.fromkeys(("sam", "rae", "leda", "ana"), 200)
SPREADSHEET = b"incident_number,first_month,needed\n98000000001,2023-03,no\n98000000002,2023-03,perhaps\n"
FINDINGS = {
    "required": "NO",
    "found": "NO",
    "why": "All were well and nobody was worried about anybody.",
    "live_gap": "NO",
}


def furnish(cast: Cast) -> dict[str, Any]:
    """Three samples of the hub's force: in review, reviewed, published; and one of another force. Sam looks at a spreadsheet."""

    def sample(month: int, state: str) -> Any:
        return DipSampleFactory(
            force=cast.police,
            drawn_by=cast.sam,
            state=state,
            period_start=date(2025, month, 1),
            period_end=date(2025, month + 1, 28),
        )

    def sampled(sample: Any, **incident: Any) -> Any:
        return SampledIncidentFactory(
            sample=sample, position=1, incident=IncidentFactory(force=cast.police, district=cast.district, **incident)
        )

    to_settle = sampled(sample(7, "REVIEWED"), officer=cast.olu, team=cast.response_team)
    for number, outcome in enumerate(("COMPLIANT", "MISSING"), start=1):
        IncidentReviewFactory(sampled=to_settle, reviewer_number=number, outcome=outcome)
    in_review, reviewed, published = sample(1, "IN_REVIEW"), sample(3, "REVIEWED"), sample(5, "PUBLISHED")
    own = EarlierImportFactory(force=cast.police)
    EarlierReviewFactory(taken_from=own)
    keep_waiting(file=WaitingFile("dip samples.csv", SPREADSHEET), by=cast.sam)
    return {
        "spreadsheet_own": own,
        "spreadsheet_elsewhere": EarlierImportFactory(),
        "dip_in_review": in_review,
        "dip_reviewed": reviewed,
        "dip_published": published,
        "dip_elsewhere": DipSampleFactory(state="PUBLISHED"),
        "dip_incident": sampled(in_review, officer=cast.olu, team=cast.response_team),
        "dip_incident_of_sams_team": sampled(reviewed, officer=cast.mina, team=cast.hub_team),
        "dip_to_settle": to_settle,
        "dip_published_incident": sampled(published, officer=cast.olu, team=cast.response_team),
    }


def of_sample(name: str) -> Any:
    return lambda cast, things: {"pk": things[f"dip_{name}"].pk}


def of_spreadsheet(name: str) -> Any:
    return lambda cast, things: {"pk": things[f"spreadsheet_{name}"].pk}


def of_incident(name: str) -> Any:
    return lambda cast, things: {"pk": things[f"dip_{name}"].sample_id, "sampled_pk": things[f"dip_{name}"].pk}


def findings(cast: Cast, things: dict[str, Any]) -> dict[str, str]:
    return FINDINGS


ROWS: list[Row] = [
    Row("grading:dip_samples", 403, SEES_SAMPLES),
    Row("grading:dip_sample_compliance", 403, SEES_SAMPLES),
    Row("grading:dip_sample_draw", 403, {"sam": 200}),
    Row("grading:dip_sample_draw", 403, {"sam": 422}, method="POST", why="Nothing was filled in"),
    Row("grading:earlier_reviews", 403, {"sam": 200, "rae": 200}, why="Readers of reports see figures, no incident"),
    Row("grading:earlier_reviews_import", 403, {"sam": 200}),
    Row("grading:earlier_reviews_import", 403, {"sam": 422}, method="POST", why="No file was chosen"),
    Row("grading:earlier_reviews_check", 403, {"sam": 200}),
    Row("grading:earlier_reviews_check", 403, {"sam": 302}, method="POST"),
    Row("grading:earlier_reviews_template", 403, {"sam": 200}),
    Row("grading:earlier_reviews_take_back", 404, {"sam": 200, "rae": 403}, arguments=of_spreadsheet("own")),
    Row("grading:earlier_reviews_take_back", 404, arguments=of_spreadsheet("elsewhere"), why="Of another force"),
    Row(
        "grading:earlier_reviews_take_back",
        404,
        {"sam": 302, "rae": 403},
        method="POST",
        arguments=of_spreadsheet("own"),
        data=lambda cast, things: {"why": "It was the file of another year."},
    ),
    Row(
        "grading:dip_sample",
        404,
        {"sam": 200, "rae": 200},
        arguments=of_sample("in_review"),
        why="Readers of reports see it when it is published",
    ),
    Row("grading:dip_sample", 404, SEES_SAMPLES, arguments=of_sample("published")),
    Row("grading:dip_sample", 404, arguments=of_sample("elsewhere"), why="Of another force"),
    Row(
        "grading:dip_sample_check_draw",
        404,
        {"sam": 302, "rae": 403, "leda": 403, "ana": 403},
        method="POST",
        arguments=of_sample("published"),
    ),
    Row(
        "grading:dip_sample_publish",
        404,
        {"sam": 302, "rae": 403},
        method="POST",
        arguments=of_sample("reviewed"),
    ),
    Row("grading:dip_sample_review", 404, {"sam": 200, "rae": 200}, arguments=of_incident("incident")),
    Row(
        "grading:dip_sample_review",
        404,
        {"sam": 200, "rae": 200, "leda": 403, "ana": 403},
        arguments=of_incident("published_incident"),
        why="Readers of reports see figures, no incident",
    ),
    Row(
        "grading:dip_sample_review",
        404,
        arguments=lambda cast, things: {
            "pk": things["dip_reviewed"].pk,
            "sampled_pk": things["dip_incident"].pk,
        },
        why="An incident of another sample",
    ),
    Row(
        "grading:dip_sample_review",
        404,
        {"sam": 302, "rae": 302},
        method="POST",
        arguments=of_incident("incident"),
        data=findings,
    ),
    Row(
        "grading:dip_sample_review",
        404,
        {"sam": 403, "rae": 302},
        method="POST",
        arguments=of_incident("incident_of_sams_team"),
        data=findings,
        why="Sam's team took part in it",
    ),
    Row(
        "grading:dip_sample_review",
        404,
        {"sam": 422, "rae": 422, "leda": 403, "ana": 403},
        method="POST",
        arguments=of_incident("published_incident"),
        data=findings,
        why="A published sample takes no review",
    ),
    Row("grading:dip_sample_settle", 404, {"sam": 200, "rae": 200}, arguments=of_incident("to_settle")),
    Row(
        "grading:dip_sample_settle",
        404,
        {"sam": 302, "rae": 302},
        method="POST",
        arguments=of_incident("to_settle"),
        data=findings,
    ),
    Row(
        "grading:dip_sample_settle",
        404,
        dict.fromkeys(("sam", "rae", "leda", "ana"), 403),
        method="POST",
        arguments=of_incident("published_incident"),
        data=findings,
        why="Nothing of it is open; readers of reports settle nothing",
    ),
    Row(
        "grading:dip_sample_set_aside",
        404,
        {"sam": 200, "rae": 403},
        arguments=of_sample("in_review"),
    ),
    Row(
        "grading:dip_sample_set_aside",
        404,
        {"sam": 422, "rae": 403},
        method="POST",
        arguments=of_sample("in_review"),
        why="Somebody can review all of it, so there is nothing to choose",
    ),
    Row(
        "grading:dip_sample_set_aside",
        404,
        dict.fromkeys(("sam", "rae", "leda", "ana"), 403),
        arguments=of_sample("published"),
        why="Nothing of a published sample changes",
    ),
]

"""Who gets which answer from the pages of reports."""

from datetime import date, timedelta
from typing import Any

from tests.factories.dip_samples import DipSampleFactory
from tests.factories.reports import ReportFactory
from tests.people import Cast
from tests.permissions.rows import Row, Things

READERS = ("leda", "ana")


def furnish(cast: Cast) -> dict[str, Any]:
    """A report of a published sample, one made before publication, and one that is being made."""

    def sample(year: int) -> Any:
        return DipSampleFactory(
            force=cast.police,
            drawn_by=cast.sam,
            state="PUBLISHED",
            period_start=date(year, 1, 1),
            period_end=date(year, 2, 28),
        )

    published, early, waiting = sample(2021), sample(2022), sample(2023)
    return {
        "reports_made": ReportFactory(dip_sample=published, made=True),
        "reports_early": ReportFactory(
            dip_sample=early, made=True, requested_at=early.published_at - timedelta(minutes=1)
        ),
        "reports_waiting": ReportFactory(dip_sample=waiting),
    }


def of(name: str) -> Any:
    return lambda cast, things: {"pk": things[f"reports_{name}"].pk}


def sample_of_report(cast: Cast, things: Things) -> dict[str, Any]:
    return {"sample": str(things["reports_made"].dip_sample_id)}


SAM_AND_READERS = dict.fromkeys(("sam", *READERS), 200)

ROWS = [
    Row("grading:reports", 403, SAM_AND_READERS),
    Row("grading:reports", 403, {"sam": 422}, method="POST", why="Nothing was chosen"),
    Row("grading:reports", 403, {"sam": 302}, method="POST", data=sample_of_report),
    Row("grading:report", 404, SAM_AND_READERS, arguments=of("made")),
    Row("grading:report", 404, SAM_AND_READERS, arguments=of("waiting")),
    Row("grading:report", 404, {"sam": 200}, arguments=of("early"), why="Made before the sample was published"),
    Row("grading:report_download", 404, SAM_AND_READERS, arguments=of("made")),
    Row("grading:report_download", 404, {"sam": 200}, arguments=of("early")),
    Row("grading:report_download", 404, arguments=of("waiting"), why="There is no file yet"),
]

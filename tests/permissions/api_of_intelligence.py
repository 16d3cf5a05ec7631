"""Rows for the evaluation of CPI forms over the API: each answers as its page does."""

import uuid
from typing import Any

from tests.people import Cast
from tests.permissions.intelligence import REPORT, crime, log, of, reason, report
from tests.permissions.referrals import HUB, only
from tests.permissions.rows import Row, Things


def furnish(cast: Cast) -> dict[str, Any]:
    """What the pages' rows furnish is enough."""
    return {}


def written(cast: Cast, things: Things) -> dict[str, Any]:
    return REPORT | {"key": str(uuid.uuid4())}


SEEN = only(403, *HUB, "pat")
DONE = SEEN | only(200, "ines")

ROWS = [
    Row("api:assessment", 404, only(200, "ines", *HUB) | only(403, "pat"), arguments=of("begun"), anonymous=401),
    Row("api:assessment_begin", 404, DONE, "POST", of("received"), anonymous=401),
    Row("api:report_write", 404, DONE, "POST", of("begun"), written, anonymous=401),
    Row("api:report_read_second", 404, DONE, "POST", report, anonymous=401),
    Row("api:report_remove", 404, DONE, "POST", report, anonymous=401),
    Row("api:assessment_grade", 404, DONE, "POST", of("gradable"), anonymous=401),
    Row("api:assessment_route", 404, DONE | only(409, "sam"), "POST", of("ready"), log, anonymous=401),
    Row("api:assessment_route", 404, SEEN | only(409, "ines") | only(200, "sam"), "POST", of("doubtful"), crime, 401),
    Row("api:assessment_end", 404, DONE, "POST", of("begun"), reason, anonymous=401),
    Row("api:assessment_close", 404, DONE, "POST", of("routed"), anonymous=401),
]

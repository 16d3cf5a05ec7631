"""Rows for the pages of the service as a whole, sign-in and the API's description."""

from typing import Any

from tests.permissions.rows import Row
from tests.people import Cast

SIGN_IN_PAGES = 302  # somebody signed in is sent on from pages that are for signing in

ROWS = [
    Row("home", 200),
    Row("access_log", 403, {"iggy": 200}),
    Row("account", 200),
    Row("help", 200, anonymous=200),
    Row("accessibility", 200, anonymous=200),
    Row("privacy", 200, anonymous=200),
    Row("health_live", 200, anonymous=200),
    Row("health_ready", 503, anonymous=503, why="no worker runs beside the matrix"),
    Row("api_schema", 200, anonymous=401),
    Row("api_docs", 200, anonymous=401),
]


def furnish(cast: Cast) -> dict[str, Any]:
    return {}

"""Who gets which answer from the access log and what is kept beside it."""

from typing import Any

from audit.models import LogSearch
from tests.people import NOW, Cast
from tests.permissions.rows import Row, Things


def furnish(cast: Cast) -> dict[str, Any]:
    """One search of Iggy's."""
    terms = {"verb": "", "agency_id": "", "digest": "", "start": "2026-11-01", "end": "", "asked": []}
    return {"log_search": LogSearch.objects.create(by_id=str(cast.iggy.pk), at=NOW, terms=terms)}


def of_search(cast: Cast, things: Things) -> dict[str, Any]:
    return {"search_pk": things["log_search"].pk}


ROWS: list[Row] = [
    Row("access_log", 403, {"iggy": 302}, method="POST", data=lambda cast, things: {"verb": "READ"}),
    Row("access_log", 403, {"iggy": 422}, method="POST", why="nothing to search for"),
    Row("access_log_found", 403, {"iggy": 200}, arguments=of_search),
    Row("access_log_export", 403, {"iggy": 200}, arguments=of_search),
    Row("access_log_export", 403, {"iggy": 422}, arguments=of_search, method="POST", why="no reason given"),
]

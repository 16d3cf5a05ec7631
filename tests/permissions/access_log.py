"""Who gets which answer from the access log and what is kept beside it."""

from typing import Any

from audit.models import LogSearch, Unusual
from tests.people import NOW, Cast
from tests.permissions.referrals import draft, only, received
from tests.permissions.rows import Row, Things


def furnish(cast: Cast) -> dict[str, Any]:
    """One search of Iggy's, and one case of unusual access about Mina."""
    terms = {"verb": "", "agency_id": "", "digest": "", "start": "2026-11-01", "end": "", "asked": []}
    case = Unusual.objects.create(
        rule="OUT_OF_HOURS",
        actor_id=str(cast.mina.pk),
        actor_agency_id=str(cast.police.pk),
        day=NOW.date(),
        counts={"looks": 4, "first": "23:10", "last": "23:50", "days_before": 0},
        found_at=NOW,
    )
    search = LogSearch.objects.create(by_id=str(cast.iggy.pk), at=NOW, terms=terms)
    return {"log_search": search, "unusual_case": case}


def of_search(cast: Cast, things: Things) -> dict[str, Any]:
    return {"search_pk": things["log_search"].pk}


def of_case(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["unusual_case"].pk}


def explained(cast: Cast, things: Things) -> dict[str, Any]:
    return {"move": "EXPLAIN", "note": "On call that night."}


def reason(cast: Cast, things: Things) -> dict[str, Any]:
    return {"reason": "Asked for by the auditors of the force."}


ROWS: list[Row] = [
    Row("access_log", 403, {"iggy": 302}, method="POST", data=lambda cast, things: {"verb": "READ"}),
    Row("access_log", 403, {"iggy": 422}, method="POST", why="nothing to search for"),
    Row("access_log_found", 403, {"iggy": 200}, arguments=of_search),
    Row("access_log_export", 403, {"iggy": 200}, arguments=of_search),
    Row("access_log_export", 403, {"iggy": 422}, arguments=of_search, method="POST", why="no reason given"),
    Row("access_log_export", 403, {"iggy": 200}, arguments=of_search, method="POST", data=reason),
    Row("referral_history", 404, only(200, "sam", "iggy") | only(403, "olu", "lin", "mina"), arguments=received),
    Row("referral_history", 404, arguments=draft),
    Row(
        "referrals:why",
        404,
        only(302, "olu", "lin", "mina", "sam"),
        arguments=received,
        why="nothing is asked: on to it",
    ),
    Row("unusual", 403, {"iggy": 200}),
    Row("unusual_case", 403, {"iggy": 200}, arguments=of_case),
    Row("unusual_case", 403, {"iggy": 302}, arguments=of_case, method="POST", data=explained),
    Row("unusual_case", 403, {"iggy": 422}, arguments=of_case, method="POST", why="nothing chosen"),
]

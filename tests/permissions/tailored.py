"""Who gets which answer from the pages of tailored sessions."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.factories.partners import TailoredDateFactory, TailoredRequestFactory
from tests.people import Cast
from tests.permissions.rows import Row


def furnish(cast: Cast) -> dict[str, Any]:
    """Requests of the council in each state in which somebody's turn it is."""
    now = timezone.now()
    given = {"agency": cast.council, "host": cast.police, "asked_by": cast.cory, "asked_at": now, "moved_at": now}
    asked, proposed, agreed = (
        TailoredRequestFactory(**given, state=state) for state in ("ASKED", "PROPOSED", "AGREED")
    )
    TailoredDateFactory(request=proposed, starts_at=now + timedelta(days=20))
    TailoredDateFactory(request=agreed, starts_at=now + timedelta(days=20), is_agreed=True)
    return {"tailored_asked": asked, "tailored_proposed": proposed, "tailored_agreed": agreed}


def of(thing: str) -> Any:
    return lambda cast, things: {"pk": things[f"tailored_{thing}"].pk}


def both(name: str, thing: str, *, trainer: bool) -> list[Row]:
    """A move of one side: the other side sees the request and gets 403, everybody else 404."""
    own, other = ("tess", "cory") if trainer else ("cory", "tess")
    return [
        Row(f"partners:{name}", 404, {own: 200, other: 403}, arguments=of(thing)),
        Row(f"partners:{name}", 404, {own: 422, other: 403}, method="POST", arguments=of(thing)),
    ]


ROWS: list[Row] = [
    Row("partners:tailored_requests", 403, {"tess": 200, "cory": 200}),
    Row("partners:tailored_ask", 403, {"cory": 200}),
    Row("partners:tailored_ask", 403, {"cory": 422}, method="POST"),
    Row("partners:tailored_request", 404, {"tess": 200, "cory": 200}, arguments=of("proposed")),
    *both("tailored_propose", "asked", trainer=True),
    *both("tailored_answer", "proposed", trainer=False),
    *both("tailored_schedule", "agreed", trainer=True),
    *both("tailored_decline", "asked", trainer=True),
    Row("partners:tailored_withdraw", 404, {"cory": 200, "tess": 403}, arguments=of("asked")),
    Row("partners:tailored_withdraw", 404, {"cory": 302, "tess": 403}, method="POST", arguments=of("asked")),
]

"""Rows for flags and links over the API: each answers as its page does."""

from typing import Any

from tests.people import Cast
from tests.permissions.referrals import HUB, new_flag, new_link, no_longer, only, received
from tests.permissions.rows import Row, Things


def furnish(cast: Cast) -> dict[str, Any]:
    """What the pages' rows furnish is enough."""
    return {}


def flag(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_flag"].pk}


def link(cast: Cast, things: Things) -> dict[str, Any]:
    return {"pk": things["referrals_link"].pk}


SEES = only(403, "olu", "lin")

ROWS = [
    Row("api:flags", 404, SEES | only(200, *HUB), arguments=received, anonymous=401),
    Row("api:flags", 404, SEES | only(201, *HUB), "POST", received, new_flag, anonymous=401),
    Row("api:flag_clear", 404, SEES | only(200, *HUB), "POST", flag, no_longer, anonymous=401),
    Row("api:links", 404, SEES | only(200, *HUB), arguments=received, anonymous=401),
    Row("api:links", 404, SEES | only(201, *HUB), "POST", received, new_link, anonymous=401),
    Row("api:link_remove", 404, SEES | only(200, *HUB), "POST", link, no_longer, anonymous=401),
]

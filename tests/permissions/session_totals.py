"""Who gets which answer from the totals of sessions."""

from typing import Any

from tests.people import Cast
from tests.permissions.rows import Row

# Trainers of the force, and who works with its trends; a partner's coordinator sees their own bookings and no totals.
READERS = dict.fromkeys(("tess", "sam", "leda", "ana"), 200)


def furnish(cast: Cast) -> dict[str, Any]:
    """Nothing: totals are there without a session."""
    return {}


ROWS: list[Row] = [
    Row("partners:totals", 403, READERS, why="figures of all agencies are for the force that runs the sessions"),
    Row("partners:totals_csv", 403, READERS),
    Row("partners:totals_xlsx", 403, READERS),
    Row("partners:totals_pdf", 403, READERS),
]

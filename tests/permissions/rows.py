"""The form of a row in the permission matrix."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.people import Cast

Things = dict[str, Any]


def nothing(cast: Cast, things: Things) -> dict[str, Any]:
    """No arguments, no data."""
    return {}


@dataclass(frozen=True)
class Row:
    """One address and method: which answer each person of the cast gets.

    `people` names those whose answer differs from `others`; `anonymous` is 302 (to sign-in) for pages, 401 for the API,
    200 for what is public. `things` are what the app's `furnish(cast)` made.
    """

    name: str
    others: int
    people: dict[str, int] = field(default_factory=dict)
    method: str = "GET"
    arguments: Callable[[Cast, Things], dict[str, Any]] = nothing
    data: Callable[[Cast, Things], dict[str, Any]] = nothing
    anonymous: int = 302
    why: str = ""

"""What waits for a person on the home page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Waiting:
    """One line of a person's home page: `count` rows wait, and `url` shows exactly those rows."""

    title: str
    count: int
    url: str
    is_late: bool = False

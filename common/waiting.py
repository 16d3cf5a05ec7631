"""What waits for a person on the home page."""

from dataclasses import dataclass
from enum import IntEnum


class Urgency(IntEnum):
    """What comes before what, however late the rest is; the lowest number first."""

    AT_RISK = 1  # Somebody may be at risk now.
    USUAL = 2


@dataclass(frozen=True)
class Waiting:
    """One line of a person's home page: `count` rows wait, or more where it is capped, and `url` shows exactly those rows."""

    title: str
    count: int
    url: str
    is_late: bool = False
    is_capped: bool = False
    urgency: Urgency = Urgency.USUAL

    @property
    def amount(self) -> str:
        """The count as a person reads it: "381" or "1,000+"."""
        return f"{self.count:,}+" if self.is_capped else f"{self.count:,}"

    @property
    def rank(self) -> tuple[Urgency, bool]:
        """To sort by: the most urgent first, and among equally urgent ones what is late."""
        return self.urgency, not self.is_late

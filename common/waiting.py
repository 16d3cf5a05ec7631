"""What waits for a person on the home page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Waiting:
    """One line of a person's home page: `count` rows wait, or more where it is capped, and `url` shows exactly those rows."""

    title: str
    count: int
    url: str
    is_late: bool = False
    is_capped: bool = False

    @property
    def amount(self) -> str:
        """The count as a person reads it: "381" or "1,000+"."""
        return f"{self.count:,}+" if self.is_capped else f"{self.count:,}"

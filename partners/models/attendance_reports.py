"""What stands in the attendance report of a meeting, and what somebody said of it. No table: a report is kept nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from partners.enums import Mark
from partners.models.bookings import Booking, WhoCame

# In one attendance report: each row that is not certain sends four fields back, and a request has 3,000 at most.
MOST_PEOPLE = 500


@dataclass(frozen=True)
class Participant:
    """Somebody of the report, by their number in it; who joined several times stands once, with all minutes."""

    number: int
    name: str
    email: str
    minutes: int | None


@dataclass(frozen=True)
class Suggestion:
    """Whom a row may be. `certain`: filled in beforehand, for address or name are the same; else `others`, the likeliest first."""

    participant: Participant
    certain: Booking | None
    others: Sequence[Booking]
    why: str


@dataclass(frozen=True)
class Confirmed:
    """What somebody said of a row: whose booking it is, or who walked in; neither: nobody is marked."""

    participant: Participant
    mark: str = Mark.PRESENT
    booking_id: UUID | None = None
    walk_in: WhoCame | None = None

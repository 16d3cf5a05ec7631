"""What the pages of a booking and of a session show of learning: one line each for them, so that the questions stand together here."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from common.clock import london_day
from partners.enums import SCENARIOS_ASKED_AT
from partners.models import Booking, Session
from partners.models.scenarios import last_day_after
from partners.queries import session_feedback
from partners.queries.scenarios import SessionChange, Standing, change_at, standing_of


@dataclass
class LearningOfBooking:
    """For whose place it is alone."""

    scenarios: Standing | None = None
    asks_feedback: bool = False


def learning_of_booking(booking: Booking, *, is_own: bool, at: datetime) -> LearningOfBooking:
    if not is_own:
        return LearningOfBooking()
    return LearningOfBooking(standing_of(booking, at=at), session_feedback.is_asked(booking, at=at))


@dataclass
class LearningOfSession:
    """For who runs it."""

    session: Session
    at: datetime

    @property
    def asks_scenarios(self) -> bool:
        return self.session.kind in SCENARIOS_ASKED_AT

    @property
    def is_over(self) -> bool:
        return self.session.ends_at <= self.at

    @property
    def last_day(self) -> date:
        """The last day on which people answer."""
        return last_day_after(self.session)

    @property
    def is_closed(self) -> bool:
        return london_day(self.at) > self.last_day

    @cached_property
    def changes(self) -> list[SessionChange]:
        return change_at(self.session, at=self.at)

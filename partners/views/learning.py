"""What the pages of a booking and of a session show of learning: one line each for them, so that the questions stand together here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from accounts.models import User
from common.clock import london_day
from partners.enums import SCENARIOS_ASKED_AT
from partners.models import Booking, Session, SessionQuestion
from partners.models.scenarios import last_day_after
from partners.queries import questions, session_feedback
from partners.queries.scenarios import SessionChange, Standing, change_at, standing_of


@dataclass
class LearningOfBooking:
    """For whose place it is alone."""

    scenarios: Standing | None = None
    asks_feedback: bool = False
    may_ask: bool = False
    questions: Sequence[SessionQuestion] = ()


def learning_of_booking(booking: Booking, *, user: User, at: datetime) -> LearningOfBooking:
    if booking.user_id != user.pk:
        return LearningOfBooking()
    return LearningOfBooking(
        standing_of(booking, at=at),
        session_feedback.is_asked(booking, at=at),
        questions.may_ask(user, booking, at=at),
        questions.own_questions(user, booking),
    )


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

"""Questions about what people thought of a session: whether somebody is asked, and what came out, once the last day is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from common.clock import london_day
from common.statistics.proportions import SMALLEST_BASE_SHOWN
from common.statistics.rounding import round_half_up
from partners.models import Booking, Session, SessionFeedbackBox, SessionFeedbackReceipt
from partners.models.scenarios import last_day_after
from partners.models.session_feedback import MARKS

QUESTIONS = {
    "useful": "How useful was the session for your work?",
    "sure_before": "Before the session: how confident were you to decide what you may share?",
    "sure_after": "Now: how confident are you?",
}


def is_asked(booking: Booking, *, at: datetime) -> bool:
    """Whether who was there by the register may say what they thought, from the end of the session until the last day, if they have not yet."""
    return booking.was_there_with_account and is_open_after(booking.session, at=at) and not has_answered(booking)


def is_open_after(session: Session, *, at: datetime) -> bool:
    """From the end of the session until its last day for feedback."""
    return session.ends_at <= at and london_day(at) <= last_day_after(session)


def has_answered(booking: Booking) -> bool:
    return SessionFeedbackReceipt.objects.filter(session=booking.session_id, person=booking.user_id).exists()


@dataclass(frozen=True)
class MarksOf:
    """How often each mark was given to one question."""

    question: str
    counts: Sequence[tuple[int, int]]

    @property
    def is_shown(self) -> bool:
        """Not where all gave one mark: it would be each one's."""
        return sum(count > 0 for _, count in self.counts) > 1

    @property
    def mean(self) -> str:
        """To one decimal."""
        total = sum(mark * count for mark, count in self.counts)
        return str(round_half_up(Fraction(total, sum(count for _, count in self.counts)), 1))


@dataclass(frozen=True)
class FeedbackResult:
    """What may be shown of a session: nothing where fewer than five answered, and no words where fewer than five wrote some."""

    n: int | None
    marks: Sequence[MarksOf] = ()
    words: Sequence[str] = ()


def result_of(session: Session, *, at: datetime) -> FeedbackResult | None:
    """None before the last day is over: who watches results grow sees each answer arrive."""
    if london_day(at) <= last_day_after(session):
        return None
    box = SessionFeedbackBox.objects.filter(session=session).first()
    if box is None or (n := sum(box.useful)) < SMALLEST_BASE_SHOWN:
        return FeedbackResult(None)
    marks = [MarksOf(words, list(zip(MARKS, getattr(box, name), strict=True))) for name, words in QUESTIONS.items()]
    return FeedbackResult(n, marks, box.practice if len(box.practice) >= SMALLEST_BASE_SHOWN else ())

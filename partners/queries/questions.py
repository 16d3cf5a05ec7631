"""Questions about questions: who may ask, what waits for trainers, and the page that everybody reads."""

from datetime import datetime

from django.urls import reverse

from accounts.enums import Permission
from accounts.models import User
from common.clock import london_day
from common.waiting import Waiting
from partners.enums import WAS_OPENED
from partners.models import Booking, SessionQuestion
from partners.models.questions import SessionQuestionQuerySet
from partners.models.scenarios import last_day_after

PUBLISHED_ORDER = ("-published_at", "-pk")
ASKED_ORDER = ("-asked_at", "-pk")


def may_ask(user: User, booking: Booking, *, at: datetime) -> bool:
    """Whose place it is, whether or not they came, until two weeks after the session; fetch it with the booking."""
    session = booking.session
    return (
        booking.user_id == user.pk
        and booking.holds_a_place
        and session.state in WAS_OPENED
        and london_day(at) <= last_day_after(session)
    )


def own_questions(user: User, booking: Booking) -> list[SessionQuestion]:
    """What this person asked at the session of their place, the first one first."""
    asked = SessionQuestion.objects.filter(session=booking.session_id, asked_by=user)
    return list(asked.order_by("asked_at", "pk"))


def knowledge(text: str = "") -> SessionQuestionQuerySet:
    """What is published, of every force; with words those in which they stand. Never the words in which it was asked."""
    found = SessionQuestion.objects.published().defer("words", "answer", "search")
    return found.about(text) if text else found


def questions_to_keep(user: User, *, show: str = "") -> SessionQuestionQuerySet:
    """What was asked at sessions of the trainer's force; `show` is "open" for those without an answer."""
    found = SessionQuestion.objects.of_force(user).select_related("session", "asked_by__agency")
    return found.unanswered() if show == "open" else found


def waiting_for(user: User) -> list[Waiting]:
    """For trainers the questions without an answer."""
    if not (user.may(Permission.RUN_SESSIONS) and user.acts_for_police()):
        return []
    count = SessionQuestion.objects.of_force(user).unanswered().count()
    words = f"question{'s' * (count != 1)} from sessions to answer"
    return [Waiting(words, count, f"{reverse('partners:questions')}?show=open")]

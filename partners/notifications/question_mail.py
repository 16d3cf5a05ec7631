"""Mail to who asked a question. No words of the question or its answer, no topic."""

from mail.notifications.kinds import kind
from mail.services.sending import send_message
from partners.enums import QuestionState
from partners.models import SessionQuestion
from partners.notifications.calendar import SUBJECT

ANSWERED = kind(
    "partners.question_answered",
    SUBJECT,
    "The trainers have answered your question about a session.",
    invite="Sign in to read it",
)


def email_person_about_answer(*, question_id: str) -> None:
    """Nothing to who has left since, or where it is not known any more who asked."""
    question = SessionQuestion.objects.select_related("asked_by").get(pk=question_id)
    asker = question.asked_by
    if question.state != QuestionState.ASKED and asker is not None and asker.is_active:
        send_message(ANSWERED, to=[asker.email], path=question.get_absolute_url())

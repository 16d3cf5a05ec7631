"""Mail to who asked a question. No words of the question or its answer, no topic."""

from django.conf import settings
from django.core.mail import EmailMessage

from partners.enums import QuestionState
from partners.models import SessionQuestion
from partners.notifications.calendar import SUBJECT


def email_person_about_answer(*, question_id: str) -> None:
    """Nothing to who has left since."""
    question = SessionQuestion.objects.select_related("asked_by").get(pk=question_id)
    if question.state == QuestionState.ASKED or not question.asked_by.is_active:
        return
    where = f"Sign in to read it: {settings.SITE_URL}{question.get_absolute_url()}"
    body = "\n\n".join(["The trainers have answered your question about a session.", where, settings.SERVICE_NAME])
    EmailMessage(subject=SUBJECT, body=body, to=[question.asked_by.email]).send()

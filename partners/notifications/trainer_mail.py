"""Mail to trainers about the sessions that they lead. The subject says nothing, the text only when: no name, no topic."""

from django.conf import settings
from django.core.mail import EmailMessage

from accounts.models import User
from common.templatetags.dates import moment
from partners.models import Session
from partners.notifications.calendar import SUBJECT

LINES = {
    "ADDED": "You lead a session: {when}.",
    "REMOVED": "You no longer lead a session: {when}.",
    "MOVED": "A session that you lead is moved. It now begins: {when}.",
    "CANCELLED": "A session that you lead is cancelled: {when}.",
}


def email_trainer_about_session(*, session_id: str, user_id: str, about: str) -> None:
    """Tell one trainer what became of one session, if that is still so."""
    session = Session.objects.get(pk=session_id)
    trainer = User.objects.get(pk=user_id)
    if not trainer.is_active or session.trainers.filter(pk=trainer.pk).exists() == (about == "REMOVED"):
        return
    where = f"Sign in to read more: {settings.SITE_URL}{session.get_absolute_url()}"
    EmailMessage(
        subject=SUBJECT,
        body="\n\n".join([LINES[about].format(when=moment(session.starts_at)), where, settings.SERVICE_NAME]),
        to=[trainer.email],
    ).send()

"""Mail to trainers about the sessions that they lead. The subject says nothing, the text only when: no name, no topic."""

from accounts.models import User
from common.templatetags.dates import moment
from mail.notifications.kinds import kind
from mail.services.sending import send_message
from partners.models import Session
from partners.notifications.calendar import SUBJECT

KINDS = {
    "ADDED": kind("partners.trainer_added", SUBJECT, "You lead a session: {moment}."),
    "REMOVED": kind("partners.trainer_removed", SUBJECT, "You no longer lead a session: {moment}."),
    "MOVED": kind("partners.trainer_moved", SUBJECT, "A session that you lead is moved. It now begins: {moment}."),
    "CANCELLED": kind("partners.trainer_cancelled", SUBJECT, "A session that you lead is cancelled: {moment}."),
}


def email_trainer_about_session(*, session_id: str, user_id: str, about: str) -> None:
    """Tell one trainer what became of one session, if that is still so."""
    session = Session.objects.get(pk=session_id)
    trainer = User.objects.get(pk=user_id)
    if not trainer.is_active or session.trainers.filter(pk=trainer.pk).exists() == (about == "REMOVED"):
        return
    values = {"moment": moment(session.starts_at)}
    send_message(KINDS[about], to=[trainer.email], path=session.get_absolute_url(), values=values)

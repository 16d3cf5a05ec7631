"""Mail to trainers about the sessions that they lead. The subject says nothing, the text only when: no name, no topic."""

from django.urls import reverse

from accounts.models import User
from common.templatetags.dates import moment
from mail.notifications.kinds import kind
from mail.services.sending import send_message
from partners.enums import RegisterNoticeKind, SessionState
from partners.models import RegisterNotice, Session
from partners.notifications.calendar import SUBJECT

KINDS = {
    "ADDED": kind("partners.trainer_added", SUBJECT, "You lead a session: {moment}."),
    "REMOVED": kind("partners.trainer_removed", SUBJECT, "You no longer lead a session: {moment}."),
    "MOVED": kind("partners.trainer_moved", SUBJECT, "A session that you lead is moved. It now begins: {moment}."),
    "STANDS_IN": kind(
        "partners.trainer_stands_in", SUBJECT, "You lead a session in the place of another trainer: {moment}."
    ),
    "REPLACED": kind("partners.trainer_replaced", SUBJECT, "Another trainer leads a session in your place: {moment}."),
    "CANCELLED": kind("partners.trainer_cancelled", SUBJECT, "A session that you lead is cancelled: {moment}."),
}
# Who is told so leads the session no longer.
LEFT = ("REMOVED", "REPLACED")


def email_trainer_about_session(*, session_id: str, user_id: str, about: str) -> None:
    """Tell one trainer what became of one session, if that is still so."""
    session = Session.objects.get(pk=session_id)
    trainer = User.objects.get(pk=user_id)
    if not trainer.is_active or session.trainers.filter(pk=trainer.pk).exists() == (about in LEFT):
        return
    values = {"moment": moment(session.starts_at)}
    send_message(KINDS[about], to=[trainer.email], path=session.get_absolute_url(), values=values)


ABOUT_REGISTER = {
    RegisterNoticeKind.OPEN: kind(
        "partners.register_open",
        SUBJECT,
        "The register of a session that you led is not closed yet: {moment}. Say who came, then close it.",
    ),
    RegisterNoticeKind.CLOSED: kind(
        "partners.register_closed",
        SUBJECT,
        "The register of a session that you led was closed automatically: {moment}. Who was not marked counts as absent. You can correct it.",
    ),
    RegisterNoticeKind.EMPTY: kind(
        "partners.register_empty",
        SUBJECT,
        "Nobody is marked in the register of a session that you led: {moment}. Nobody was there or absent until you say who came and close it.",
    ),
}


def email_trainer_about_register(*, notice_id: str, user_id: str) -> None:
    """Tell one trainer of a register that stayed open, if it is still so."""
    notice = RegisterNotice.objects.select_related("session").get(pk=notice_id)
    session = notice.session
    trainer = User.objects.get(pk=user_id)
    is_so = session.closed_by_clock if notice.kind == RegisterNoticeKind.CLOSED else session.state == SessionState.OPEN
    if not is_so or not trainer.is_active or not session.trainers.filter(pk=trainer.pk).exists():
        return
    send_message(
        ABOUT_REGISTER[RegisterNoticeKind(notice.kind)],
        to=[trainer.email],
        path=reverse("partners:session_register", args=[session.pk]),
        values={"moment": moment(session.starts_at)},
    )

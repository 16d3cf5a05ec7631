"""Registers that nobody closes: their trainers are reminded, and in the end a job closes those in which somebody is marked (ADR 0060)."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from jobs.services import enqueue
from partners import tasks
from partners.enums import RegisterNoticeKind, SessionState
from partners.models import RegisterNotice, Session
from partners.queries.attendance import over_since
from partners.services.register import close_left_register


def follow_up_registers(*, at: datetime) -> int:
    """Remind of each register that is due, or close it; returns how many notices were made. Two clocks may run."""
    since = over_since(min(settings.REGISTER_REMIND_AFTER_DAYS, settings.REGISTER_CLOSED_AFTER_DAYS), at=at)
    due = Session.objects.awaiting_register(at=at).filter(ends_at__lt=since).order_by("pk")
    return sum(_follow_up(session_id, at=at) for session_id in list(due.values_list("pk", flat=True)))


@transaction.atomic
def _follow_up(session_id: UUID, *, at: datetime) -> bool:
    session = Session.objects.locked().get(pk=session_id)
    if session.state != SessionState.OPEN:
        return False
    kind = RegisterNoticeKind.OPEN
    if session.ends_at < over_since(settings.REGISTER_CLOSED_AFTER_DAYS, at=at):
        is_closed = close_left_register(session, at=at)
        kind = RegisterNoticeKind.CLOSED if is_closed else RegisterNoticeKind.EMPTY
    notice, is_new = RegisterNotice.objects.get_or_create(session=session, kind=kind, defaults={"made_at": at})
    if is_new:
        for trainer in session.trainers.order_by("pk"):
            enqueue(tasks.email_trainer_about_register, at=at, notice_id=notice.pk, user_id=trainer.pk)
    return is_new

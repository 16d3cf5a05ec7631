"""Reminding who is booked: seven days, one day and one hour before the session begins; each once, and anew when it is moved."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest

from jobs.services import enqueue
from partners import tasks
from partners.enums import BookingState, ReminderKind, SessionState
from partners.models import Booking, Reminder, Session

WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
AT_A_TIME = 500


def when(kind: ReminderKind) -> tuple[timedelta, timedelta]:
    """How long before the beginning it is sent, and until when: after that the next one says the same.

    That of the day before brings the joining link, so it is sent when the link is out: not before, or it would come without.
    """
    link = settings.JOINING_LINK_BEFORE
    return {
        ReminderKind.WEEK: (WEEK, link),
        ReminderKind.DAY: (link, HOUR if link > HOUR else timedelta()),
        ReminderKind.HOUR: (HOUR, timedelta()),
    }[kind]


def reminders_to_come(session: Session, *, at: datetime) -> list[ReminderKind]:
    """Those that whoever has a place by now is still sent."""
    spans = {kind: when(kind) for kind in ReminderKind}
    return [kind for kind, (before, until) in spans.items() if before > until and at < session.starts_at - before]


@transaction.atomic
def remind_of_sessions(*, at: datetime) -> int:
    """Remind whoever has a place and has not been reminded yet; returns how many, 500 at most of each kind in one go.

    Who got the place after the moment of a reminder does not need that one. Two clocks may run: a booking that another one holds is
    left to it, and the database takes each reminder once.
    """
    reminders = [
        Reminder(booking=booking, kind=kind, starts_at=booking.session.starts_at, made_at=at)
        for kind in ReminderKind
        for booking in _due(kind, at=at)
    ]
    Reminder.objects.bulk_create(reminders)
    for reminder in reminders:
        enqueue(tasks.remind_person, at=at, reminder_id=reminder.pk)
    return len(reminders)


def _due(kind: ReminderKind, *, at: datetime) -> list[Booking]:
    before, until = when(kind)
    told = Reminder.objects.filter(booking=OuterRef("pk"), kind=kind, starts_at=OuterRef("session__starts_at"))
    got_it = Greatest("booked_at", Coalesce("offer__accepted_at", "booked_at"))
    due = (
        Booking.objects.filter(state=BookingState.BOOKED, session__state=SessionState.OPEN)
        .filter(session__starts_at__lte=at + before, session__starts_at__gt=at + until)
        .annotate(got_it=got_it)
        .filter(Q(got_it__lte=F("session__starts_at") - before))
        .exclude(Exists(told))
        .select_related("session")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")
    )
    return list(due[:AT_A_TIME])

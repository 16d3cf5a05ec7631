"""Reminding who is booked: seven days, one day and one hour before the session begins; each once, and anew when it is moved."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest

from jobs.services import enqueue
from partners import tasks
from partners.enums import BookingState, ReminderKind, SessionState
from partners.models import Booking, Reminder

# How long before the beginning each is sent, and until when: after that the next one says the same.
WHEN: dict[ReminderKind, tuple[timedelta, timedelta]] = {
    ReminderKind.WEEK: (timedelta(days=7), timedelta(days=1)),
    ReminderKind.DAY: (timedelta(days=1), timedelta(hours=1)),
    ReminderKind.HOUR: (timedelta(hours=1), timedelta()),
}
AT_A_TIME = 500


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
    before, until = WHEN[kind]
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

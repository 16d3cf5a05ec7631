"""Asking whose place it was by mail, once of each kind: the day after what the session was like, and three months later what became of it.

The first goes to people without an account too, with an address that works once and says nothing of them (ADR 0060).
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from common.clock import london_day, months_before, start_of_day
from jobs.services import enqueue
from partners import tasks
from partners.enums import WAS_OPENED, BookingState, LearningMailKind
from partners.models import Booking, FeedbackLink, LearningMail, SessionFeedbackReceipt
from partners.models.bookings import BookingQuerySet
from partners.models.scenarios import DAYS_AFTER
from partners.models.session_feedback import feedback_token, hash_of_token
from partners.queries.follow_ups import DAYS_OPEN, MONTHS_AFTER

AT_A_TIME = 500


@transaction.atomic
def ask_by_mail(*, at: datetime) -> int:
    """Ask whoever is to be asked and was not yet; returns how many, 500 at most of each kind in one go.

    Two clocks may run: a booking that another one holds is left to it, and the database takes each mail once.
    """
    mails = [
        LearningMail(booking=booking, kind=kind, made_at=at)
        for kind, due in DUE.items()
        for booking in _not_asked(due(at), kind)
    ]
    LearningMail.objects.bulk_create(mails)
    _make_links([one for one in mails if one.booking.delegate_id])
    for mail in mails:
        enqueue(tasks.ask_person_about_session, at=at, mail_id=mail.pk)
    return len(mails)


def _not_asked(due: BookingQuerySet, kind: LearningMailKind) -> list[Booking]:
    asked = LearningMail.objects.filter(booking=OuterRef("pk"), kind=kind)
    who = Q(user__is_active=True)
    if kind == LearningMailKind.FEEDBACK:
        who |= Q(delegate__isnull=False, delegate__forgotten_at=None)
    found = due.filter(who, session__state__in=WAS_OPENED).exclude(Exists(asked))
    return list(found.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:AT_A_TIME])


def _make_links(mails: Sequence[LearningMail]) -> None:
    """For who has no account an address each, in an order that tells nothing of whose it is."""
    links = [
        FeedbackLink(session_id=one.booking.session_id, token_hash=hash_of_token(feedback_token(one.pk)))
        for one in mails
    ]
    FeedbackLink.objects.bulk_create(sorted(links, key=lambda link: link.token_hash))


def _feedback_due(at: datetime) -> BookingQuerySet:
    """From the day after the session until its last day for feedback, who was there by the register and has not given any."""
    today = london_day(at)
    told = SessionFeedbackReceipt.objects.filter(session=OuterRef("session"), person=OuterRef("user"))
    return Booking.objects.filter(
        state=BookingState.PRESENT,
        session__ends_at__lt=start_of_day(today),
        session__ends_at__gte=start_of_day(today - timedelta(days=DAYS_AFTER)),
    ).exclude(Exists(told))


def _follow_up_due(at: datetime) -> BookingQuerySet:
    """From three months after the session for four weeks, who was there and has not answered."""
    today = london_day(at)
    last, first = (months_before(day, MONTHS_AFTER) for day in (today, today - timedelta(days=DAYS_OPEN)))
    return Booking.objects.filter(
        state=BookingState.PRESENT,
        session__ends_at__lt=start_of_day(last + timedelta(days=1)),
        session__ends_at__gte=start_of_day(first),
        follow_up=None,
    )


DUE: dict[LearningMailKind, Callable[[datetime], BookingQuerySet]] = {
    LearningMailKind.FEEDBACK: _feedback_due,
    LearningMailKind.FOLLOW_UP: _follow_up_due,
}

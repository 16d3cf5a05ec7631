"""What the clock does to the places of a session: holds and offers end, and who waits longest is offered what is free.

Whoever touches a session's places settles them first and last, under the session's lock; the clock does it for sessions that nobody
touches. So a place is never with somebody whose time is over, and never free while somebody waits for it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, Exists, F, OuterRef, Q, UUIDField

from common.kept_sql import Given, KeptQuestion, insert_all
from jobs.services import enqueue, enqueue_each
from partners import tasks
from partners.enums import BookingMove, BookingState, SessionState
from partners.models import Booking, Offer, PlaceHold, Session
from partners.models.sessions import SessionQuerySet
from partners.permissions import is_in_booking_window
from partners.queries.one_place import count_places, what_is_due
from partners.services.moves import move_booking, offer_each, record_booking, record_each_booking


def settle(session: Session, *, at: datetime) -> None:
    """Let go of what has lapsed, and offer what is free to who waits longest. The caller holds the session's lock."""
    is_closed = session.state != SessionState.PLANNED and at >= session.booking_closes_at
    session.places_taken, has_ended, somebody_waits = what_is_due(session, at=at)
    if is_closed or has_ended:
        _end_what_is_over(session, is_closed=is_closed, at=at)
    places = session.places_left
    if somebody_waits and not is_closed and places > 0 and is_in_booking_window(session, at=at):
        # Only who is concerned is read and locked, however many wait.
        queue = Booking.objects.locked().filter(session=session, state=BookingState.WAITING)
        _offer(list(queue.order_by("booked_at", "pk")[:places]), session, at=at)


def _end_what_is_over(session: Session, *, is_closed: bool, at: datetime) -> None:
    """Let go of the holds and offers that have ended; once booking has closed of all, and of who waits."""
    holds = PlaceHold.objects.filter(session=session)
    (holds if is_closed else holds.over(at=at)).delete()
    over = Q(state=BookingState.OFFERED, offer__ends_at__lte=at)
    if is_closed:
        over = Q(state__in=(BookingState.WAITING, BookingState.OFFERED))
    queue = Booking.objects.locked().filter(over, session=session).select_related("offer")
    for booking in queue.order_by("booked_at", "pk"):
        _lapse(booking, at=at)
    session.places_taken = count_places(session)


def shorten(session: Session, *, at: datetime) -> None:
    """Let no hold and no offer last longer than booking does, on a session that the caller has locked and whose booking closes earlier now.

    Who is offered a place is told until when it is held. What would be over already is for `settle`.
    """
    if session.booking_closes_at <= at:
        return
    PlaceHold.objects.filter(session=session, ends_at__gt=session.booking_closes_at).update(
        ends_at=session.booking_closes_at
    )
    too_long = Booking.objects.offered().filter(session=session, offer__ends_at__gt=session.booking_closes_at)
    for booking in too_long.select_related("offer").order_by("pk"):
        booking.offer.ends_at = session.booking_closes_at
        booking.offer.save(update_fields=["ends_at"])
        enqueue(tasks.email_about_offer, at=at, booking_id=booking.pk)


def let_go(session: Session) -> None:
    """End every hold on the session, which the caller has locked: it is called off."""
    PlaceHold.objects.filter(session=session).delete()


@transaction.atomic
def settle_session(*, session_id: UUID, at: datetime) -> Session:
    """Settle the places of one session."""
    session = Session.objects.locked().get(pk=session_id)
    settle(session, at=at)
    return session


def settle_due_sessions(*, at: datetime) -> int:
    """Settle each session where something has lapsed or a free place is waited for; returns how many. Two clocks may run."""
    due = list(to_settle(at=at).order_by("pk").values_list("pk", flat=True))
    for session_id in due:
        settle_session(session_id=session_id, at=at)
    return len(due)


def has_to_settle(session_id: UUID, *, at: datetime) -> bool:
    """Whether the clock has something to do on this session: asked by whoever was refused, of whom there may be many at once."""
    return bool(TO_SETTLE.rows(session=session_id, at=at))


def to_settle(*, at: datetime | Given) -> SessionQuerySet:
    """The sessions where the clock has something to do."""
    holds = PlaceHold.objects.over(at=at).filter(session=OuterRef("pk"))
    offers = Booking.objects.offered().filter(
        Q(offer__ends_at__lte=at) | Q(session__booking_closes_at__lte=at), session=OuterRef("pk")
    )
    waiting = Booking.objects.filter(state=BookingState.WAITING, session=OuterRef("pk"))
    may_offer = Q(state=SessionState.OPEN, places_taken__lt=F("capacity"))
    may_offer &= Q(booking_opens_at=None) | Q(booking_opens_at__lte=at)
    return Session.objects.filter(
        Exists(holds) | Exists(offers) | (Exists(waiting) & (may_offer | Q(booking_closes_at__lte=at)))
    )


TO_SETTLE = KeptQuestion(
    lambda: to_settle(at=Given("at", DateTimeField())).filter(pk=Given("session", UUIDField())).values_list("pk")
)


def _lapse(booking: Booking, *, at: datetime) -> None:
    was_offered = booking.is_offered
    move_booking(booking, BookingMove.LAPSE, by=None, at=at)
    record_booking("lapsed", booking, by=None, at=at, was_offered=was_offered)
    enqueue(tasks.email_person_about_lapse, at=at, booking_id=booking.pk)


def _offer(waiting: Sequence[Booking], session: Session, *, at: datetime) -> None:
    """Offer a place to each of these, who are the first of the list, in its order."""
    is_near = session.starts_at - at <= settings.OFFER_NEAR
    ends_at = min(at + (settings.OFFER_FOR_NEAR if is_near else settings.OFFER_FOR), session.booking_closes_at)
    offer_each(waiting, at=at)
    insert_all([Offer(booking=booking, offered_at=at, ends_at=ends_at) for booking in waiting])
    record_each_booking("offered", waiting, by=None, at=at)
    enqueue_each(tasks.email_about_offer, [{"booking_id": booking.pk} for booking in waiting], at=at)
    session.places_taken = count_places(session)

"""Five hundred places given back by eight at once while five hundred people wait, against a bare promotion under the same lock.

Ours is all that giving back does: the rules, the record, the mail that waits to be sent, and the offer to who waits longest. The
peer cancels a row, makes the oldest waiting one offered and writes its offer; the database's own triggers work for both. Half of
those who wait joined at the same moment as somebody else. Afterwards: who waited is offered a place, each once, in the order in
which they joined, and nobody is lost. By the clock.
"""

import statistics
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from audit.models import Entry
from benchmarks.booking_contention import new_session
from benchmarks.crowd import seconds_of_all
from benchmarks.measuring import Result, once_a_run, tell
from common.references import new_reference
from partners.enums import BookingState
from partners.models import Booking, BookingChange, Delegate, Offer, Session
from partners.services import bookings

GIVERS, PLACES, ROUNDS = 8, 500, 3
CANCEL = """UPDATE partners_booking SET state = 'CANCELLED', cancelled_at = now(), cancelled_by_id = %s,
    moves = moves + 1, moved_at = now(), moved_by_id = %s WHERE id = %s"""
PROMOTE = """UPDATE partners_booking SET state = 'OFFERED', moves = moves + 1, moved_at = now() WHERE id = (
    SELECT id FROM partners_booking WHERE session_id = %s AND state = 'WAITING' ORDER BY booked_at, id LIMIT 1) RETURNING id"""
OFFER = (
    "INSERT INTO partners_offer (id, booking_id, offered_at, ends_at) VALUES (%s, %s, now(), now() + interval '1 day')"
)


def by_the_service(booking: Booking, coordinator: User) -> None:
    bookings.cancel_booking(booking_id=booking.pk, by=coordinator, at=timezone.now())


def by_bare_statements(booking: Booking, coordinator: User) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT FROM partners_session WHERE id = %s FOR UPDATE", [booking.session_id])
        cursor.execute(CANCEL, [coordinator.pk, coordinator.pk, booking.pk])
        cursor.execute(PROMOTE, [booking.session_id])
        cursor.execute(OFFER, [uuid.uuid4(), *cursor.fetchone()])


def full_session(trainer: User, coordinator: User, people: list[Delegate]) -> tuple[list[Booking], list[Booking]]:
    """A session with every place taken, and as many people who wait, in the order in which they joined."""
    session = new_session(trainer)
    Session.objects.filter(pk=session.pk).update(capacity=PLACES)
    began = timezone.now() - timedelta(days=1)

    def rows(of: list[Delegate], state: BookingState) -> list[Booking]:
        return Booking.objects.bulk_create(
            Booking(
                reference=new_reference("BKG", 2026, length=10),
                session=session,
                agency_id=person.agency_id,
                delegate=person,
                state=state,
                request_key=uuid.uuid4(),
                booked_at=began + timedelta(seconds=place // 2),
                booked_by=coordinator,
            )
            for place, person in enumerate(of)
        )

    booked, waiting = rows(people[:PLACES], BookingState.BOOKED), rows(people[PLACES:], BookingState.WAITING)
    return booked, sorted(waiting, key=lambda one: (one.booked_at, one.pk.int))


def milliseconds(give_back: Callable[[Booking, User], None], booked: list[Booking], coordinator: User) -> float:
    """For one place, by the clock, with all at it."""
    spent = seconds_of_all(lambda booking: give_back(booking, coordinator), booked, hands=GIVERS)
    return spent * 1000 / len(booked)


def check(booked: list[Booking], waiting: list[Booking]) -> None:
    """Every place was given back and offered on, once."""
    session_id = booked[0].session_id
    now = Booking.objects.filter(session=session_id)
    assert now.filter(state=BookingState.CANCELLED).count() == len(booked)
    assert (
        now.filter(state=BookingState.OFFERED).count() == len(waiting) == Offer.objects.filter(booking__in=now).count()
    )
    offered = BookingChange.objects.filter(booking__session=session_id, to_state=BookingState.OFFERED)
    assert offered.values("booking").distinct().count() == offered.count() == len(waiting)
    assert Session.objects.get(pk=session_id).places_taken == PLACES


def check_order(waiting: list[Booking]) -> None:
    """The records, which are numbered under the session's lock, have the offers in the order of the list."""
    ids = [str(one.pk) for one in waiting]
    recorded: Any = Entry.objects.filter(what="partners.booking_offered", object_id__in=ids).order_by("pk")
    assert list(recorded.values_list("object_id", flat=True)) == ids


@once_a_run
def main() -> None:
    """Both sides in turns, each with a session of its own."""
    coordinator = User.objects.get(email="coordinator@example.org")
    trainer = User.objects.get(email="trainer@example.org")
    run = uuid.uuid4().hex[:8]
    people = Delegate.objects.bulk_create(
        Delegate(
            agency=coordinator.agency,
            name=f"Waiting {number}",
            email=f"waiting{number}-{run}@example.org",
            added_at=timezone.now(),
            added_by=coordinator,
        )
        for number in range(2 * PLACES)
    )
    ours, peer = [], []
    for _ in range(ROUNDS):
        booked, waiting = full_session(trainer, coordinator, people)
        ours.append(milliseconds(by_the_service, booked, coordinator))
        check(booked, waiting)
        check_order(waiting)
        booked, waiting = full_session(trainer, coordinator, people)
        peer.append(milliseconds(by_bare_statements, booked, coordinator))
        check(booked, waiting)
    ratios = [mine / theirs for mine, theirs in zip(ours, peer, strict=True)]
    tell(
        Result(
            promise="Cancelled place offered to who waits longest, by eight at once, against bare statements under the same lock",
            size=f"{PLACES} places, {PLACES} waiting",
            ours_ms=statistics.median(ours),
            peer_ms=statistics.median(peer),
            ratio=statistics.median(ratios),
            lowest=min(ratios),
            highest=max(ratios),
            wall_ratio=statistics.median(ratios),
            note="milliseconds by the clock, not of CPU",
        )
    )


if __name__ == "__main__":
    main()

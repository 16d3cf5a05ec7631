"""Places of one session booked by eight and by sixteen at once, through the service, against a bare insert of a booking under the session's lock.

Ours is all that booking does: the rules, who is named, the access log and the mail that waits to be sent. The peer is given the
person and decides nothing but whether there is a place. The triggers that count places and keep changes work for both. Each round has
sessions of its own, each booker a connection of its own; afterwards exactly the places are taken, on both sides. By the clock: what
counts under contention is how long the others wait; for how long the slowest of twenty waits stands beside it.
"""

import statistics
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from benchmarks.crowd import seconds_of_all
from benchmarks.measuring import Result, once_a_run, tell
from common.references import new_reference
from partners.models import Booking, Delegate, NamedDelegate, Session
from partners.services import bookings

BOOKERS, PLACES, ROUNDS = {8: "eight", 16: "sixteen"}, 40, 5
MORE_THAN_THERE_ARE = 8


def new_session(trainer: User) -> Session:
    """An open session far ahead, of its own time, so that nobody has another place then."""
    assert trainer.agency is not None
    at = timezone.now()
    starts_at = at + timedelta(days=200)
    session = Session.objects.create(
        host=trainer.agency,
        kind="OTHER",
        title="For a benchmark",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=90),
        venue="ONLINE",
        capacity=PLACES,
        booking_closes_at=starts_at,
        state="OPEN",
        planned_at=at,
        planned_by=trainer,
        changed_at=at,
        opened_at=at,
        opened_by=trainer,
    )
    session.trainers.add(trainer)
    return session


def by_the_service(session: Session, coordinator: User, person: Delegate) -> None:
    named = NamedDelegate(person.name, person.email)
    try:
        bookings.book_place(session_id=session.pk, key=uuid.uuid4(), by=coordinator, at=timezone.now(), delegate=named)
    except bookings.CannotBook as refusal:
        if str(refusal) != bookings.ALL_TAKEN:
            raise


def by_bare_insert(session: Session, coordinator: User, person: Delegate) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT capacity - places_taken FROM partners_session WHERE id = %s FOR UPDATE", [session.pk])
        if cursor.fetchone()[0] > 0:
            cursor.execute(
                "INSERT INTO partners_booking"
                " (id, reference, session_id, agency_id, delegate_id, state, request_key, booked_at, booked_by_id)"
                " VALUES (%s, %s, %s, %s, %s, 'BOOKED', %s, now(), %s)",
                [
                    uuid.uuid4(),
                    new_reference("BKG", 2026, length=10),
                    session.pk,
                    person.agency_id,
                    person.pk,
                    uuid.uuid4(),
                    coordinator.pk,
                ],
            )


@dataclass(frozen=True)
class Spent:
    """Milliseconds by the clock: for one booking with all at it, and how long one of twenty waits at least for its answer."""

    each: float
    slow: float


def spent(
    book: Callable[[Session, User, Delegate], None],
    session: Session,
    coordinator: User,
    people: list[Delegate],
    bookers: int,
) -> Spent:
    """With so many bookers at it; and that exactly the places are taken."""
    waits: list[float] = []

    def ask(person: Delegate) -> None:
        asked = time.perf_counter()
        book(session, coordinator, person)
        waits.append(time.perf_counter() - asked)

    whole = seconds_of_all(ask, people, hands=bookers)
    session.refresh_from_db()
    assert session.places_taken == session.bookings.holding_a_place().count() == PLACES
    assert len(waits) == len(people)
    # So that the next round's sessions may be at the same time.
    Booking.objects.filter(session=session).delete()
    return Spent(each=whole * 1000 / len(people), slow=sorted(waits)[int(len(waits) * 0.95)] * 1000)


@once_a_run
def main() -> None:
    """Both sides in turns, each with a session of its own."""
    coordinator = User.objects.get(email="coordinator@example.org")
    trainer = User.objects.get(email="trainer@example.org")
    people = [
        Delegate(
            agency=coordinator.agency,
            name=f"Benchmark {number}",
            email=f"benchmark{number}@example.org",
            added_at=timezone.now(),
            added_by=coordinator,
        )
        for number in range(PLACES + MORE_THAN_THERE_ARE)
    ]
    Delegate.objects.bulk_create(people)
    for bookers, in_words in BOOKERS.items():
        ours, peer = [], []
        for _ in range(ROUNDS):
            ours.append(spent(by_the_service, new_session(trainer), coordinator, people, bookers))
            peer.append(spent(by_bare_insert, new_session(trainer), coordinator, people, bookers))
        ratios = [mine.each / theirs.each for mine, theirs in zip(ours, peer, strict=True)]
        slow, peer_slow = (statistics.median(one.slow for one in side) for side in (ours, peer))
        tell(
            Result(
                promise=f"Place booked by {in_words} at once against a bare insert under the same lock",
                size=f"{PLACES} places",
                ours_ms=statistics.median(one.each for one in ours),
                peer_ms=statistics.median(one.each for one in peer),
                ratio=statistics.median(ratios),
                lowest=min(ratios),
                highest=max(ratios),
                wall_ratio=statistics.median(ratios),
                note=f"milliseconds by the clock, not of CPU; one of twenty waits {slow:.0f} ms or longer, of the peer {peer_slow:.0f}",
            )
        )


if __name__ == "__main__":
    main()

"""A process of its own, with its own connection, that books for many people one after another; test_never_oversold.py starts several.

It says "ready", waits for the gate, and works with what it was told on standard input. Not a test.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import UUIDField

from accounts.models import User
from common.kept_sql import Given, KeptRow
from partners.models import Booking, Session
from partners.services import bookings, holds, settling, waiting_list

GATE, SECOND_GATE = 4_001, 4_002
UNLOCKED = KeptRow(lambda: Session.objects.filter(pk=Given("session", UUIDField())))
# After everybody has come: places are given back, and who waits answers.
ROUNDS = 12


def wait_at(gate: int, word: str) -> None:
    """Say where we are, and wait until the one who started us opens the gate."""
    print(word, flush=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s), pg_advisory_unlock_shared(%s)", [gate, gate])


def main() -> None:
    """Do what standard input says."""
    told = json.load(sys.stdin)
    users = list(User.objects.filter(pk__in=told["users"]).select_related("agency").order_by("pk"))
    for user in users:
        assert user.is_active
    done: dict[str, int] = {}
    if told["is_guarded"]:
        wait_at(GATE, "ready")
        crowd(told, users, done)
    else:
        without_lock(told, users[0], done)
    assert Booking.objects.exists()
    print(json.dumps(done), flush=True)


def crowd(told: dict[str, Any], users: list[Any], done: dict[str, int]) -> None:
    """Everybody books or waits; some hold a place first, some cancel, and offers are accepted, turned down or left to end."""
    chance = random.Random(told["seed"])
    start = datetime.fromisoformat(told["start"])
    began = told["began"]
    session_id = UUID(told["session"])

    def at() -> datetime:
        return start + timedelta(seconds=time.time() - began)

    def attempt(what: str, deed: Callable[[], Any]) -> Any:
        try:
            given = deed()
        except (bookings.CannotBook, waiting_list.CannotWait, waiting_list.CannotAnswerOffer):
            what, given = f"{what} refused", None
        done[what] = done.get(what, 0) + 1
        return given

    def answer_offers() -> None:
        for one in Booking.objects.offered().filter(user__in=users).select_related("user"):
            deed = chance.choices(("accept", "turn down", "leave"), (6, 2, 2))[0]
            if deed == "accept":
                attempt(deed, lambda one=one: waiting_list.accept_offer(booking_id=one.pk, by=one.user, at=at()))
            elif deed == "turn down":
                attempt(deed, lambda one=one: waiting_list.turn_down_offer(booking_id=one.pk, by=one.user, at=at()))

    for number, user in enumerate(users):
        asks = {"session_id": session_id, "by": user}
        if chance.random() < 0.3:
            attempt("hold", lambda asks=asks: holds.hold_place(**asks, at=at()))
        booked = attempt("book", lambda asks=asks: bookings.book_place(**asks, key=uuid4(), at=at()))
        if booked is None:
            waits = attempt("wait", lambda asks=asks: waiting_list.join_waiting_list(**asks, key=uuid4(), at=at()))
            if waits is not None and chance.random() < 0.1:
                attempt(
                    "leave list",
                    lambda waits=waits, user=user: waiting_list.leave_waiting_list(
                        booking_id=waits.pk, by=user, at=at()
                    ),
                )
        elif chance.random() < 0.3:
            attempt("cancel", lambda b=booked, u=user: bookings.cancel_booking(booking_id=b.pk, by=u, at=at()))
        if number % 5 == 4:
            answer_offers()
        if number % 25 == 24:
            # The clock of another day: all offers and holds of before have ended.
            attempt("clock", lambda: settling.settle_due_sessions(at=at() + timedelta(days=2)))
    for _ in range(ROUNDS):
        mine = Booking.objects.filter(session=session_id, state="BOOKED", user__in=users).select_related("user")
        for one in mine.order_by("pk")[:3]:
            if chance.random() < 0.5:
                attempt(
                    "cancel",
                    lambda one=one: bookings.cancel_booking(booking_id=one.pk, by=one.user, at=at()),
                )
        answer_offers()


def without_lock(told: dict[str, Any], user: Any, done: dict[str, int]) -> None:
    """Book with the service's lock taken away: everybody has looked how many places are left before anybody books."""
    check = bookings.check_open

    def check_and_wait(session: Any, **asked: Any) -> None:
        check(session, **asked)
        wait_at(SECOND_GATE, "ready")

    bookings.lock_session = lambda pk: UNLOCKED.ask(session=pk)
    bookings.check_open = check_and_wait
    try:
        bookings.book_place(
            session_id=UUID(told["session"]), key=uuid4(), by=user, at=datetime.fromisoformat(told["start"])
        )
        done["book"] = 1
    except bookings.CannotBook as refusal:
        done[str(refusal)] = 1

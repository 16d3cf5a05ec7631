"""400 people for 50 places, from several processes at once, with holds, cancellations, promotions and offers that end among them.

What holds is looked at when each transaction commits, by the database itself, and counted again from the rows and from the access log.
And the same with the guards taken away, where it must break.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from audit.models import Entry
from partners.enums import BOOKING_MOVES, STANDING, TAKES_A_PLACE
from partners.models import Booking, PlaceHold, Session
from partners.queries import position_of
from partners.services import settling, waiting_list
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.partners import SessionFactory
from tests.partners.one_of_many import GATE, SECOND_GATE
from tests.people import NOW

ROOT = Path(__file__).resolve().parent.parent.parent
PEOPLE, PLACES, PROCESSES = 400, 50, 6
SECONDS = 200
SEED = 20_261_128
pytestmark = pytest.mark.django_db(transaction=True)

WATCH = """
CREATE TABLE watched_places (id bigserial, taken int, counted int, capacity int, twice int);
CREATE FUNCTION watch_places() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.session_id ELSE NEW.session_id END;
BEGIN
    INSERT INTO watched_places (taken, counted, capacity, twice)
        SELECT
            (SELECT count(*) FROM partners_booking WHERE session_id = which AND state = ANY (%(takes)s))
                + (SELECT count(*) FROM partners_placehold WHERE session_id = which),
            places_taken,
            capacity,
            (SELECT count(*) FROM (
                SELECT FROM partners_booking WHERE session_id = which AND state = ANY (%(standing)s)
                    GROUP BY user_id HAVING count(*) > 1
            ) AS people)
        FROM partners_session WHERE id = which;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER watch_places AFTER INSERT OR UPDATE OR DELETE ON partners_booking
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION watch_places();
CREATE CONSTRAINT TRIGGER watch_places AFTER INSERT OR UPDATE OR DELETE ON partners_placehold
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION watch_places();
"""
DO_NOT_WATCH = """
DROP TRIGGER watch_places ON partners_booking;
DROP TRIGGER watch_places ON partners_placehold;
DROP FUNCTION watch_places();
DROP TABLE watched_places;
"""


@pytest.fixture
def _watched() -> Iterator[None]:
    """The database looks at the places when each transaction commits, under the lock that it holds."""
    quoted = {
        name: "'{" + ",".join(states) + "}'" for name, states in (("takes", TAKES_A_PLACE), ("standing", STANDING))
    }
    with connection.cursor() as cursor:
        cursor.execute(WATCH % quoted)
    yield
    with connection.cursor() as cursor:
        cursor.execute(DO_NOT_WATCH)


@pytest.fixture
def _database_guard_off() -> Iterator[None]:
    """The check on the count is gone; it comes back on an empty table."""
    (guard,) = [one for one in Session._meta.constraints if one.name == "session_is_never_oversold"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Session, guard)
    yield
    Booking.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Session, guard)


@pytest.fixture(autouse=True)
def _one_connection(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The gate is a lock of this session of the database, which must stay the same one."""
    connection.close()
    connection.close_pool()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "pool", False)
    yield
    connection.close()


@contextmanager
def started(told: dict[str, Any]) -> Iterator[subprocess.Popen[str]]:
    """A process that works beside this one; killed if it is still there in the end."""
    address = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    environment = os.environ | {
        "DATABASE_URL": address,
        "DATABASE_POOL_SIZE": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }
    program = "import django; django.setup(); from tests.partners import one_of_many; one_of_many.main()"
    command = [sys.executable, "-c", program]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, **pipes) as process:
        try:
            assert process.stdin is not None
            process.stdin.write(json.dumps(told))
            process.stdin.close()
            process.stdin = None
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def let_loose(session: Session, crowds: list[list[User]], *, is_guarded: bool) -> Counter[str]:
    """Start a process for each crowd, let all go at the same moment, and add up what they did."""
    gate = GATE if is_guarded else SECOND_GATE
    done: Counter[str] = Counter()
    with ExitStack() as stack, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [gate])
        workers = [
            stack.enter_context(
                started(
                    {
                        "session": str(session.pk),
                        "users": [str(user.pk) for user in crowd],
                        "seed": SEED + number,
                        "start": NOW.isoformat(),
                        "began": time.time(),
                        "is_guarded": is_guarded,
                    }
                )
            )
            for number, crowd in enumerate(crowds)
        ]
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n", worker.communicate(timeout=SECONDS)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [gate])
        for worker in workers:
            out, errors = worker.communicate(timeout=SECONDS)
            assert worker.returncode == 0, errors
            done += Counter(json.loads(out.splitlines()[-1]))
    return done


def make_people(count: int) -> list[User]:
    return UserFactory.create_batch(count, agency=AgencyFactory(), roles=["PARTNER_PRACTITIONER"])


def replayed(session: Session) -> list[str]:
    """What was wrong with the order of the waiting list, by the access log, whose entries were written under the session's lock."""
    order = {str(pk): (at, pk) for pk, at in session.bookings.values_list("pk", "booked_at")}
    waiting: set[str] = set()
    wrong: list[str] = []
    entries = Entry.objects.filter(details__session=str(session.pk)).order_by("pk")
    for what, pk in entries.values_list("what", "object_id"):
        match what.removeprefix("partners.booking_"):
            case "waiting":
                waiting.add(pk)
            case "offered":
                if pk != min(waiting, key=order.__getitem__):
                    wrong.append(f"{pk} was promoted before who waited longer")
                waiting.discard(pk)
            case "left" | "lapsed":
                waiting.discard(pk)
    if waiting != {str(pk) for pk in session.bookings.filter(state="WAITING").values_list("pk", flat=True)}:
        wrong.append("others wait than the log says")
    return wrong


def changes_that_are_no_moves(session: Session) -> list[str]:
    """Each booking's changes in one line: every one begins where the one before ended, by a move that there is."""
    moves = {(str(start), str(end)) for (_, start), end in BOOKING_MOVES.items()} | {("", "BOOKED"), ("", "WAITING")}
    wrong = []
    for booking in session.bookings.prefetch_related("changes"):
        changes = sorted(booking.changes.all(), key=lambda change: change.number)
        before = ""
        for number, change in enumerate(changes):
            if (change.number, change.from_state) != (number, before) or (before, change.to_state) not in moves:
                wrong.append(f"{booking}: {change.number} {change.from_state} to {change.to_state}")
            before = change.to_state
        if before != booking.state:
            wrong.append(f"{booking} is {booking.state} and its last change says {before}")
    return wrong


@pytest.mark.usefixtures("_watched")
def test_400_people_for_50_places_from_several_processes() -> None:
    session = SessionFactory(capacity=PLACES)
    crowd = make_people(PEOPLE)

    done = let_loose(session, [crowd[number::PROCESSES] for number in range(PROCESSES)], is_guarded=True)

    for what in ("hold", "book", "book refused", "wait", "cancel", "leave list", "accept", "turn down", "clock"):
        assert done[what] > 0, f"nobody did it, so it proves nothing: {what} of {done} with seed {SEED}"
    accept_all_offers(session)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), max(taken), count(*) FILTER (WHERE taken <> counted), max(twice) FROM watched_places"
        )
        looks, most, miscounted, twice = cursor.fetchone()
    assert looks > PEOPLE
    assert (most, miscounted, twice) == (PLACES, 0, 0)
    session.refresh_from_db()
    places = Counter(session.bookings.values_list("state", flat=True))
    assert (places["BOOKED"], places["OFFERED"], PlaceHold.objects.count()) == (PLACES, 0, 0)
    assert session.places_taken == PLACES
    assert places["LAPSED"] > 0
    waiting = list(Booking.objects.waiting().filter(session=session))
    assert [position_of(booking) for booking in waiting] == list(range(1, places["WAITING"] + 1))
    standing = Counter(session.bookings.standing().values_list("user", flat=True))
    assert set(standing.values()) == {1}
    assert replayed(session) == []
    assert changes_that_are_no_moves(session) == []


def accept_all_offers(session: Session) -> None:
    """When the crowd is gone, holds and offers of before end, and who is offered a place takes it."""
    at = NOW.replace(day=30)
    settling.settle_session(session_id=session.pk, at=at)
    for booking in Booking.objects.offered().filter(session=session).select_related("user"):
        waiting_list.accept_offer(booking_id=booking.pk, by=booking.user, at=at)


def one_each(count: int) -> list[list[User]]:
    return [[person] for person in make_people(count)]


def test_without_the_services_lock_the_database_holds_against_several_processes() -> None:
    session = SessionFactory(capacity=1)

    done = let_loose(session, one_each(3), is_guarded=False)

    assert done == {"book": 1, "The last place has just been taken.": 2}
    assert session.bookings.filter(state="BOOKED").count() == 1


@pytest.mark.usefixtures("_database_guard_off")
def test_without_lock_and_check_the_same_processes_oversell() -> None:
    """The negative control: it is the guards that hold, not luck."""
    session = SessionFactory(capacity=1)

    assert let_loose(session, one_each(3), is_guarded=False) == {"book": 3}
    assert session.bookings.filter(state="BOOKED").count() == 3

"""The last places under real threads, each with its own connection; and the same race with the guards taken away."""

import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import UUIDField

from accounts.models import User
from audit.models import Entry
from common.kept_sql import Given, KeptRow
from jobs.models import Job
from partners.enums import HOLDS_A_PLACE, Beyond
from partners.models import Booking, NamedDelegate, PlaceHold, Session
from partners.services import bookings as services
from partners.services import groups, holds, settling, waiting_list
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.partners import STARTS, BookingFactory, SessionFactory
from tests.people import NOW

THREADS = 16
UNLOCKED = KeptRow(lambda: Session.objects.filter(pk=Given("session", UUIDField())))
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _a_connection_for_each_thread(transactional_db, monkeypatch) -> Iterator[None]:
    """Without the pool, which would let only some of them into the database at a time."""
    connection.close()
    connection.close_pool()
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "pool", False)
    yield
    connection.close()


def people(count: int) -> list[User]:
    agency = AgencyFactory()
    return UserFactory.create_batch(count, agency=agency, roles=["PARTNER_PRACTITIONER"])


def at_once(deeds: list[Callable[[], object]], *, threads: int) -> list[object]:
    """Do them on that many threads, which all begin together; what each returned, or the exception it raised."""
    together = threading.Barrier(threads)
    begun = threading.local()

    def do(deed: Callable[[], object]) -> object:
        try:
            if not hasattr(begun, "yes"):
                begun.yes = True
                together.wait(timeout=20)
            return deed()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=threads) as pool:
        return list(pool.map(do, deeds))


def book(session: Session, by: User, key: uuid.UUID | None = None) -> Booking:
    return services.book_place(session_id=session.pk, key=key or uuid.uuid4(), by=by, at=NOW)


@contextmanager
def watched(session: Session) -> Iterator[list[int]]:
    """The number of places that another connection saw taken, again and again, while the block ran."""
    seen: list[int] = []
    done = threading.Event()

    def look() -> None:
        try:
            while not done.is_set():
                seen.append(Booking.objects.holding_a_place().filter(session=session).count())
        finally:
            connection.close()

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join(timeout=20)


def most_at_any_commit(session: Session) -> int:
    """Counted again from the access log, whose entries were written under the session's lock, one after another."""
    taken = most = 0
    for what in Entry.objects.filter(details__session=str(session.pk)).order_by("pk").values_list("what", flat=True):
        taken += {"partners.booking_booked": 1, "partners.booking_cancelled": -1}[what]
        most = max(most, taken)
    assert taken == Booking.objects.holding_a_place().filter(session=session).count()
    return most


def test_the_last_places_are_never_sold_twice_with_cancellations_mixed_in():
    capacity = 10
    session = SessionFactory(capacity=capacity)
    crowd = people(40)
    refusals: list[str] = []

    def come(number: int, person: User) -> None:
        """Book; every third gives the place back and tries again."""
        try:
            booking = book(session, person)
            if number % 3 == 0:
                services.cancel_booking(booking_id=booking.pk, by=person, at=NOW)
                book(session, person)
        except services.CannotBook as error:
            refusals.append(str(error))

    with watched(session) as seen:
        failures = at_once(
            [lambda n=number, p=person: come(n, p) for number, person in enumerate(crowd)], threads=THREADS
        )

    assert [one for one in failures if one is not None] == []
    holding = list(Booking.objects.holding_a_place().filter(session=session).values_list("user", flat=True))
    assert len(holding) == len(set(holding)) == capacity
    assert Session.objects.get(pk=session.pk).places_taken == capacity
    assert max(seen) <= capacity
    assert most_at_any_commit(session) == capacity
    assert set(refusals) == {"All places on this session are taken."}
    assert Job.objects.filter(task="partners.tasks.email_person_about_booking").count() == Booking.objects.count()


def test_the_last_place_goes_to_exactly_one_of_sixteen():
    session = SessionFactory(capacity=1)
    crowd = people(THREADS)

    found = at_once([lambda p=person: book(session, p) for person in crowd], threads=THREADS)

    assert len([one for one in found if isinstance(one, Booking)]) == 1
    refused = [str(one) for one in found if not isinstance(one, Booking)]
    assert refused == ["All places on this session are taken."] * (THREADS - 1)


def test_one_request_sent_many_times_at_once_books_once():
    session = SessionFactory(capacity=5)
    (person,) = people(1)
    key = uuid.uuid4()

    found = at_once([lambda: book(session, person, key) for _ in range(8)], threads=8)

    assert {booking.pk for booking in found} == {Booking.objects.get().pk}
    assert (Job.objects.count(), Session.objects.get().places_taken) == (1, 1)


def test_one_person_who_asks_many_times_at_once_gets_one_place():
    session = SessionFactory(capacity=5)
    (person,) = people(1)

    found = at_once([lambda: book(session, person) for _ in range(8)], threads=8)

    assert len([one for one in found if isinstance(one, Booking)]) == Booking.objects.count() == 1


def test_one_new_delegate_named_on_many_sessions_at_once_is_one_person():
    sessions = [SessionFactory(starts_at=STARTS + timedelta(days=number)) for number in range(6)]
    coordinator = UserFactory(roles=["TRAINING_COORDINATOR"])
    jo = NamedDelegate("Jo Fictitious", "jo@example.org")

    def name_them(session: Session) -> Booking:
        return services.book_place(session_id=session.pk, key=uuid.uuid4(), by=coordinator, at=NOW, delegate=jo)

    found = at_once([lambda s=session: name_them(s) for session in sessions], threads=6)

    assert len({booking.delegate_id for booking in found}) == 1


def test_one_person_who_books_sessions_of_one_time_at_once_gets_one_place():
    """Each session has a lock of its own: it is the lock on the person that holds."""
    sessions = SessionFactory.create_batch(6)
    (person,) = people(1)

    found = at_once([lambda s=session: book(s, person) for session in sessions], threads=6)

    assert len([one for one in found if isinstance(one, Booking)]) == Booking.objects.count() == 1
    assert all("at that time" in str(one) for one in found if not isinstance(one, Booking))


def test_the_last_place_is_held_for_exactly_one_of_sixteen():
    session = SessionFactory(capacity=1)
    crowd = people(THREADS)

    found = at_once(
        [lambda p=person: holds.hold_place(session_id=session.pk, by=p, at=NOW) for person in crowd], threads=THREADS
    )

    assert len([one for one in found if isinstance(one, PlaceHold)]) == PlaceHold.objects.count() == 1


def test_an_offer_that_is_accepted_turned_down_and_ended_at_once_ends_in_one_way():
    session = SessionFactory(capacity=1)
    (person,) = people(1)
    offered = BookingFactory(session=session, user=person, state="OFFERED", offer_ends_at=NOW + timedelta(hours=1))

    at_once(
        [
            lambda: waiting_list.accept_offer(booking_id=offered.pk, by=person, at=NOW),
            lambda: waiting_list.turn_down_offer(booking_id=offered.pk, by=person, at=NOW),
            lambda: settling.settle_due_sessions(at=NOW + timedelta(hours=2)),
        ],
        threads=3,
    )

    assert offered.changes.count() == 2
    assert Session.objects.get().places_taken == Booking.objects.holding_a_place().count()


def test_one_list_sent_many_times_at_once_books_its_people_once():
    session = SessionFactory(capacity=2)
    coordinator = UserFactory(roles=["TRAINING_COORDINATOR"])
    key = uuid.uuid4()
    named = [NamedDelegate(f"Person {number}", f"person{number}@example.org") for number in range(3)]

    found = at_once(
        [
            lambda: groups.book_group(
                session_id=session.pk, people=named, beyond=Beyond.WAIT, key=key, by=coordinator, at=NOW
            )
            for _ in range(4)
        ],
        threads=4,
    )

    assert {group.pk for group in found} == {key}
    assert sorted(Booking.objects.values_list("state", flat=True)) == ["BOOKED", "BOOKED", "WAITING"]


def test_writers_who_know_nothing_of_the_service_cannot_oversell():
    """Straight into the table from sixteen connections: the database alone holds it."""
    session = SessionFactory(capacity=3)
    crowd = people(THREADS)

    found = at_once([lambda p=person: BookingFactory(session=session, user=p) for person in crowd], threads=THREADS)

    assert len([one for one in found if isinstance(one, Booking)]) == 3
    assert Booking.objects.count() == Session.objects.get().places_taken == 3
    assert all("session_is_never_oversold" in str(one) for one in found if not isinstance(one, Booking))


# --- the guards, one by one -------------------------------------------------------------------------------------------


@pytest.fixture
def _service_guard_off(monkeypatch):
    """No lock, and everybody has looked how many places are left before anybody books."""
    looked = threading.Barrier(THREADS)
    check = services.check_open

    def check_and_wait(session, **asked):
        check(session, **asked)
        looked.wait(timeout=20)

    monkeypatch.setattr(services, "lock_session", lambda pk: UNLOCKED.ask(session=pk))
    monkeypatch.setattr(services, "check_open", check_and_wait)


@pytest.fixture
def _database_guard_off():
    """The check on the count is gone; it comes back on an empty table."""
    (guard,) = [one for one in Session._meta.constraints if one.name == "session_is_never_oversold"]
    with connection.schema_editor() as editor:
        editor.remove_constraint(Session, guard)
    yield
    Booking.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Session, guard)


@pytest.mark.usefixtures("_service_guard_off")
def test_without_the_services_lock_the_database_still_refuses_in_words():
    session = SessionFactory(capacity=1)
    crowd = people(THREADS)

    found = at_once([lambda p=person: book(session, p) for person in crowd], threads=THREADS)

    assert Booking.objects.count() == Session.objects.get().places_taken == 1
    refused = [str(one) for one in found if not isinstance(one, Booking)]
    assert refused == ["The last place has just been taken."] * (THREADS - 1)


@pytest.mark.usefixtures("_service_guard_off", "_database_guard_off")
def test_without_both_guards_the_same_race_oversells():
    """The negative control: it is the guards that hold, not luck."""
    session = SessionFactory(capacity=1)
    crowd = people(THREADS)

    at_once([lambda p=person: book(session, p) for person in crowd], threads=THREADS)

    assert Booking.objects.filter(state__in=HOLDS_A_PLACE).count() == THREADS


@pytest.mark.usefixtures("_database_guard_off")
def test_without_the_database_guard_the_services_lock_holds_alone():
    session = SessionFactory(capacity=1)
    crowd = people(THREADS)

    at_once([lambda p=person: book(session, p) for person in crowd], threads=THREADS)

    assert Booking.objects.count() == 1

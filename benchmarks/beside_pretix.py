"""Bookings and the waiting list beside pretix, the whole of both: their web servers, their database, their broker, in one run in turns.

Both run here: gunicorn with as many processes and threads each, one PostgreSQL that waits for its disk (fsync), one Redis. Ours is
booked on the real page by coordinators who are signed in, each for a named person: session, CSRF, permissions, the access log, the
mail that waits to be sent. pretix gets the same as an order over its API, of one free place in a person's name, without mail. Neither
has a worker that sends mail meanwhile. In every round a session, or an event, of its own; more ask than there are places.

A waiting list of five hundred is offered five hundred places: in one go, where pretix has its worker assign them and ours what the
clock runs; and ours once more one by one, by eight who give their places back at once on the page. Shown in every round: exactly the
places were given, nobody got two, the order of the list was kept, who joined it at once stand from 1 to the last without a gap.

It needs `PEERS=1` and, the first time, some minutes: it installs pretix in an environment of its own in var/peers (peers/pretix.py).
"""

import os
import statistics
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleGrant, User
from audit.models import Entry
from benchmarks.booking_contention import new_session
from benchmarks.crowd import seconds_of_all
from benchmarks.measuring import Result, once_a_run, tell
from benchmarks.peers import FOLDER
from benchmarks.peers.clocks import cpu_seconds, server_pids
from benchmarks.peers.doors import Door, free_port
from benchmarks.peers.pretix import Pretix, running
from benchmarks.waiting_promotion import check, check_order, full_session
from devtools.servers import servers
from devtools.service import Service
from jobs.models import Job
from partners.models import Booking, Delegate, Session
from partners.queries import position_of
from partners.services.settling import settle_session

NEEDS_PEERS = True
INSIDE, DATABASE = "BESIDE_PRETIX", "booking"
PROCESSES, THREADS = 2, 4
BOOKERS = {8: "eight", 16: "sixteen"}
PLACES, TOO_MANY, WAITING, GIVERS = 40, 8, 500, 8
ROUNDS, ROUNDS_OF_LISTS = 7, 5
# Twelve times the bookings, a tenth of the wait of the slowest of twenty, ten times the promotions.
LIMIT_BOOKING, LIMIT_SLOW, LIMIT_PROMOTION = 1 / 12, 0.1, 0.1
CSRF = "b" * 32


@dataclass(frozen=True)
class Spent:
    """Milliseconds for each request: of CPU in all programs, by the clock with all at it, and what one of twenty waits at least."""

    cpu: float
    clock: float
    slow: float = 0


class Ours:
    """The service's web server, and people who are signed in."""

    def __init__(self, port: int) -> None:
        self.door = Door(port)
        self.trainer = User.objects.get(email="trainer@example.org")
        known = User.objects.get(email="coordinator@example.org")
        self.coordinators = [
            User.objects.create_user(
                f"beside{number}-{uuid.uuid4().hex[:8]}@example.org", name=f"Coordinator {number}", agency=known.agency
            )
            for number in range(max(BOOKERS))
        ]
        RoleGrant.objects.bulk_create(
            RoleGrant(user=one, role="TRAINING_COORDINATOR", starts_on=timezone.localdate() - timedelta(days=1))
            for one in self.coordinators
        )
        self.sign_in()

    def sign_in(self) -> None:
        """Everybody anew: what a page would have told them next is kept in a session until it is shown, and nobody looks here."""
        self.cookies = [_cookies(one) for one in self.coordinators]

    def post(self, path: str, fields: str, *, who: int) -> tuple[int, str]:
        headers = {"Cookie": self.cookies[who], "Content-Type": "application/x-www-form-urlencoded"}
        status, leads_to, _ = self.door.ask("POST", path, body=f"csrfmiddlewaretoken={CSRF}&{fields}", headers=headers)
        return status, leads_to

    def book(self, session: Session, number: int, *, do: str = "BOOK") -> bool:
        """Book, or stand in line, for a person who is named for the first time; whether that was done."""
        fields = f"who=SOMEBODY_ELSE&name=Person+{number}&email=person{number}-{session.pk}%40example.org&do={do}"
        path = reverse("partners:book_check", args=[session.pk])
        status, leads_to = self.post(path, f"{fields}&request_key={uuid.uuid4()}", who=number % len(self.cookies))
        assert status in (302, 422), (status, leads_to)
        assert status == 422 or "/bookings/" in leads_to, leads_to
        return status == 302

    def give_back(self, booking: Booking, *, who: int) -> None:
        status, leads_to = self.post(reverse("partners:booking_cancel", args=[booking.pk]), "reason=", who=who)
        assert (status, leads_to) == (302, booking.get_absolute_url()), (status, leads_to)


def _cookies(user: User) -> str:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"


def timed(ask: Callable[[int], bool], count: int, *, hands: int, pids: Sequence[int]) -> tuple[Spent, int]:
    """What so many requests by so many at once took, and how many were granted."""
    waits: list[float] = []
    granted: Counter[bool] = Counter()

    def one(number: int) -> None:
        asked = time.perf_counter()
        granted[ask(number)] += 1
        waits.append(time.perf_counter() - asked)

    before = cpu_seconds(pids)
    whole = seconds_of_all(one, range(count), hands=hands)
    cpu = cpu_seconds(pids) - before
    assert len(waits) == count
    slow = sorted(waits)[int(count * 0.95)]
    return Spent(cpu * 1000 / count, whole * 1000 / count, slow * 1000), granted[True]


def booked_by_us(ours: Ours, *, hands: int, pids: Sequence[int]) -> Spent:
    session = new_session(ours.trainer)
    Session.objects.filter(pk=session.pk).update(capacity=PLACES)
    jobs = Job.objects.count()
    spent, granted = timed(lambda number: ours.book(session, number), PLACES + TOO_MANY, hands=hands, pids=pids)
    session.refresh_from_db()
    held = session.bookings.holding_a_place()
    people = held.values("delegate").distinct().count()
    assert granted == PLACES == session.places_taken == held.count() == people, (granted, session.places_taken)
    ids = [str(pk) for pk in held.values_list("pk", flat=True)]
    assert Entry.objects.filter(what="partners.booking_booked", object_id__in=ids).count() == PLACES
    assert Job.objects.count() == jobs + PLACES
    _join_in_line(ours, session, hands=hands)
    return spent


def _join_in_line(ours: Ours, session: Session, *, hands: int) -> None:
    """Who came too late stands in line: from 1 to the last, without a gap, nobody twice."""
    late = range(10_000, 10_000 + TOO_MANY)
    joined: list[bool] = []
    seconds_of_all(lambda number: joined.append(ours.book(session, number, do="WAIT")), late, hands=hands)
    places = [position_of(booking) for booking in session.bookings.waiting()]
    assert joined == [True] * TOO_MANY
    assert places == list(range(1, TOO_MANY + 1)), places


def ordered_at_pretix(pretix: Pretix, *, hands: int, pids: Sequence[int]) -> Spent:
    event = pretix.new_event(PLACES)

    def order(number: int) -> bool:
        return pretix.order(event, name=f"Person {number}", email=f"person{number}@example.org")

    spent, granted = timed(order, PLACES + TOO_MANY, hands=hands, pids=pids)
    assert (granted, granted) == (PLACES, PLACES) == pretix.count_orders(event), (granted, pretix.count_orders(event))
    return spent


def offered_by_us(ours: Ours, people: list[Delegate], *, pids: Sequence[int]) -> Spent:
    """So many places more, and all who wait are offered one in one go, as when the clock comes by."""
    booked, waiting = full_session(ours.trainer, ours.coordinators[0], people)
    Booking.objects.filter(pk__in=[one.pk for one in booked]).delete()
    before, began, own = cpu_seconds(pids), time.perf_counter(), time.process_time()
    settle_session(session_id=waiting[0].session_id, at=timezone.now())
    clock, cpu = time.perf_counter() - began, cpu_seconds(pids) - before + time.process_time() - own
    check_offers(waiting)
    return Spent(cpu * 1000 / WAITING, clock * 1000 / WAITING)


def check_offers(waiting: list[Booking]) -> None:
    now = Booking.objects.filter(session=waiting[0].session_id)
    assert now.offered().count() == len(waiting) == WAITING
    check_order(waiting)


def assigned_by_pretix(pretix: Pretix, *, pids: Sequence[int]) -> Spent:
    event = pretix.new_event(0)
    pretix.let_wait(event, WAITING)
    pretix.free(event, WAITING)
    before = cpu_seconds(pids)
    seconds = pretix.assign(event, WAITING)
    cpu = cpu_seconds(pids) - before
    offered, vouchers, is_in_order = pretix.count_offers(event)
    assert (offered, vouchers, is_in_order) == (WAITING, WAITING, True), (offered, vouchers, is_in_order)
    return Spent(cpu * 1000 / WAITING, seconds * 1000 / WAITING)


def given_back_to_us(ours: Ours, people: list[Delegate], *, pids: Sequence[int]) -> Spent:
    """One by one, by eight at once on the page: each place goes to who waits longest."""
    booked, waiting = full_session(ours.trainer, ours.coordinators[0], people)

    def give(number: int) -> bool:
        ours.give_back(booked[number], who=number % GIVERS)
        return True

    ours.sign_in()
    spent, _ = timed(give, len(booked), hands=GIVERS, pids=pids)
    check(booked, waiting)
    check_order(waiting)
    return spent


def told(
    promise: str, size: str, ours: list[Spent], peer: list[Spent], *, of: str, limit: float, note: str = ""
) -> None:
    """Say how both compare in one respect: `cpu`, `clock` or `slow`."""
    mine, theirs = ([getattr(one, of) for one in side] for side in (ours, peer))
    ratios = [a / b for a, b in zip(mine, theirs, strict=True)]
    tell(
        Result(
            promise=promise,
            size=size,
            ours_ms=statistics.median(mine),
            peer_ms=statistics.median(theirs),
            ratio=statistics.median(ratios),
            lowest=min(ratios),
            highest=max(ratios),
            wall_ratio=statistics.median(a.clock / b.clock for a, b in zip(ours, peer, strict=True)),
            limit=limit,
            note=note,
        )
    )


def bookings(ours: Ours, pretix: Pretix, *, our_pids: Sequence[int], peer_pids: Sequence[int]) -> None:
    for hands, in_words in BOOKERS.items():
        mine, theirs = [], []
        for number in range(ROUNDS + 1):
            a = booked_by_us(ours, hands=hands, pids=our_pids)
            b = ordered_at_pretix(pretix, hands=hands, pids=peer_pids)
            # The first does not count: every process of both has been asked once then.
            if number:
                mine.append(a)
                theirs.append(b)
        size = f"{PLACES} places, {PLACES + TOO_MANY} requests"
        promise = f"Place booked on the page by {in_words} at once against an order of pretix"
        by_clock = statistics.median(b.clock / a.clock for a, b in zip(mine, theirs, strict=True))
        told(
            promise,
            size,
            mine,
            theirs,
            of="cpu",
            limit=LIMIT_BOOKING,
            note=f"{by_clock:.1f} times the bookings of pretix",
        )
        told(f"{promise}, by the clock", size, mine, theirs, of="clock", limit=LIMIT_BOOKING)
        told(f"{promise}, the wait of the slowest of twenty", size, mine, theirs, of="slow", limit=LIMIT_SLOW)


def promotions(ours: Ours, pretix: Pretix, *, our_pids: Sequence[int], peer_pids: Sequence[int]) -> None:
    run = uuid.uuid4().hex[:8]
    known = ours.coordinators[0]
    people = Delegate.objects.bulk_create(
        Delegate(
            agency=known.agency,
            name=f"Waiting {number}",
            email=f"waiting{number}-{run}@example.org",
            added_at=timezone.now(),
            added_by=known,
        )
        for number in range(2 * WAITING)
    )
    in_one_go, theirs, one_by_one = [], [], []
    for _ in range(ROUNDS_OF_LISTS):
        in_one_go.append(offered_by_us(ours, people, pids=server_pids()))
        theirs.append(assigned_by_pretix(pretix, pids=peer_pids))
        one_by_one.append(given_back_to_us(ours, people, pids=our_pids))
    size = f"{WAITING} places, {WAITING} waiting"
    promise = "Waiting list offered its places in one go against assign_automatically of pretix"
    told(promise, size, in_one_go, theirs, of="cpu", limit=LIMIT_PROMOTION)
    told(f"{promise}, by the clock", size, in_one_go, theirs, of="clock", limit=LIMIT_PROMOTION)
    promise = (
        "Place given back on the page by eight at once, and offered on, against assign_automatically of pretix alone"
    )
    told(promise, size, one_by_one, theirs, of="cpu", limit=LIMIT_PROMOTION, note="of ours the giving back too")


def inside() -> None:
    """With the servers there: start both web servers, and measure."""
    port, peer_port = free_port(), free_port()
    environment = os.environ | {"WEB_CONCURRENCY": str(PROCESSES), "WEB_THREADS": str(THREADS)}
    # As in production; the one that reads CPU times in this process does without.
    environment.pop("DATABASE_POOL_SIZE", None)
    with (
        Service(environment=environment, log_folder=FOLDER / "log") as service,
        running(
            database_url=os.environ["DATABASE_URL"],
            redis_url=os.environ["REDIS_URL"],
            port=peer_port,
            workers=PROCESSES,
            threads=THREADS,
        ) as pretix,
    ):
        service.start_web(host="127.0.0.1", port=port)
        ours = Ours(port)
        _wait_for(ours.door, service)
        shared = server_pids()
        our_pids = [*shared, *(child.process.pid for child in service.children)]
        peer_pids = [*shared, *pretix.pids()]
        parts = os.environ.get("PARTS", "bookings promotions").split()
        for part in (bookings, promotions):
            if part.__name__ in parts:
                part(ours, pretix, our_pids=our_pids, peer_pids=peer_pids)


def _wait_for(door: Door, service: Service) -> None:
    for _ in range(300):
        service.check()
        try:
            if door.ask("GET", "/health/live", headers={})[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(service.last_lines())


@once_a_run
def main() -> None:
    """Start servers whose data survives, with the demonstration's data, and measure in a process that uses them."""
    if INSIDE in os.environ:
        inside()
        return
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    with servers(FOLDER / "servers") as urls:
        address = urls.database_url.replace("postgres://", "postgresql://", 1)
        with psycopg.connect(address, autocommit=True) as connection:
            if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")  # type: ignore[arg-type]
        database_url = f"{urls.database_url.rpartition('/')[0]}/{DATABASE}"
        environment = os.environ | urls.environment() | {"DATABASE_URL": database_url, INSIDE: "1"}
        load = ["manage.py", "load_demo", "--migrate", "--if-empty", "--referrals", "150", "--skip-checks"]
        root = Path(__file__).resolve().parent.parent
        subprocess.run([sys.executable, *load], cwd=root, env=environment, check=True, stdout=subprocess.DEVNULL)
        code = subprocess.run([sys.executable, "-m", "benchmarks.beside_pretix"], cwd=root, env=environment).returncode
    if code:
        sys.exit(code)


if __name__ == "__main__":
    main()

"""pretix, the ticket shop that sells limited places with a waiting list: what booking is measured beside.

It is under the AGPL. So it is run as a program of its own, from a virtual environment of its own that this script makes in var/peers
from the package index, and asked over its web API and its task queue only: nothing of it is imported, copied or changed here. What
its API cannot make (an organiser with an API token, and five hundred entries of a waiting list within a second) is written into its
database, which is thrown away.
"""

import json
import os
import secrets
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGTERM
from typing import Any

import psycopg
from celery import Celery
from psycopg.conninfo import conninfo_to_dict

from benchmarks.peers import FOLDER
from benchmarks.peers.doors import Door
from devtools.processes import Child, start_child

VERSION = "2026.8.0"
PACKAGES = (f"pretix=={VERSION}", "gunicorn==27.0.1")
DATABASE = "pretix"
ORGANISER = "bench"
READY_SECONDS = 120
FREE, BUSY, MOST_TRIES = "free", 409, 50
# Its cache, its broker and the answers of its tasks are in databases of their own of the one Redis.
CACHE_NUMBER, BROKER_NUMBER, ANSWERS_NUMBER = 5, 6, 7
WITH_ORGANISER = """
WITH organiser AS (INSERT INTO pretixbase_organizer (name, slug, plugins) VALUES ('Benchmark', %(slug)s, '') RETURNING id),
shop AS (INSERT INTO pretixbase_saleschannel (label, identifier, type, position, configuration, organizer_id)
    SELECT 'Online shop', 'web', 'web', 0, '{}', id FROM organiser),
team AS (INSERT INTO pretixbase_team (name, organizer_id, all_events, require_2fa, all_event_permissions,
        all_organizer_permissions, limit_event_permissions, limit_organizer_permissions)
    SELECT 'Benchmark', id, true, false, true, true, '{}', '{}' FROM organiser RETURNING id)
INSERT INTO pretixbase_teamapitoken (name, active, token, team_id) SELECT 'benchmark', true, %(token)s, id FROM team
"""
# Two join at each moment, as in our own benchmark.
WAITING = """
INSERT INTO pretixbase_waitinglistentry (created, email, locale, event_id, item_id, priority, name_parts)
SELECT now() - interval '1 day' + (number / 2) * interval '1 second', 'waiting' || number || '@example.org', 'en',
    (SELECT id FROM pretixbase_event WHERE slug = %(slug)s), %(item)s, 0, '{}' FROM generate_series(0, %(count)s - 1) AS number
"""
OFFERED = """
SELECT count(voucher_id), count(DISTINCT voucher_id), coalesce(bool_and(voucher_id IS NOT NULL AND in_order), true) FROM (
    SELECT voucher_id, voucher_id > lag(voucher_id, 1, 0::bigint) OVER (ORDER BY priority DESC, created, entry.id) AS in_order
    FROM pretixbase_waitinglistentry AS entry JOIN pretixbase_event AS event ON event.id = event_id WHERE slug = %(slug)s
) AS entries
"""


class CannotRunPretix(Exception):
    """It could not be installed or did not start; the message says why."""


@dataclass(frozen=True)
class Event:
    """An event with one product and one quota."""

    slug: str
    item: int
    quota: int


@dataclass
class Pretix:
    """The running program."""

    port: int
    token: str
    database: str
    redis: str
    children: list[Child]
    door: Door = field(init=False)

    def __post_init__(self) -> None:
        self.door = Door(self.port)
        self.broker = Celery(broker=_celery_address(self.redis, BROKER_NUMBER))

    def pids(self) -> list[int]:
        return [child.process.pid for child in self.children]

    def new_event(self, places: int) -> Event:
        """An event of its own, live, with so many places for nothing."""
        slug = f"e{uuid.uuid4().hex[:12]}"
        settings = {"currency": "GBP", "date_from": "2030-06-01T10:00:00Z", "timezone": "Europe/London"}
        self._make("/events/", {"name": {"en": "Session"}, "slug": slug, "plugins": []} | settings)
        item = self._make(
            f"/events/{slug}/items/",
            {"name": {"en": "Place"}, "default_price": "0.00", "active": True, "allow_waitinglist": True},
        )["id"]
        quota = self._make(
            f"/events/{slug}/quotas/", {"name": "Places", "size": places, "items": [item], "variations": []}
        )["id"]
        self._make(f"/events/{slug}/", {"live": True}, method="PATCH")
        return Event(slug, item, quota)

    def order(self, event: Event, *, name: str, email: str) -> bool:
        """Order a place for a named person; whether there was one. It is asked to send no mail, as it is by default."""
        position = {"item": event.item, "attendee_name_parts": {"_scheme": "full", "full_name": name}}
        order: dict[str, Any] = {
            "email": email,
            "locale": "en",
            "sales_channel": "web",
            "payment_provider": FREE,
            "send_email": False,
        }
        order |= {"positions": [position | {"attendee_email": email, "answers": []}]}
        for _ in range(MOST_TRIES):
            status, answer = self._ask("POST", f"/events/{event.slug}/orders/", order)
            # Else somebody held its lock for too long, and its answer says to ask again.
            if status != BUSY:
                break
        if status == 201:
            return True
        assert (status, "quota" in answer.lower()) == (400, True), (status, answer)
        return False

    def count_orders(self, event: Event) -> tuple[int, int]:
        """How many places are ordered, and by how many addresses."""
        question = """SELECT count(*), count(DISTINCT attendee_email) FROM pretixbase_orderposition
            JOIN pretixbase_order ON pretixbase_order.id = order_id JOIN pretixbase_event ON pretixbase_event.id = event_id
            WHERE slug = %(slug)s AND NOT canceled AND status = 'p'"""
        return self._row(question, slug=event.slug)[:2]

    def let_wait(self, event: Event, count: int) -> None:
        """So many people on the waiting list."""
        with psycopg.connect(self.database) as connection:
            connection.execute(WAITING, {"slug": event.slug, "item": event.item, "count": count})

    def free(self, event: Event, places: int) -> None:
        """So many places are free now; nobody is told of it yet."""
        self._make(f"/events/{event.slug}/quotas/{event.quota}/", {"size": places}, method="PATCH")

    def assign(self, event: Event, count: int) -> float:
        """Let its worker send so many vouchers to who waits; how many seconds that took. Ends with an error if it does not come to that."""
        (number,) = self._row("SELECT id FROM pretixbase_event WHERE slug = %(slug)s", slug=event.slug)
        began = time.perf_counter()
        self.broker.send_task(
            "pretix.base.services.waitinglist.assign_automatically", args=[number], queue="background"
        )
        while self.count_offers(event)[0] < count:
            if time.perf_counter() - began > READY_SECONDS:
                raise CannotRunPretix(f"Not assigned in {READY_SECONDS} s:\n{self.children[-1].last_lines()}")
            time.sleep(0.05)
        return time.perf_counter() - began

    def count_offers(self, event: Event) -> tuple[int, int, bool]:
        """How many who waited have a voucher, how many vouchers those are, and whether they were made in the order of the list."""
        return self._row(OFFERED, slug=event.slug)

    def _make(self, path: str, body: dict[str, Any], *, method: str = "POST") -> dict[str, Any]:
        status, answer = self._ask(method, path, body)
        if status not in (200, 201):
            raise CannotRunPretix(f"{method} {path}: {status} {answer[:500]}")
        made: dict[str, Any] = json.loads(answer)
        return made

    def _ask(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, str]:
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        address = f"/api/v1/organizers/{ORGANISER}{path}"
        status, _, answer = self.door.ask(method, address, body=json.dumps(body), headers=headers)
        return status, answer

    def _row(self, question: str, **values: object) -> Any:
        with psycopg.connect(self.database) as connection:
            return connection.execute(question, values).fetchone()  # type: ignore[arg-type]


@contextmanager
def running(*, database_url: str, redis_url: str, port: int, workers: int, threads: int) -> Iterator[Pretix]:
    """pretix with its web server and one worker that does what is asked in the background, but sends no mail; both end with the block."""
    python = installed()
    folder = FOLDER / "pretix"
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    database = database_url.rpartition("/")[0] + f"/{DATABASE}"
    configuration = folder / "pretix.cfg"
    configuration.write_text(_configuration(folder, database_url=database, redis_url=redis_url, port=port))
    environment = os.environ | {"PRETIX_CONFIG_FILE": str(configuration), "DJANGO_SETTINGS_MODULE": "pretix.settings"}
    _make_database(database_url)
    _run([str(python), "-m", "pretix", "migrate", "--skip-checks", "--verbosity", "0"], environment, "migrate")
    token = _token(_psycopg_address(database))

    gunicorn = ["gunicorn", "--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)]
    gunicorn += ["--preload", "--keep-alive", "5", "--max-requests", "5000", "--no-control-socket"]
    celery = ["celery", "--app", "pretix.celery_app", "worker", "--queues", "background", "--concurrency", "1"]
    celery += ["--without-mingle", "--loglevel", "INFO"]
    programs = {"web": [*gunicorn, "--bind", f"127.0.0.1:{port}", "pretix.wsgi"], "worker": celery}
    for name in programs:
        (folder / "logs" / f"{name}.log").unlink(missing_ok=True)
    children = [
        start_child(
            f"pretix-{name}",
            [python, "-m", *command],
            log=folder / "logs" / f"{name}.log",
            stop_signal=SIGTERM,
            environment=environment,
            folder=folder,
        )
        for name, command in programs.items()
    ]
    pretix = Pretix(port=port, token=token, database=_psycopg_address(database), redis=redis_url, children=children)
    try:
        _wait(pretix)
        yield pretix
    finally:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.stop(seconds=20)


def installed() -> Path:
    """The Python of its virtual environment, which is made when it is not there or was made for another version."""
    folder = FOLDER / f"pretix-{VERSION}"
    python, whole = folder / "bin" / "python", folder / "whole"
    if not whole.exists():
        print(f"Installing pretix {VERSION} into {folder} …", flush=True)
        environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        _run([sys.executable, "-m", "venv", "--clear", str(folder)], environment, "environment")
        _run([str(python), "-m", "pip", "install", "--quiet", *PACKAGES], environment, "install")
        whole.touch()
    return python


def _configuration(folder: Path, *, database_url: str, redis_url: str, port: int) -> str:
    address = conninfo_to_dict(_psycopg_address(database_url))
    sections = {
        "pretix": {
            "instance_name": "benchmark",
            "url": f"http://localhost:{port}",
            "datadir": folder,
            "ecb_rates": "off",
        },
        "database": {
            "backend": "postgresql",
            "name": DATABASE,
            **{name: address.get(name, "") for name in ("user", "password", "host", "port")},
        },
        "redis": {"location": f"{redis_url}?db={CACHE_NUMBER}", "sessions": "true"},
        "celery": {
            "broker": _celery_address(redis_url, BROKER_NUMBER),
            "backend": _celery_address(redis_url, ANSWERS_NUMBER),
        },
    }
    return "\n".join(
        f"[{name}]\n" + "".join(f"{key}={value}\n" for key, value in values.items())
        for name, values in sections.items()
    )


def _celery_address(redis_url: str, number: int) -> str:
    if redis_url.startswith("unix://"):
        return f"{redis_url.replace('unix://', 'redis+socket://', 1)}?virtual_host={number}"
    return f"{redis_url.rpartition('/')[0]}/{number}"


def _psycopg_address(database_url: str) -> str:
    return database_url.replace("postgres://", "postgresql://", 1)


def _make_database(database_url: str) -> None:
    with psycopg.connect(_psycopg_address(database_url), autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            print("Making the tables of pretix, once …", flush=True)
            connection.execute(f"CREATE DATABASE {DATABASE}")  # type: ignore[arg-type]


def _token(database: str) -> str:
    with psycopg.connect(database) as connection:
        known = connection.execute(
            """SELECT token FROM pretixbase_teamapitoken JOIN pretixbase_team ON pretixbase_team.id = team_id
            JOIN pretixbase_organizer ON pretixbase_organizer.id = organizer_id WHERE slug = %s""",
            [ORGANISER],
        ).fetchone()
        if known:
            return str(known[0])
        token = secrets.token_hex(24)
        connection.execute(WITH_ORGANISER, {"slug": ORGANISER, "token": token})
        return token


def _wait(pretix: Pretix) -> None:
    """Until the web server answers and the worker has taken up a task."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        for child in pretix.children:
            if not child.is_running:
                raise CannotRunPretix(f"{child.name} stopped:\n{child.last_lines()}")
        try:
            status, _ = pretix._ask("GET", "/events/", {})
        except OSError:
            status = 0
        if status == 200 and "ready." in pretix.children[-1].last_lines():
            return
        time.sleep(0.3)
    raise CannotRunPretix(f"Not ready in {READY_SECONDS} seconds:\n{pretix.children[0].last_lines()}")


def _run(command: list[str], environment: dict[str, str], what: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=FOLDER)
    if done.returncode != 0:
        raise CannotRunPretix(f"{what} failed:\n{(done.stdout + done.stderr)[-2000:]}")

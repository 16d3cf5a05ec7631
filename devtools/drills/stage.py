"""The whole service on this machine for a drill: servers that keep what they promise (fsync on), web, worker, beat, a mail server.

Everything counted here is counted in the database itself, past the code under trial.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from devtools.binaries import find_postgres
from devtools.drills.clients import Clients
from devtools.drills.clock import VARIABLE
from devtools.drills.mailbox import Mailbox
from devtools.drills.ports import free_port
from devtools.servers import ServerUrls, servers
from devtools.service import ROOT, Service

SETTLE_SECONDS = 240
CLIENTS = 2


class DrillFailed(Exception):
    """Something that must hold does not, or never came true."""


class Stage:
    def __init__(self, *, folder: Path, urls: ServerUrls, service: Service, mailbox: Mailbox, token: str) -> None:
        self.folder, self.urls, self.service, self.mailbox, self.token = folder, urls, service, mailbox, token
        self.port = free_port()

    @property
    def media(self) -> Path:
        return Path(self.service.environment["MEDIA_ROOT"])

    def set_clock(self, seconds: int) -> None:
        """From now on the service's clock is so many seconds ahead of the right one, or behind it."""
        Path(self.service.environment[VARIABLE]).write_text(str(seconds))

    def start_web(self) -> None:
        self.service.start_web(host="127.0.0.1", port=self.port)

    def clients(self) -> Clients:
        return Clients(address=f"http://127.0.0.1:{self.port}", token=self.token, count=CLIENTS)

    def manage(self, *arguments: str, **changed: str) -> str:
        """What a management command printed. Raises DrillFailed with its error."""
        return manage(*arguments, environment=dict(self.service.environment) | changed)

    def value(self, question: str, *values: Any) -> Any:
        """The one value that the database answers."""
        with psycopg.connect(self.urls.database_url) as connection:
            row = connection.execute(question, values).fetchone()
        return row[0] if row else None

    def column(self, question: str, *values: Any) -> list[Any]:
        with psycopg.connect(self.urls.database_url) as connection:
            return [row[0] for row in connection.execute(question, values).fetchall()]

    def make_database(self, name: str) -> str:
        """An empty database beside the one of the service; its address."""
        with psycopg.connect(self.urls.database_url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.urls.database_url.rpartition("/")[0] + f"/{name}"

    def counts(self, *, database_url: str = "") -> dict[str, int]:
        """How many rows each table has."""
        with psycopg.connect(database_url or self.urls.database_url) as connection:
            names = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
            ).fetchall()
            counted = {}
            for (name,) in names:
                row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
                counted[name] = row[0] if row else 0
        return counted

    def wait_until(self, is_so: Callable[[], bool], what: str, *, seconds: float = SETTLE_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            if time.monotonic() > deadline:
                raise DrillFailed(f"{what}: not within {seconds:.0f} s.\n{self.service.last_lines()}")
            time.sleep(0.1)

    def settle(self) -> float:
        """Wait until all that follows from what was acknowledged is done; the seconds that it took."""
        began = time.monotonic()
        unfinished = "SELECT count(*) FROM jobs_job WHERE finished_at IS NULL AND given_up_at IS NULL"
        self.wait_until(lambda: self.value(unfinished) == 0, "Every job is done")
        self.wait_until(lambda: self.value("SELECT count(*) FROM audit_unchained") == 0, "Every entry is chained")
        return time.monotonic() - began


def manage(*arguments: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "manage.py", *arguments, "--skip-checks"]
    answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise DrillFailed(f"manage.py {arguments[0]} failed:\n{(answer.stdout + answer.stderr)[-2000:]}")
    return answer.stdout


@contextmanager
def stage() -> Iterator[Stage]:
    """A stage with everything running and an empty queue; all of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="mash-drill-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with servers(folder / "servers") as urls:
            mailbox = Mailbox()
            environment = dict(os.environ) | urls.environment()
            environment |= {
                "DJANGO_SETTINGS_MODULE": "config.settings.development",
                "SECRET_KEY": "demonstration-only-" + "0" * 40,
                "MEDIA_ROOT": str(folder / "media"),
                "EMAIL_URL": mailbox.url,
                "API_RATE": "100000/min",
                VARIABLE: str(folder / "clock"),
                "PATH": f"{find_postgres().path.parent}{os.pathsep}{os.environ.get('PATH', '')}",
            }
            manage("migrate", "--verbosity", "0", environment=environment)
            token = json.loads(manage("drill_stage", environment=environment))["token"]
            mailbox.open()
            try:
                with Service(environment=environment, log_folder=folder / "log") as service:
                    made = Stage(folder=folder, urls=urls, service=service, mailbox=mailbox, token=token)
                    made.start_web()
                    service.start_worker()
                    service.start_beat()
                    service.wait_for_web(port=made.port)
                    yield made
            finally:
                mailbox.close()

import json
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import redis

from devtools.servers import remove_data

ROOT = Path(__file__).resolve().parent.parent.parent
WAIT_SECONDS = 30


@dataclass
class Launched:
    """A launcher in a process of its own, and what it started."""

    process: subprocess.Popen[str]
    database_url: str
    redis_url: str
    pids: dict[str, int]

    def database(self) -> psycopg.Connection:
        return psycopg.connect(self.database_url, autocommit=True)

    def broker(self) -> redis.Redis:
        return redis.Redis.from_url(self.redis_url)


class Launcher:
    """Starts servers on one folder, as often as a test likes."""

    def __init__(self, data: Path, *, prefix: tuple[str, ...] = (), python: str = sys.executable) -> None:
        self.data = data
        self.command = [*prefix, python, "-m", "tests.devtools.launcher", str(data)]
        self.environment = {
            name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")
        }
        self.started: list[subprocess.Popen[str]] = []

    def start(self) -> Launched:
        process = self.process()
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            pytest.fail(f"the launcher ended with {process.wait()}: {process.stderr.read() if process.stderr else ''}")
        told = json.loads(line)
        return Launched(process, told["DATABASE_URL"], told["REDIS_URL"], told["pids"])

    def process(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.started.append(process)
        return process

    def kill_launchers(self) -> None:
        """Kill the launchers, not what they run under (runuser stays between us and them)."""
        for process in self.started:
            for pid in (*filter(runs_the_launcher, children_of(process.pid)), process.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.communicate()

    def stop(self) -> None:
        self.kill_launchers()
        wait_until(lambda: not running_in(self.data))
        remove_data(self.data)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Look every few milliseconds until it is so; a test that waits in vain fails."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            pytest.fail("waited in vain")
        time.sleep(0.02)


def running_in(folder: Path) -> list[int]:
    """The processes, zombies apart, that work in this folder or below."""
    inside = folder.resolve()
    servers = (inside / "servers").resolve()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            place = Path(os.readlink(process / "cwd"))
        except OSError:
            continue
        if place.is_relative_to(inside) or place.is_relative_to(servers):
            found.append(int(process.name))
    return found


def children_of(pid: int) -> list[int]:
    """Its direct children; none of a process that has ended since somebody listed it."""
    try:
        return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def runs_the_launcher(pid: int) -> bool:
    """Whether the process is there and is one of the launchers."""
    try:
        return b"tests.devtools.launcher" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def is_alive(pid: int) -> bool:
    """Whether the process is there and more than a zombie."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder with a short name that the server's user may enter."""
    with tempfile.TemporaryDirectory(prefix="mash-launch-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder / "data"


@pytest.fixture
def launcher(data: Path) -> Iterator[Launcher]:
    starts = Launcher(data)
    yield starts
    starts.stop()


@pytest.fixture
def nobody() -> pwd.struct_passwd:
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    return pwd.getpwnam("nobody")

"""The service's own programs on one machine: web, worker and beat, as production runs them."""

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from devtools.processes import Child, start_child

ROOT = Path(__file__).resolve().parent.parent
GUARD = Path(__file__).with_name("guard.py")
QUEUES = "default,reports,mail"
READY_SECONDS = 90
STOP_SECONDS = 20


class CannotRunService(Exception):
    """A program did not start, or stopped by itself; the message ends with its log."""


class Service:
    """Starts programs, watches them, and stops them all when the block ends."""

    def __init__(self, *, environment: Mapping[str, str], log_folder: Path) -> None:
        self.environment = environment
        self.log_folder = log_folder
        self.children: list[Child] = []

    def __enter__(self) -> Self:
        self.guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(GUARD)],
            stdin=subprocess.PIPE,
            text=True,
            bufsize=1,
            start_new_session=True,
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
        self.guard.communicate()

    def start(self, name: str, command: list[str]) -> None:
        """Start a Python module with its arguments, its log named after it."""
        child = start_child(
            name,
            [sys.executable, "-m", *command],
            log=self.log_folder / f"{name}.log",
            stop_signal=signal.SIGTERM,
            environment=self.environment,
            folder=ROOT,
        )
        self.children.append(child)
        self._tell_guard(child.process.pid)

    def start_web(self, *, host: str, port: int) -> None:
        """Gunicorn with two processes of four threads."""
        options = ["--config", "docker/gunicorn.conf.py", "--bind", f"{host}:{port}"]
        self.start("web", ["gunicorn", *options, "config.wsgi:application"])

    def start_worker(self) -> None:
        options = ["--queues", QUEUES, "--concurrency", "2", "--without-mingle", "--loglevel", "INFO"]
        self.start("worker", ["celery", "--app", "config.celery", "worker", *options])

    def start_beat(self) -> None:
        self.start("beat", ["celery", "--app", "config.celery", "beat", "--pidfile", "", "--loglevel", "INFO"])

    def named(self, name: str) -> Child:
        """The program of that name that was started last; raises KeyError where there is none."""
        return {child.name: child for child in self.children}[name]

    def kill(self, name: str) -> None:
        """End a program and all that it started, at once and without a word."""
        child = self.named(name)
        self.children.remove(child)
        child.kill()

    def wait_for_web(self, *, port: int) -> None:
        """Wait until /health/ready says that database, broker, worker and migrations are there."""
        address = f"http://127.0.0.1:{port}/health/ready"
        answer = "no answer"
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self.check()
            try:
                with urllib.request.urlopen(address, timeout=10):
                    return
            except urllib.error.HTTPError as error:
                answer = error.read(2000).decode(errors="replace")
            except OSError as error:
                answer = str(error)
            time.sleep(0.2)
        raise CannotRunService(f"Not ready after {READY_SECONDS} seconds: {_short(answer)}\n{self.last_lines()}")

    def wait_for_worker(self) -> None:
        """Wait until a worker answers on the broker."""
        command = [sys.executable, "-m", "celery", "--app", "config.celery", "inspect", "ping", "--timeout", "2"]
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            self.check()
            answer = subprocess.run(command, cwd=ROOT, env=dict(self.environment), capture_output=True, check=False)
            if answer.returncode == 0:
                return
        raise CannotRunService(f"No worker after {READY_SECONDS} seconds.\n{self.last_lines()}")

    def check(self, *, others: Sequence[Child] = ()) -> None:
        """Raise `CannotRunService` if one of the programs, or of `others`, is not running any more."""
        for child in (*self.children, *others):
            if not child.is_running:
                code = child.process.returncode
                raise CannotRunService(f"{child.name} stopped by itself (code {code}):\n{child.last_lines()}")

    def last_lines(self) -> str:
        """The end of every log."""
        return "\n".join(f"--- {child.name} ({child.log})\n{child.last_lines()}" for child in self.children)

    def stop(self) -> None:
        """Stop all at the same time; what does not stop in time is ended."""
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children:
            child.stop(seconds=max(0.1, deadline - time.monotonic()))
            self._tell_guard(-child.process.pid)

    def _tell_guard(self, group: int) -> None:
        if self.guard.stdin is not None:
            self.guard.stdin.write(f"{group}\n")


def _short(answer: str) -> str:
    try:
        return json.dumps(json.loads(answer))
    except ValueError:
        return answer[:300]

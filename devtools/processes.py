"""Child processes that end with the process that started them, each with a log file of its own."""

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

TETHER = Path(__file__).with_name("tether.py")
LOG_LIMIT = 5_000_000
LONGEST_LINE = 400


@dataclass(frozen=True)
class Account:
    """The user that a server runs as when we are root: PostgreSQL refuses to run as root."""

    uid: int
    gid: int

    @classmethod
    def of_owner(cls, uid: int) -> "Account":
        """The account with this user id; its own id as group where the system does not know it."""
        try:
            return cls(uid=uid, gid=pwd.getpwuid(uid).pw_gid)
        except KeyError:
            return cls(uid=uid, gid=uid)

    @classmethod
    def nobody(cls) -> "Account":
        """The user without rights; raises KeyError where there is none."""
        entry = pwd.getpwnam("nobody")
        return cls(uid=entry.pw_uid, gid=entry.pw_gid)

    def can_enter(self, folder: Path) -> bool:
        """Whether this user may pass through `folder` and every folder above it."""
        folder = folder.resolve()
        return all(self._may_search(step) for step in (folder, *folder.parents))

    def _may_search(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        if status.st_gid == self.gid:
            return bool(status.st_mode & 0o010)
        return bool(status.st_mode & 0o001)


def tethered(
    command: Sequence[str | Path],
    *,
    death_signal: signal.Signals,
    account: Account | None = None,
    own_session: bool = True,
) -> list[str]:
    """The command line that runs `command` and sends it `death_signal` when this process ends, however it ends."""
    uid, gid = (account.uid, account.gid) if account else (-1, -1)
    numbers = (os.getpid(), int(death_signal), uid, gid, int(own_session))
    return [sys.executable, "-I", "-S", str(TETHER), *map(str, numbers), *map(str, command)]


@dataclass
class Child:
    """A running program, the signal that stops it in good order, and its log."""

    name: str
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals
    log: Path

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def last_lines(self, count: int = 20) -> str:
        """The end of the log, for somebody who has to find out why it stopped."""
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except FileNotFoundError:
            return ""
        return "\n".join(line[:LONGEST_LINE] for line in lines[-count:])

    def ask_to_stop(self) -> None:
        if self.is_running:
            self.process.send_signal(self.stop_signal)

    def stop(self, *, seconds: float = 30) -> None:
        """Stop in good order; after `seconds` by force, with all that belongs to its session."""
        self.ask_to_stop()
        try:
            self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the program and everything that it started in its session, at once."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            self.process.kill()
        self.process.wait()


def start_child(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    stop_signal: signal.Signals,
    death_signal: signal.Signals | None = None,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Child:
    """Start `command` tethered to this process, its output added to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open_log(log) as output:
        process = subprocess.Popen(
            tethered(command, death_signal=death_signal or stop_signal, account=account),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment) if environment is not None else None,
            cwd=folder,
        )
    return Child(name=name, process=process, stop_signal=stop_signal, log=log)


def open_log(log: Path) -> IO[bytes]:
    """Open a log for adding; one that grew beyond `LOG_LIMIT` bytes is put aside first, as `.1`."""
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_name(f"{log.name}.1"))
    return log.open("ab")

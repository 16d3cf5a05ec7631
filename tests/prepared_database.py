"""The migrated database from which each test run copies its own: made once for each state of the migrations.

Running all migrations takes as long as hundreds of tests. What they give is kept as SQL in `var/`, under a name that changes
with them, so that a stale copy is never used. Without PostgreSQL's own programs each run migrates by itself.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from devtools.binaries import CannotFindServer, find_postgres

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "prepared"
NAME = "prepared"


def prepare(database_url: str) -> str:
    """Make the database `prepared` on this server; its name, or nothing where it cannot be made."""
    programs = _programs()
    if programs is None:
        return ""
    psql, pg_dump = programs
    url = database_url.rpartition("/")[0] + f"/{NAME}"
    _run(psql, "-q", "-d", database_url, "-c", f"CREATE DATABASE {NAME}")
    kept = KEPT / f"{_fingerprint()}.sql"
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two runs at once the first migrates and the second copies
        if not kept.exists():
            _run(sys.executable, "manage.py", "migrate", "-v", "0", environment={"DATABASE_URL": url})
            unfinished = kept.with_suffix(".unfinished")
            _run(pg_dump, "--no-owner", "-d", url, "-f", str(unfinished))
            for stale in KEPT.glob("*.sql"):
                stale.unlink()
            unfinished.rename(kept)
            return NAME
    _run(psql, "-q", "-v", "ON_ERROR_STOP=1", "-1", "-d", url, "-f", str(kept))
    return NAME


def _programs() -> tuple[str, str] | None:
    """psql and pg_dump of the server that is used: an older pg_dump refuses a newer server."""
    if os.environ.get("DATABASE_URL"):
        return None
    try:
        beside = find_postgres()
        names = [str(beside.sibling(name)) for name in ("psql", "pg_dump")]
    except CannotFindServer:
        return None
    if not all(shutil.which(name) for name in names):
        return None
    return names[0], names[1]


def _fingerprint() -> str:
    """Changes with every migration of ours, with every package's version and with the settings that name the apps."""
    digest = hashlib.sha256()
    sources = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("config/settings/**/*.py"), ROOT / "uv.lock"]
    for source in sorted(sources):
        digest.update(f"{source.relative_to(ROOT)}\n".encode() + source.read_bytes())
    return digest.hexdigest()[:16]


def _run(*command: str, environment: dict[str, str] | None = None) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    answer = subprocess.run(
        command, cwd=ROOT, env=os.environ | settings | (environment or {}), capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} failed:\n{answer.stdout}{answer.stderr}")

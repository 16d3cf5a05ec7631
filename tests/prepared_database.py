"""The migrated database from which each test run copies its own: made once for each state of the migrations.

Running all migrations takes as long as dozens of tests. What they give is kept as SQL in `var/`, under a name that changes
with them, so that a stale copy is never used; where only migrations were added since, those alone are run. Without PostgreSQL's own
programs each run migrates by itself.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from devtools.binaries import CannotFindServer, find_postgres

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "prepared"
NAME = "prepared"
# Of branches that are worked on beside each other each has its own.
KEEPS = 5


def prepare(database_url: str) -> str:
    """Make the database `prepared` on this server; its name, or nothing where it cannot be made."""
    programs = _programs()
    if programs is None:
        return ""
    psql, pg_dump = programs
    url = database_url.rpartition("/")[0] + f"/{NAME}"
    _run(psql, "-q", "-d", database_url, "-c", f"CREATE DATABASE {NAME}")
    sources = _sources()
    kept = KEPT / f"{_fingerprint(sources)}.sql"
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of two runs at once the first migrates and the second copies
        if kept.exists():
            kept.touch()
            _restore(psql, kept, url)
            return NAME
        if earlier := _what_came_before(sources):
            _restore(psql, earlier, url)
        _run(sys.executable, "manage.py", "migrate", "-v", "0", environment={"DATABASE_URL": url})
        unfinished = kept.with_suffix(".unfinished")
        _run(pg_dump, "--no-owner", "-d", url, "-f", str(unfinished))
        kept.with_suffix(".json").write_text(json.dumps(sources))
        unfinished.rename(kept)
        for stale in _newest_first()[KEEPS:]:
            stale.unlink()
            stale.with_suffix(".json").unlink(missing_ok=True)
    return NAME


def _restore(psql: str, kept: Path, url: str) -> None:
    _run(psql, "-q", "-v", "ON_ERROR_STOP=1", "-1", "-d", url, "-f", str(kept))


def _newest_first() -> list[Path]:
    return sorted(KEPT.glob("*.sql"), key=lambda kept: kept.stat().st_mtime, reverse=True)


def _what_came_before(sources: Mapping[str, str]) -> Path | None:
    """A database to which migrations were only added since: everything that it was made from is there still, letter by letter.

    Settings may be others: what they add to the tables comes with migrations of its own.
    """
    for kept in _newest_first():
        told = kept.with_suffix(".json")
        if not told.exists():
            continue
        made_from: dict[str, str] = json.loads(told.read_text())
        if {item for item in made_from.items() if not item[0].startswith("config/")} <= sources.items():
            return kept
    return None


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


def _sources() -> dict[str, str]:
    """What the database is made from, each file with its SHA-256: every migration of ours, the packages' versions, and the settings
    that name the apps.
    """
    files = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("config/settings/**/*.py"), ROOT / "uv.lock"]
    return {str(file.relative_to(ROOT)): hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(files)}


def _fingerprint(sources: Mapping[str, str]) -> str:
    """Changes with every one of them."""
    return hashlib.sha256(json.dumps(sources, sort_keys=True).encode()).hexdigest()[:16]


def _run(*command: str, environment: dict[str, str] | None = None) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.test"}
    answer = subprocess.run(
        command, cwd=ROOT, env=os.environ | settings | (environment or {}), capture_output=True, text=True, check=False
    )
    if answer.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} failed:\n{answer.stdout}{answer.stderr}")

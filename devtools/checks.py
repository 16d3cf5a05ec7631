"""Everything that has to hold before a change is good, in the order in which CI runs it.

python -m devtools.checks static   what is quick: all run, so that one look shows every complaint
python -m devtools.checks tests    the tests
"""

import difflib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from devtools.binaries import postgres_of_production
from devtools.processes import tethered

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "docs" / "openapi.yaml"
BIN = Path(sys.executable).parent
MOST_PROCESSES = 4  # each has PostgreSQL, Valkey and a browser of its own


@dataclass(frozen=True)
class Check:
    """A heading and what has to end with 0."""

    name: str
    run: Callable[[], int]


def program(*command: str, **environment: str) -> Callable[[], int]:
    """A check that runs a command in the project's folder, with these names in its environment besides ours."""
    tied = tethered(command, death_signal=signal.SIGTERM, own_session=False)
    return lambda: subprocess.run(tied, cwd=ROOT, env=os.environ | environment, check=False).returncode


def python(*arguments: str, **environment: str) -> Callable[[], int]:
    """A check that runs a Python module or script."""
    return program(sys.executable, *arguments, **environment)


def compare_schema() -> int:
    """The committed API schema is the one that the code gives."""
    made = subprocess.run(
        [sys.executable, "manage.py", "spectacular", "--fail-on-warn", "--validate"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        return made.returncode
    committed = SCHEMA.read_text() if SCHEMA.exists() else ""
    if committed == made.stdout:
        return 0
    lines = difflib.unified_diff(
        committed.splitlines(), made.stdout.splitlines(), "docs/openapi.yaml", "the code", lineterm=""
    )
    print("\n".join(list(lines)[:60]))
    print("docs/openapi.yaml is not current: make schema")
    return 1


def lint_migrations() -> int:
    """No migration of ours breaks the version that runs while it is applied."""
    apps = sorted(folder.parent.name for folder in ROOT.glob("*/migrations"))
    options = ["--no-cache", "--quiet", "ok", "ignore"]
    return python("manage.py", "lintmigrations", *options, "--include-apps", *apps)()


STATIC = [
    Check("Format (ruff format)", python("-m", "ruff", "format", "--check", ".")),
    Check("Lint (ruff check)", python("-m", "ruff", "check", ".")),
    Check("Import contracts (import-linter)", program(str(BIN / "lint-imports"), "--no-cache")),
    Check("Templates (djlint)", python("-m", "djlint", "templates", "--lint", "--quiet")),
    Check("Migrations are complete", python("manage.py", "makemigrations", "--check", "--dry-run")),
    Check("Migrations are safe (lintmigrations)", lint_migrations),
    Check("API schema is current", compare_schema),
    Check("Types (mypy)", python("-m", "mypy", ".")),
]


def tests() -> list[Check]:
    """A process for each core, then those tests whose time is part of what they show; one after the other on given servers.

    Last those that must hold on the PostgreSQL of production too, which set-up installs for Linux.
    """
    given = os.environ.get("DATABASE_URL") or os.environ.get("REDIS_URL")
    processes = 0 if given else os.cpu_count() or 1
    spread = ["-n", str(min(processes, MOST_PROCESSES)), "--dist", "loadgroup"]
    checks = [
        Check("Tests (pytest)", python("-m", "pytest", "--durations=15", "-m", "not alone", *spread)),
        Check("Tests that need the machine for themselves (pytest)", python("-m", "pytest", "-m", "alone")),
    ]
    if (other := postgres_of_production()) and not given:
        on_it = python("-m", "pytest", "-m", "each_postgres", POSTGRES_BIN=str(other))
        checks.append(Check("Tests on the PostgreSQL of production (pytest)", on_it))
    return checks


def main() -> int:
    """Run the checks of the kind that the first word names; 0 when all hold."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    checks = {"static": STATIC, "tests": tests()}[sys.argv[1]]
    failed = [check for check in checks if not holds(check)]
    if failed:
        heading("Did not hold")
        print("\n".join(check.name for check in failed), flush=True)
    return bool(failed)


def holds(check: Check) -> bool:
    heading(check.name)
    started = time.monotonic()
    code = check.run()
    print(f"{'ok' if code == 0 else 'FAILED'}, {time.monotonic() - started:.1f} s", flush=True)
    return code == 0


def heading(text: str) -> None:
    print(f"\n=== {text} {'=' * max(0, 100 - len(text))}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)

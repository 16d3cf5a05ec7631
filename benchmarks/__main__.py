"""Every benchmark at each size, each in a process of its own, and the table of ratios.

SIZES in the environment are numbers of referrals or incidents (default: 10000 and 1000000); the largest takes about ten minutes
to fill. The database server is the one of DATABASE_URL; a database is made for each size, and dropped afterwards.
"""

import importlib
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

import benchmarks
from benchmarks.measuring import Result, machine

ROOT = Path(__file__).resolve().parent.parent
SIZES = [int(size) for size in os.environ.get("SIZES", "10000 1000000").replace(",", " ").split()]
NOT_SCRIPTS = ("__main__", "measuring")
TITLES = ("promise", "rows", "ratio (lowest to highest)", "ours / peer, CPU ms", "by the clock", "limit")


def scripts() -> list[str]:
    """The name of each benchmark."""
    return [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in NOT_SCRIPTS]


@contextmanager
def database_of(size: int) -> Iterator[dict[str, str]]:
    """A database with demonstration data of that size; the environment in which a script finds it."""
    name = f"benchmark_{size}"
    address = os.environ["DATABASE_URL"]
    environment = os.environ | {"DATABASE_URL": f"{address.rpartition('/')[0]}/{name}"}
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        began = time.monotonic()
        for command in (["migrate", "--verbosity", "0"], ["load_demo", "--referrals", str(size)]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
        print(f"Filled in {time.monotonic() - began:.0f} s\n", flush=True)
        yield environment
    finally:
        with connection.cursor() as cursor:
            # Not WITH (FORCE): that may not end the server's own vacuum, for which a plain DROP waits.
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")


def main() -> int:
    """Run all; 1 when a script failed or a limit did not hold."""
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="mash-bench-") as folder:
        kept = Path(folder) / "results"
        for size in SIZES:
            print(f"\n=== {size:,} rows ===", flush=True)
            with database_of(size) as environment:
                for name in scripts():
                    if size < getattr(importlib.import_module(f"benchmarks.{name}"), "SMALLEST", 0):
                        continue
                    told = environment | {"BENCHMARK_RESULTS": str(kept), "MEDIA_ROOT": folder}
                    code = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=ROOT, env=told).returncode
                    failed += [f"{name} at {size:,}"] if code else []
        results = [Result(**json.loads(row)) for row in kept.read_text().splitlines()] if kept.exists() else []
    print(f"\n{machine()}; medians of rounds in turns\n\n{table(results)}")
    if failed:
        print(f"\nFailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed or any(result.verdict == "NOT HELD" for result in results) else 0


def table(results: list[Result]) -> str:
    """The results as a Markdown table, for docs/performance.md."""
    rows = [TITLES, tuple("---" for _ in TITLES)]
    for result in sorted(results, key=lambda result: result.promise):
        rows.append(
            (
                result.promise,
                result.size,
                f"{result.ratio:.2f} ({result.lowest:.2f} to {result.highest:.2f})",
                f"{result.ours_ms:.2f} / {result.peer_ms:.2f}",
                f"{result.wall_ratio:.2f}",
                f"{result.limit:g}, {result.verdict}" if result.limit is not None else "",
            )
        )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    sys.exit(main())

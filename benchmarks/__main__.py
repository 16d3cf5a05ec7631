"""Every benchmark at each size, each in a process of its own, and the table of ratios.

SIZES in the environment are numbers of referrals (default: 10000, 100000 and 1000000), each with three subjects; above ten
thousand they are whole copies of what is closed (filling.py). PEERS=1 adds those that run another product beside ours (peers).
The database server is the one of DATABASE_URL; a database is made for each size, and dropped afterwards.
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
from benchmarks.filling import LARGEST_ORIGINAL
from benchmarks.measuring import Result, machine

ROOT = Path(__file__).resolve().parent.parent
SIZES = [int(size) for size in os.environ.get("SIZES", "10000 100000 1000000").replace(",", " ").split()]
NOT_SCRIPTS = ("__main__", "copying", "crowd", "filling", "measuring", "peers")
# Some minutes more, the first time several, and packages of another product from the index: only where somebody asks for it.
WITH_PEERS = os.environ.get("PEERS", "") not in ("", "0")
SUBJECTS = 3
TITLES = ("promise", "rows", "ratio (lowest to highest)", "ours / peer, CPU ms", "by the clock", "limit")


def scripts() -> list[str]:
    """The name of each benchmark."""
    return [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in NOT_SCRIPTS]


def is_once_a_run(name: str) -> bool:
    """Whether the size makes no difference to this one."""
    return hasattr(importlib.import_module(f"benchmarks.{name}").main, "is_once_a_run")


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
        original = min(size, LARGEST_ORIGINAL)
        load = ["load_demo", "--referrals", str(original), "--subjects", str(SUBJECTS)]
        for command in (["manage.py", "migrate", "--verbosity", "0"], ["manage.py", *load]):
            subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)
        if size > original:
            command = [sys.executable, "-m", "benchmarks.filling", str(size)]
            subprocess.run(command, cwd=ROOT, env=environment, check=True)
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
                    if is_once_a_run(name) and size != SIZES[0]:
                        continue
                    module = importlib.import_module(f"benchmarks.{name}")
                    if size < getattr(module, "SMALLEST", 0) or (
                        getattr(module, "NEEDS_PEERS", False) and not WITH_PEERS
                    ):
                        continue
                    told = environment | {"BENCHMARK_RESULTS": str(kept), "MEDIA_ROOT": folder}
                    code = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=ROOT, env=told).returncode
                    failed += [f"{name} at {size:,}"] if code else []
        results = [Result(**json.loads(row)) for row in kept.read_text().splitlines()] if kept.exists() else []
    print(f"\n{machine()}; medians of rounds in turns\n\n{table(results)}")
    print(f"\n{growth_table(results)}")
    failed += [f"{name} grows too much" for name, ratio, limit in growth(results) if ratio > limit]
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


def growth(results: list[Result]) -> list[tuple[str, float, float]]:
    """For each promise that has a limit of growth: how much its ratio grew from the first size to the last, and the limit."""
    by_promise: dict[str, list[Result]] = {}
    for result in results:
        if result.growth_limit is not None:
            by_promise.setdefault(result.promise, []).append(result)
    return [
        (promise, of[-1].ratio / of[0].ratio, of[-1].growth_limit or 0)
        for promise, of in by_promise.items()
        if len(of) > 1
    ]


def growth_table(results: list[Result]) -> str:
    """The growth as a Markdown table."""
    rows = [("promise", "growth", "limit"), ("---", "---", "---")]
    for promise, ratio, limit in growth(results):
        rows.append((promise, f"{ratio:.2f}", f"{limit:g}, {'held' if ratio <= limit else 'NOT HELD'}"))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    sys.exit(main())

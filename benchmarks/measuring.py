"""Two sides in turns: A, B, A, B … Machines swing from minute to minute; the ratio of neighbours does not.

CPU is what this process and its database session spent, so waiting for a disk or for another program does not count.
"""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection

ROUNDS = 7
# For pages: a machine whose speed changes within a second is followed by many short rounds, not by few long ones.
SHORT_ROUNDS, CALLS_A_ROUND = 21, 7


@dataclass(frozen=True)
class Spent:
    """Milliseconds for one call."""

    cpu: float
    wall: float


@dataclass(frozen=True)
class Result:
    """One promise, measured: medians in milliseconds, the median of the rounds' own ratios, and how far those lay apart.

    `limit` is the ratio that we want to stay under; None where there is only a figure to know. `growth_limit` is how much larger
    the ratio may be at the largest size than at the smallest.
    """

    promise: str
    size: str
    ours_ms: float
    peer_ms: float
    ratio: float
    lowest: float
    highest: float
    wall_ratio: float
    limit: float | None = None
    note: str = ""
    growth_limit: float | None = None

    @property
    def verdict(self) -> str:
        if self.limit is None:
            return ""
        return "held" if self.ratio <= self.limit else "NOT HELD"


def compare(
    promise: str,
    *,
    ours: Callable[[], object],
    peer: Callable[[], object],
    size: str,
    calls: int,
    rounds: int = ROUNDS,
    limit: float | None = None,
    note: str = "",
    growth_limit: float | None = None,
    around_peer: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> Result:
    """Measure both sides `rounds` times, `calls` calls each, after one call of each that does not count."""
    our_rounds, peer_rounds = [], []
    for _ in range(rounds):
        our_rounds.append(_measure(ours, calls))
        with around_peer():
            peer_rounds.append(_measure(peer, calls))
    ratios = [mine.cpu / theirs.cpu for mine, theirs in zip(our_rounds, peer_rounds, strict=True)]
    ours_ms, peer_ms = (statistics.median(spent.cpu for spent in side) for side in (our_rounds, peer_rounds))
    result = Result(
        promise=promise,
        size=size,
        ours_ms=ours_ms,
        peer_ms=peer_ms,
        ratio=statistics.median(ratios),
        lowest=min(ratios),
        highest=max(ratios),
        wall_ratio=statistics.median(
            mine.wall / theirs.wall for mine, theirs in zip(our_rounds, peer_rounds, strict=True)
        ),
        limit=limit,
        note=note,
        growth_limit=growth_limit,
    )
    tell(result)
    return result


def tell(result: Result) -> None:
    """Print the result, and keep it for the runner if there is one."""
    print(line(result), flush=True)
    if kept := os.environ.get("BENCHMARK_RESULTS"):
        with Path(kept).open("a") as file:
            file.write(json.dumps(asdict(result)) + "\n")


def line(result: Result) -> str:
    limit = f"  limit {result.limit:g}: {result.verdict}" if result.limit is not None else ""
    return (
        f"{result.promise} [{result.size}]: {result.ratio:.2f} times the peer"
        f" ({result.lowest:.2f} to {result.highest:.2f}; {result.ours_ms:.2f} ms against {result.peer_ms:.2f} ms of CPU;"
        f" by the clock {result.wall_ratio:.2f}){limit}{'  ' + result.note if result.note else ''}"
    )


def machine() -> str:
    """What the figures were measured on."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (server,) = cursor.fetchone()
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, PostgreSQL {server}"


def _measure(call: Callable[[], object], calls: int) -> Spent:
    call()
    with _session_clock() as session:
        began_wall, began_cpu, began_session = time.perf_counter(), time.process_time(), session()
        for _ in range(calls):
            call()
        cpu = time.process_time() - began_cpu + session() - began_session
        wall = time.perf_counter() - began_wall
    return Spent(cpu=cpu * 1000 / calls, wall=wall * 1000 / calls)


@contextmanager
def _session_clock() -> Iterator[Callable[[], float]]:
    """The CPU seconds of the database session, where the server runs on this machine; always 0 where it does not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    clock = Path(f"/proc/{pid}/schedstat")
    is_here = clock.exists() and Path(f"/proc/{pid}/comm").read_text().startswith("postgres")
    yield (lambda: int(clock.read_text().split()[0]) / 1e9) if is_here else (lambda: 0.0)


def once_a_run(main: Callable[[], None]) -> Callable[[], None]:
    """Mark a benchmark that needs no database of a size: the runner does it once."""
    main.is_once_a_run = True  # type: ignore[attr-defined]
    return main

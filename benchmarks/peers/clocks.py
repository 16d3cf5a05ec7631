"""CPU time of whole programs, with all that they started, as the system counts it (in hundredths of a second)."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.core.cache import cache
from django.db import connection

TICK = os.sysconf("SC_CLK_TCK")
# In /proc/<pid>/stat, after the name: parent, own time in user and system mode, and the same of children that ended.
PARENT, TIMES = 1, slice(11, 15)


def cpu_seconds(programs: Iterable[int]) -> float:
    """What these processes and their descendants have spent until now."""
    rows = dict(_processes())
    children: dict[int, list[int]] = {}
    for pid, words in rows.items():
        children.setdefault(int(words[PARENT]), []).append(pid)
    open_, spent = [pid for pid in programs if pid in rows], 0
    while open_:
        pid = open_.pop()
        spent += sum(int(word) for word in rows[pid][TIMES])
        open_ += children.get(pid, [])
    return spent / TICK


def server_pids() -> list[int]:
    """The database server and the broker that our settings name; they must run on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    (postgres,) = [int(words[PARENT]) for pid, words in _processes() if pid == backend]
    valkey = cache._cache.get_client().info("server")["process_id"]  # type: ignore[attr-defined]
    return [postgres, valkey]


def _processes() -> Iterator[tuple[int, list[str]]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                text = (folder / "stat").read_text()
            except OSError:
                continue
            yield int(folder.name), text.rpartition(")")[2].split()

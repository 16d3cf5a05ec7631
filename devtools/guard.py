"""Ends process groups when the process that speaks to us is gone: `123` to watch group 123, `-123` to forget it.

The parent-death signal reaches a child, not what the child started, and a Celery worker in the middle of a task waits
for it to finish. This waits on a pipe, which the system closes however the other end died; then it asks the groups to
stop, and ends them. Only the standard library: run by itself, like tether.py.
"""

import os
import signal
import sys
import time

PATIENCE_SECONDS = 2


def main() -> None:
    """Watch until the pipe closes, then leave nothing behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line)
        if group > 0:
            groups.add(group)
        else:
            groups.discard(-group)
    deadline = time.monotonic() + PATIENCE_SECONDS
    groups = {group for group in groups if send(group, signal.SIGTERM)}
    while groups and time.monotonic() < deadline:
        time.sleep(0.1)
        groups = {group for group in groups if send(group, 0)}
    for group in groups:
        send(group, signal.SIGKILL)


def send(group: int, number: int) -> bool:
    """Whether anybody was there to get the signal."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()

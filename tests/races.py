"""Deeds that are done at the same moment, each in a thread with a database connection of its own."""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

SECONDS = 60


def at_once(*deeds: Callable[[], Any], refusal: type[Exception] | tuple[type[Exception], ...] = ()) -> list[Any]:
    """What each gave back, in the order given; of one that was refused the refusal. Any other error ends the test."""
    gate = threading.Barrier(len(deeds))
    given: dict[int, Any] = {}
    broken: list[BaseException] = []

    def run(place: int, deed: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=SECONDS)
            given[place] = deed()
        except refusal as error:
            given[place] = error
        except BaseException as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=SECONDS)
    if broken:
        raise broken[0]
    assert len(given) == len(deeds), "One of the deeds did not end."
    return [given[place] for place in range(len(deeds))]


def while_another_waits(
    first: Callable[[], Any], second: Callable[[], Any], *, refusal: type[Exception] | tuple[type[Exception], ...] = ()
) -> Any:
    """What the second gave back, or its refusal, where it begins before the first has committed and has to wait for it."""
    given: list[Any] = []

    def run() -> None:
        try:
            given.append(second())
        except refusal as error:
            given.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with transaction.atomic():
        first()
        thread.start()
        while thread.is_alive() and not _somebody_waits_for_a_lock():
            thread.join(timeout=0.01)
    thread.join(timeout=SECONDS)
    assert given, "The second deed did not end, or broke."
    return given[0]


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        # Who waits is read once in a transaction, and kept: what was read before somebody waited would never change.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])

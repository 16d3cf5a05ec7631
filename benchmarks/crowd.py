"""Many at once: threads with a connection each, which begin together."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import connection

Piece = TypeVar("Piece")


def seconds_of_all(deed: Callable[[Piece], object], pieces: Sequence[Piece], *, hands: int) -> float:
    """By the clock, until all pieces are done by so many at once, each taking every so-manyth. Raises what the first to fail raised."""
    together = threading.Barrier(hands + 1)
    broken: list[BaseException] = []

    def work(own: Sequence[Piece]) -> None:
        try:
            connection.ensure_connection()
            together.wait()
            for piece in own:
                deed(piece)
        except BaseException as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[pieces[number::hands]]) for number in range(hands)]
    for thread in threads:
        thread.start()
    together.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return time.perf_counter() - began

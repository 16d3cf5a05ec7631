"""Faults that tests make happen: real ones, on the real parts."""

from collections.abc import Iterator
from contextlib import contextmanager

from celery import current_app


@contextmanager
def broker_away() -> Iterator[None]:
    """Inside, the Celery application of this process looks for its broker at a socket where nobody listens."""
    app = current_app._get_current_object()
    try:
        app.conf.broker_write_url = "redis+socket:///nowhere/broker.sock"
        app._after_fork()  # drops the pooled connections, as a new process would
        yield
    finally:
        app.conf.broker_write_url = None
        app._after_fork()

"""Faults that tests make happen: real ones, on the real parts."""

from collections.abc import Iterator
from contextlib import contextmanager

from celery import current_app
from django.conf import settings
from django.test import override_settings


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


@contextmanager
def cache_away() -> Iterator[None]:
    """Inside, the cache of this process is looked for at a socket where nobody listens."""
    away = {"default": settings.CACHES["default"] | {"LOCATION": "unix:///nowhere/cache.sock"}}
    with override_settings(CACHES=away):
        yield

"""Rows that all tests of a file begin with: made once and really stored, so that what each test changes goes back to them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.core.management import call_command
from django.db import connection, transaction

Made = TypeVar("Made")


@contextmanager
def stored(make: Callable[[], Made], blocker: Any) -> Iterator[Made]:
    """What `make` gave; its rows stay until the end, when all tables are emptied. For a fixture of a whole file.

    As in tests that roll back, nothing is done that waits for the commit: no job is sent.
    """
    with blocker.unblock():
        try:
            with transaction.atomic():
                made = make()
                connection.run_on_commit.clear()
            yield made
        finally:
            call_command("flush", verbosity=0, interactive=False)

"""The things that the rows of the permission matrix open, made once for each file, and a server that hears who calls."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.cache import cache

from tests.furnished import stored
from tests.people import Cast
from tests.permissions.rows import Things
from tests.permissions.test_matrix import furnish


@pytest.fixture(scope="module", autouse=True)
def _empty_cache() -> None:
    """Once for the file, as files that wait for their person are among the things that were made."""
    cache.clear()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Cast, Things]]:
    with stored(furnish, django_db_blocker) as made:
        yield made


@pytest.fixture(scope="module")
def visited() -> Iterator[tuple[str, list[str]]]:
    """A server that writes down what is asked of it: its address, and the list."""
    asked: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()

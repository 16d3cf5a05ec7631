"""Servers for the tests, running before Django reads its settings: a pytest plugin (`-p tests.servers_plugin`).

`DATABASE_URL` and `REDIS_URL` in the environment are used instead, if they are set. With `-n` each worker of pytest-xdist
has servers of its own, so that two tests at the same time share no queue and no cache; who hands out the tests needs none.
"""

import os
from collections.abc import Generator
from contextlib import ExitStack

import pytest

from devtools.servers import temporary_servers
from tests.prepared_database import prepare

running = ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """Start them; a wrapper runs before pytest-django, which loads the settings in the same hook."""
    hands_out_tests = early_config.known_args_namespace.numprocesses and "PYTEST_XDIST_WORKER" not in os.environ
    if hands_out_tests:
        return (yield)
    early_config.add_cleanup(running.close)
    urls = running.enter_context(temporary_servers())
    prepared = prepare(urls.database_url)
    os.environ.update(urls.environment() | ({"TEST_DATABASE_TEMPLATE": prepared} if prepared else {}))
    return (yield)

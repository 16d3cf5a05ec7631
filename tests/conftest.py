"""What every test may use: the cast, a client that refuses inline script, and a database whose log may be emptied between tests."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.models import User
from devtools.service import Service
from tests.people import Cast, make_cast


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests with real transactions empty the tables afterwards, the access log and signatures too; tests of the guards turn them on again."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_truncate")
        cursor.execute("ALTER TABLE audit_link DISABLE TRIGGER audit_link_no_truncate")
        cursor.execute("ALTER TABLE audit_change DISABLE TRIGGER audit_change_no_truncate")
        for table, trigger in (
            ("recordversion", "version"),
            ("sendingback", "sending_back"),
            ("signature", "signature"),
            ("signaturerevocation", "revocation"),
        ):
            cursor.execute(f"ALTER TABLE training_{table} DISABLE TRIGGER training_{trigger}_no_truncate")


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in this same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that start whole services run one after the other, in one process, whatever runs beside it."""
    for item in items:
        if item.get_closest_marker("worker"):
            item.add_marker(pytest.mark.xdist_group("services"))


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Rate limits and other cached things of one test do not reach the next."""
    cache.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


class CarefulClient(Client):
    """Fails on any page that holds inline script or style, an inline handler, or an unrendered template tag."""

    FORBIDDEN = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=\"|\son[a-z]+=\"|\{\{|\{%")

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        if "text/html" in response.get("Content-Type", "") and not request["PATH_INFO"].startswith(("/admin", "/api")):
            found = self.FORBIDDEN.search(response.content.decode())
            assert found is None, f"{request['PATH_INFO']} holds {found.group() if found else ''}"
        return response

    def signed_in(self, user: User) -> "CarefulClient":
        """This client, signed in as somebody."""
        self.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return self


@pytest.fixture
def client() -> CarefulClient:
    return CarefulClient()


def database_url() -> str:
    """The address of the database that the tests use."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@pytest.fixture
def service(settings: Any, tmp_path: Path) -> Iterator[Service]:
    """Starts web, workers and beat on the database, broker and file store of the test."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "DATABASE_URL": database_url(),
        "MEDIA_ROOT": settings.MEDIA_ROOT,
    }
    with Service(environment=environment, log_folder=tmp_path / "log") as running:
        yield running


@pytest.fixture
def tried(request: pytest.FixtureRequest) -> Iterator[Counter[str]]:
    """How often this test tried what; `make assurance` adds up what is written into the file of ASSURANCE_FIGURES."""
    counted: Counter[str] = Counter()
    yield counted
    if path := os.environ.get("ASSURANCE_FIGURES"):
        with Path(path).open("a") as file:
            file.write(json.dumps({"test": request.node.nodeid, "tried": counted}) + "\n")

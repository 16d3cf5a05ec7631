"""Every page, as somebody who may see it: no axe violation, no sideways scrolling at 320 pixels, one h1, a title, nothing from elsewhere."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import User
from tests.browser.axe import faults_of
from tests.browser.conftest import OpenAs
from tests.people import Cast, make_cast
from tests.permissions.rows import Things
from tests.permissions.test_matrix import TABLES

NOT_PAGES = ("/api/", "/health/")
NAMES = [table.__name__.rpartition(".")[2] for table in TABLES]


def visits(table: Any, cast: Cast, things: Things) -> Iterator[tuple[str, User | None]]:
    """Each page of a table of the permission matrix once, as the first person of the cast whom it answers with 200."""
    everyone = cast.everyone()
    for row in table.ROWS:
        url = reverse(row.name, kwargs=row.arguments(cast, things))
        if row.method != "GET" or url.startswith(NOT_PAGES) or row.data(cast, things):
            continue
        allowed = [name for name in everyone if row.people.get(name, row.others) == 200]
        if allowed:
            yield url, everyone[allowed[0]]
        elif row.anonymous == 200:
            yield url, None


def is_page(url: str, user: User | None) -> bool:
    """Whether the address answers with HTML (and not with a download)."""
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return "text/html" in client.get(url).get("Content-Type", "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_every_page_holds(open_as: OpenAs, table: Any) -> None:
    things: dict[str, Any] = {}
    # Some records come in several rows, which the database wants together.
    with transaction.atomic():
        cast = make_cast()
        for each in TABLES:
            things |= each.furnish(cast)
    faults: list[str] = []
    pages: dict[str, Page] = {}
    elsewhere: set[str] = set()
    visited = 0
    for url, user in visits(table, cast, things):
        if not is_page(url, user):
            continue
        who = user.email if user else ""
        if who not in pages:
            pages[who] = open_as(user, "/help/")
            host = pages[who].url.split("/help/")[0]
            pages[who].on(
                "request", lambda r, host=host: None if r.url.startswith((host, "data:")) else elsewhere.add(r.url)
            )
        response = pages[who].goto(url)
        assert response is not None
        if response.status != 200:
            faults.append(f"{url} answers {response.status}")
            continue
        visited += 1
        faults += faults_of(pages[who])

    assert faults == []
    assert elsewhere == set()
    assert visited > 0

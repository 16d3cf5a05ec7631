"""Every page, as somebody who may see it: no axe violation, no sideways scrolling at 320 pixels, one h1, a title, nothing from elsewhere."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import User
from tests.browser.conftest import OpenAs
from tests.people import Cast, make_cast
from tests.permissions.rows import Things
from tests.permissions.test_matrix import TABLES

AXE = Axe()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NOT_PAGES = ("/api/", "/health/")


def visits(cast: Cast, things: Things) -> Iterator[tuple[str, User | None]]:
    """Each page once for every distinct person group: the first person of the cast whom it answers with 200."""
    everyone = cast.everyone()
    for table in TABLES:
        for row in table.ROWS:
            url = reverse(row.name, kwargs=row.arguments(cast, things))
            if row.method != "GET" or url.startswith(NOT_PAGES):
                continue
            if row.data(cast, things):
                continue
            allowed = [name for name in everyone if row.people.get(name, row.others) == 200]
            if allowed:
                yield url, everyone[allowed[0]]
            elif row.anonymous == 200:
                yield url, None


def faults_of(page: Page, url: str, width: int) -> list[str]:
    """What is wrong with the page that is open, in words."""
    found = AXE.run(page, options=RULES).response["violations"]
    faults = [f"{url} at {width}: axe {v['id']} on {v['nodes'][0]['target']}" for v in found]
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow > 0:
        faults.append(f"{url} at {width}: {overflow} px too wide")
    if page.locator("h1").count() != 1:
        faults.append(f"{url} at {width}: {page.locator('h1').count()} h1 headings")
    if not page.title():
        faults.append(f"{url} at {width}: no title")
    return faults


def is_page(url: str, user: User | None) -> bool:
    """Whether the address answers with HTML (and not with a download)."""
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return "text/html" in client.get(url).get("Content-Type", "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_holds(open_as: OpenAs, width: int) -> None:
    things: dict[str, Any] = {}
    # Some records come in several rows, which the database wants together.
    with transaction.atomic():
        cast = make_cast()
        for table in TABLES:
            things |= table.furnish(cast)
    faults: list[str] = []
    pages: dict[str, Page] = {}
    elsewhere: set[str] = set()
    visited = 0
    for url, user in visits(cast, things):
        if not is_page(url, user):
            continue
        who = user.email if user else ""
        if who not in pages:
            pages[who] = open_as(user, "/help/", width=width)
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
        faults += faults_of(pages[who], url, width)

    assert faults == []
    assert elsewhere == set()
    assert visited > 25

"""Every page, as somebody who may see it: no axe violation, no sideways scrolling at 320 pixels, one h1, a title, nothing from elsewhere.

And every form, sent empty: the page with its errors holds the same, and says first that there is a problem.
"""

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
PAGES = [table for table in TABLES if not table.__name__.rpartition(".")[2].startswith("api_")]
NAMES = [table.__name__.rpartition(".")[2] for table in PAGES]


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
    return "text/html" in signed_in(user).get(url).get("Content-Type", "")


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def refuses_nothing_at_all(url: str, user: User | None) -> bool:
    """Whether the page sends an empty form back with its errors; what the attempt changed is rolled back."""
    client = signed_in(user)
    with transaction.atomic():
        status = client.post(url).status_code
        transaction.set_rollback(True)
    return status == 422


def furnished() -> tuple[Cast, Things]:
    """The cast, and a record of everything. Some come in several rows, which the database wants together."""
    things: Things = {}
    with transaction.atomic():
        cast = make_cast()
        for table in TABLES:
            things |= table.furnish(cast)
    return cast, things


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", PAGES, ids=NAMES)
def test_every_page_holds(open_as: OpenAs, table: Any) -> None:
    cast, things = furnished()
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


EMPTIED = """form => {
    for (const field of form.elements) {
        if (field.type === "hidden") continue
        if (field.type === "checkbox" || field.type === "radio") field.checked = false
        else if (field.tagName !== "BUTTON") field.value = ""
    }
    HTMLFormElement.prototype.submit.call(form)
}"""


@pytest.mark.django_db(transaction=True)
def test_every_form_sent_empty_says_what_is_wrong_and_its_page_holds(open_as: OpenAs) -> None:
    cast, things = furnished()
    faults: list[str] = []
    pages: dict[str, Page] = {}
    sent: set[str] = set()
    for table in TABLES:
        for url, user in visits(table, cast, things):
            if url in sent or not is_page(url, user) or not refuses_nothing_at_all(url, user):
                continue
            who = user.email if user else ""
            page = pages.setdefault(who, pages.get(who) or open_as(user, "/help/"))
            page.goto(url)
            form = page.locator("main form[method=post]:has(textarea, select, input:not([type=hidden]))")
            if form.count() == 0:  # buttons alone cannot be sent empty
                continue
            with page.expect_navigation() as sending:
                form.first.evaluate(EMPTIED)
            if sending.value.status != 422:  # a page of a draft is kept as it is, empty too
                continue
            sent.add(url)
            if not page.title().startswith("Error: "):
                faults.append(f"{url}: the title is {page.title()!r}")
            if page.locator("main .govuk-error-summary").count() != 1:
                faults.append(f"{url}: no error summary")
            for link in page.locator(".govuk-error-summary a").all():
                target = (link.get_attribute("href") or "#").removeprefix("#")
                if page.locator(f"[id='{target}']").count() != 1:
                    faults.append(f"{url}: an error leads to #{target}, which is not there")
            faults += faults_of(page)

    assert faults == []
    assert len(sent) > 10

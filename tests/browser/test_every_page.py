"""Every page, as somebody who may see it: no axe violation, no sideways scrolling at 320 pixels, one h1, a title, nothing from elsewhere.

And every form, sent empty: the page with its errors holds the same, and says first that there is a problem.
"""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Locator, Page

from accounts.models import User
from tests.browser.axe import faults_of
from tests.browser.conftest import OpenAs
from tests.people import Cast
from tests.permissions.rows import Things
from tests.permissions.test_matrix import TABLES, furnish

NOT_PAGES = ("/api/", "/health/")
PAGES = [table for table in TABLES if not table.__name__.rpartition(".")[2].startswith("api_")]
# Each part furnishes a world of its own, so there are few; as many as processes of the checks share evenly.
PARTS = 4
LEAST_PAGES, LEAST_FORMS = 300, 100


def visits(cast: Cast, things: Things) -> list[tuple[str, User | None]]:
    """Each page of the permission matrix once, as the first person of the cast whom it answers with 200."""
    everyone = cast.everyone()
    found: dict[str, User | None] = {}
    for row in (row for table in PAGES for row in table.ROWS):
        url = reverse(row.name, kwargs=row.arguments(cast, things))
        if url in found or row.method != "GET" or url.startswith(NOT_PAGES) or row.data(cast, things):
            continue
        allowed = [name for name in everyone if row.people.get(name, row.others) == 200]
        if allowed or row.anonymous == 200:
            found[url] = everyone[allowed[0]] if allowed else None
    return list(found.items())


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
    with transaction.atomic():
        return furnish()


EMPTIED = """form => {
    for (const field of form.elements) {
        if (field.type === "hidden") continue
        if (field.type === "checkbox" || field.type === "radio") field.checked = false
        else if (field.tagName !== "BUTTON") field.value = ""
    }
    HTMLFormElement.prototype.submit.call(form)
}"""


class Visitor:
    """Goes from page to page, each in the browser of its person, and notes what does not hold."""

    def __init__(self, open_as: OpenAs) -> None:
        self.open_as = open_as
        self.pages: dict[str, Page] = {}
        self.faults: list[str] = []
        self.elsewhere: set[str] = set()
        self.visited = self.sent = 0

    def page_of(self, user: User | None) -> Page:
        """The browser of this person, which notes what it asks of other hosts."""
        who = user.email if user else ""
        if who not in self.pages:
            page = self.pages[who] = self.open_as(user, "/help/")
            host = page.url.split("/help/")[0]
            page.on("request", lambda r: None if r.url.startswith((host, "data:")) else self.elsewhere.add(r.url))
        return self.pages[who]

    def visit(self, url: str, user: User | None) -> None:
        """Open the page, and where it refuses an empty form send that and look again."""
        page = self.page_of(user)
        response = page.goto(url)
        assert response is not None
        if response.status != 200:
            self.faults.append(f"{url} answers {response.status}")
            return
        self.visited += 1
        self.faults += faults_of(page)
        form = page.locator("main form[method=post]:has(textarea, select, input:not([type=hidden]))")
        if form.count() and refuses_nothing_at_all(url, user):  # buttons alone cannot be sent empty
            self.send_empty(page, form.first, url)

    def send_empty(self, page: Page, form: Locator, url: str) -> None:
        """The page that comes back has a title and a summary that say so, and links that lead to fields."""
        with page.expect_navigation() as sending:
            form.evaluate(EMPTIED)
        if sending.value.status != 422:  # a page of a draft is kept as it is, empty too
            return
        self.sent += 1
        if not page.title().startswith("Error: "):
            self.faults.append(f"{url}: the title is {page.title()!r}")
        if page.locator("main .govuk-error-summary").count() != 1:
            self.faults.append(f"{url}: no error summary")
        for link in page.locator(".govuk-error-summary a").all():
            target = (link.get_attribute("href") or "#").removeprefix("#")
            if page.locator(f"[id='{target}']").count() != 1:
                self.faults.append(f"{url}: an error leads to #{target}, which is not there")
        self.faults += faults_of(page)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_holds_and_so_does_its_form_sent_empty(open_as: OpenAs, part: int) -> None:
    cast, things = furnished()
    visitor = Visitor(open_as)
    for url, user in visits(cast, things)[part::PARTS]:
        if is_page(url, user):
            visitor.visit(url, user)

    assert visitor.faults == []
    assert visitor.elsewhere == set()
    assert visitor.visited > LEAST_PAGES / PARTS
    assert visitor.sent > LEAST_FORMS / PARTS

"""What stands in an address, or comes back from a form that refused it, runs in no page."""

from collections import Counter
from typing import Any

import pytest
from django.db import transaction

from tests.attacks.poison import TAG, runs_as_html
from tests.attacks.walking import address_of, rows_with, send, signed_in

pytestmark = pytest.mark.django_db
REFLECTED = f'"><{TAG} onload=1>'
# Every name that a page reads from its address.
ASKED = (
    "answered", "closed", "cohort", "cursor", "exercise", "format", "from", "known", "late", "module", "month", "person", "q",
    "quarter", "read", "search", "session", "show", "shown", "since", "skill", "standing", "state", "team", "template", "text",
    "what", "whose", "year",
)  # fmt: skip


def test_nothing_that_stands_in_an_address_runs_in_its_page(world: Any, tried: Counter[str]) -> None:
    cast, things = world
    run, failed = set(), set()

    for row, user in rows_with("GET", cast=cast):
        response = send(signed_in(user), row, address_of(row, cast, things), dict.fromkeys(ASKED, REFLECTED))
        tried["addresses with an attack in them"] += 1
        if response.status_code >= 500:
            failed.add(row.name)
        elif response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            run |= {row.name} if runs_as_html(response.content.decode()) else set()

    assert failed == set()
    assert run == set()


def test_nothing_that_a_form_refuses_runs_when_it_comes_back(world: Any, tried: Counter[str]) -> None:
    cast, things = world
    run, failed = set(), set()

    for row, user in rows_with("POST", cast=cast):
        url = address_of(row, cast, things)
        if url.startswith("/api/"):
            continue
        client = signed_in(user)
        with transaction.atomic():
            asked = client.get(url)
            fields = getattr(getattr(asked, "context", None), "get", lambda _: None)("form")
            transaction.set_rollback(True)
        names = {field.html_name for field in fields} if fields is not None else set()
        attack = dict.fromkeys({*row.data(cast, things), *names}, REFLECTED)
        response = send(client, row, url, attack)
        tried["forms sent with an attack in each field"] += 1
        if response.status_code >= 500:
            failed.add(row.name)
        elif response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            run |= {row.name} if runs_as_html(response.content.decode()) else set()

    assert tried["forms sent with an attack in each field"] > 250
    assert failed == set()
    assert run == set()

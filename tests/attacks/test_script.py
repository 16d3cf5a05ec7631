"""What somebody types runs nowhere: in no page, in no table that a spreadsheet opens, in no PDF."""

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any
from zipfile import is_zipfile

import pytest
from django.db import transaction

from tests.attacks.poison import TAG, formulas_in_csv, formulas_in_xlsx, poison, runs_as_html
from tests.attacks.walking import address_of, rows_with, send, signed_in
from tests.furnished import stored
from tests.permissions.test_matrix import furnish

pytestmark = pytest.mark.django_db
REFLECTED = f'"><{TAG} onload=1>'
# Every name that a page reads from its address.
ASKED = (
    "answered", "closed", "cohort", "cursor", "exercise", "format", "from", "known", "late", "module", "month", "person", "q",
    "quarter", "read", "search", "session", "show", "shown", "since", "skill", "standing", "state", "team", "template", "text",
    "what", "whose", "year",
)  # fmt: skip


@pytest.fixture(scope="module")
def poisoned(visited: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    def make() -> Any:
        cast, things = furnish()
        # Rows find some of their things by name: they are asked before the names are changed.
        asked = [
            (row, user, address_of(row, cast, things), row.data(cast, things))
            for row, user in rows_with("GET", cast=cast)
        ]
        return asked, poison(visited[0])

    with stored(make, django_db_blocker) as made:
        yield made


def test_nothing_that_was_typed_runs_in_a_page_or_in_a_file(poisoned: Any, visited: Any, tried: Counter[str]) -> None:
    asked, fields = poisoned
    run, failed = set(), set()
    tried["fields that hold an attack"] = fields

    for row, user, url, data in asked:
        response = send(signed_in(user), row, url, data)
        kind = response.headers.get("Content-Type", "")
        content = b"".join(response.streaming_content) if response.streaming else response.content
        tried["answers searched for an attack that runs"] += 1
        if response.status_code >= 500:
            failed.add(row.name)
        elif kind.startswith("text/html"):
            run |= {row.name} if runs_as_html(content.decode()) else set()
            tried["pages that showed one"] += TAG in content.decode()
        elif kind.startswith("text/csv"):
            run |= {f"{row.name}: {cell}" for cell in formulas_in_csv(content)}
        elif "spreadsheetml" in kind and is_zipfile(io.BytesIO(content)):  # some files are placeholders
            run |= {f"{row.name}: {cell}" for cell in formulas_in_xlsx(content)}

    assert fields > 120
    assert tried["pages that showed one"] > 100
    assert failed == set()
    assert run == set()
    assert visited[1] == []


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

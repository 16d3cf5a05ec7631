"""Every address, every method it answers to, every person of the cast and an anonymous visitor: exactly the expected answer."""

import importlib
import json
import pkgutil
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import tests.permissions
from tests.furnished import stored
from tests.people import Cast, make_cast
from tests.permissions.rows import Row, Things

NOT_OURS = ("admin:",)
TABLES = [
    importlib.import_module(f"tests.permissions.{module.name}")
    for module in pkgutil.iter_modules(tests.permissions.__path__)
    if module.name != "rows" and not module.name.startswith("test_")
]
ROWS: list[Row] = [row for table in TABLES for row in table.ROWS]


def named_routes(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    """The name of every route, with its namespaces."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_routes(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    routes = {name for name in named_routes() if not name.startswith(NOT_OURS)}

    assert routes == {row.name for row in ROWS}


def furnish() -> tuple[Cast, Things]:
    """The cast, and the things of every table."""
    cast = make_cast()
    things: Things = {}
    for table in TABLES:
        made = table.furnish(cast)
        assert not made.keys() & things.keys(), "two tables call different things by one name"
        things |= made
    return cast, things


@pytest.fixture(scope="module", autouse=True)
def _empty_cache() -> None:
    """Once for the file, in place of once for each test: files that wait for their person are among the things that were made."""
    cache.clear()


@pytest.fixture(scope="module")
def furnished_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Cast, Things]]:
    with stored(furnish, django_db_blocker) as made:
        yield made


@pytest.fixture
def furnished(furnished_once: tuple[Cast, Things], db: None) -> tuple[Cast, Things]:
    """The people and things as new objects: what one table's answers left on them stays with it."""
    return deepcopy(furnished_once)


def reply(client: Client, row: Row, cast: Cast, things: Things) -> Any:
    """The response this client gets; whatever it changed is rolled back."""
    url = reverse(row.name, kwargs=row.arguments(cast, things))
    data: dict[str, Any] = row.data(cast, things)
    with transaction.atomic():
        if url.startswith("/api/") and row.method != "GET":
            response = client.generic(
                row.method,
                url,
                json.dumps(data),
                content_type="application/json",
                headers={"Idempotency-Key": "matrix-key-0001"},
            )
        else:
            response = (
                client.generic(row.method, url)
                if row.method not in ("GET", "POST")
                else getattr(client, row.method.lower())(url, data)
            )
        transaction.set_rollback(True)
    return response


def answer(client: Client, row: Row, cast: Cast, things: Things) -> int:
    """The status this client gets."""
    status: int = reply(client, row, cast, things).status_code
    return status


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__.rsplit(".", 1)[-1])
def test_everybody_gets_exactly_the_expected_answer(
    table: Any, furnished: tuple[Cast, Things], tried: Counter[str]
) -> None:
    cast, things = furnished
    tried["addresses and methods"] = len(table.ROWS)
    wrong = []
    people = cast.everyone()
    for row in table.ROWS:
        assert set(row.people) <= set(people), f"{row.name} names somebody who is not in the cast"
        visitor = Client()
        tried["answers to a role of the cast, or a visitor, compared with the table"] += 1 + len(people)
        if (status := answer(visitor, row, cast, things)) != row.anonymous:
            wrong.append(f"{row.method} {row.name} anonymous: {status}, not {row.anonymous}")
        for name, user in people.items():
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            expected = row.people.get(name, row.others)
            if (status := answer(client, row, cast, things)) != expected:
                wrong.append(f"{row.method} {row.name} {name}: {status}, not {expected}")
    assert wrong == []

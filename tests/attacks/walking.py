"""Walking over the rows of the permission matrix as those who are let in."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.people import Cast
from tests.permissions.rows import Row, Things
from tests.permissions.test_matrix import ROWS

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
SAFE = ("GET", "HEAD")


def let_in(row: Row, cast: Cast) -> User | None:
    """Somebody whom this row lets in, if it lets in anybody who is signed in."""
    for name, user in cast.everyone().items():
        if row.people.get(name, row.others) < 400:
            return user
    return None


def rows_with(*methods: str, cast: Cast) -> Iterator[tuple[Row, User]]:
    """The rows of these methods, each with somebody whom it lets in."""
    for row in ROWS:
        if row.method in methods and (user := let_in(row, cast)) is not None:
            yield row, user


def signed_in(user: User, **options: Any) -> Client:
    client = Client(**options)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def address_of(row: Row, cast: Cast, things: Things) -> str:
    return reverse(row.name, kwargs=row.arguments(cast, things))


def send(client: Client, row: Row, url: str, data: dict[str, Any], **headers: str) -> Any:
    """The response; whatever was changed is rolled back."""
    with transaction.atomic():
        if url.startswith("/api/") and row.method not in SAFE:
            headers = {"Idempotency-Key": "attack-key-0001", **headers}
            kind = "application/json"
            response = client.generic(row.method, url, json.dumps(data), content_type=kind, headers=headers)
        elif row.method == "POST":
            response = client.post(url, data, headers=headers)
        elif row.method in SAFE:
            response = client.get(url, data, headers=headers)
        else:
            response = client.generic(row.method, url, headers=headers)
        transaction.set_rollback(True)
    return response

"""Every address leaves exactly the entries that are declared of it (declared_entries.py), and none shows a referral without one.

The walk takes every row of the permission matrix. Of those who are let in alike it takes one; with EVERY_ROLE=1 everybody.
"""

import json
import os
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from referrals.models import Person, Ppn
from tests.furnished import stored
from tests.insights.declared_entries import WRITES, WRITES_NOTHING
from tests.people import Cast
from tests.permissions.rows import Row, Things
from tests.permissions.test_matrix import ROWS, furnish

EVERYBODY = bool(os.environ.get("EVERY_ROLE"))
# Words that stand in no page unless it shows what is in a referral.
GIVEN, FAMILY, STORY = "Zebedee", "Quillfeather", "Quillnarrative"
# A draft shows its writer their own words while they write; what they send is recorded.
OWN_WORDS = {
    "referrals:draft",
    "referrals:section",
    "referrals:person_add",
    "referrals:person_change",
    "referrals:person_more",
    "referrals:person_remove",
    "referrals:check",
}


@pytest.fixture(scope="module", autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture(scope="module")
def furnished_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Cast, Things]]:
    with stored(furnish, django_db_blocker) as made:
        yield made


@pytest.fixture
def world(furnished_once: tuple[Cast, Things], db: None) -> tuple[Cast, Things]:
    """As new objects: what one test's answers left on them stays with it."""
    return deepcopy(furnished_once)


def asked(client: Client, row: Row, cast: Cast, things: Things) -> Any:
    url, data = reverse(row.name, kwargs=row.arguments(cast, things)), row.data(cast, things)
    if url.startswith("/api/") and row.method != "GET":
        kind, headers = "application/json", {"Idempotency-Key": "completeness-0001"}
        return client.generic(row.method, url, json.dumps(data), content_type=kind, headers=headers)
    if row.method not in ("GET", "POST"):
        return client.generic(row.method, url)
    return getattr(client, row.method.lower())(url, data)


def walked(
    world: tuple[Cast, Things], rows: list[Row], *, is_let_in: bool
) -> Iterator[tuple[Row, User, bytes, list[Entry]]]:
    """Each answer with the entries that it left; whatever it changed is taken back."""
    cast, things = world
    for row in rows:
        seen: set[int] = set()
        for name, user in cast.everyone().items():
            expected = row.people.get(name, row.others)
            is_asked = expected < 400 if is_let_in else expected in (401, 403, 404)
            if not is_asked or (expected in seen and not EVERYBODY):
                continue
            seen.add(expected)
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            with transaction.atomic():
                last = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
                response = asked(client, row, cast, things)
                content = b"".join(response.streaming_content) if response.streaming else response.content
                entries = list(Entry.objects.filter(pk__gt=last).order_by("pk"))
                transaction.set_rollback(True)
            yield row, user, content, entries


def key(row: Row) -> str:
    return f"{row.method} {row.name}"


def test_every_address_is_declared_once_and_nothing_else() -> None:
    answering = {key(row) for row in ROWS if min([row.others, *row.people.values()]) < 400}

    assert answering == WRITES.keys() | WRITES_NOTHING
    assert not WRITES.keys() & WRITES_NOTHING


def test_every_address_leaves_exactly_the_entries_that_are_declared_of_it(world: tuple[Cast, Things]) -> None:
    left: dict[str, set[str]] = {}
    wrong, answers = [], 0
    for row, user, _content, entries in walked(world, ROWS, is_let_in=True):
        answers += 1
        for entry in entries:
            left.setdefault(key(row), set()).add(f"{entry.verb} {entry.what} {entry.object_label}".strip())
            if entry.actor_id != str(user.pk) or entry.actor_agency_id != str(user.agency_id):
                wrong.append(f"{key(row)}: {entry.what} is said to be of somebody else")
            if entry.object_label and not entry.object_id:
                wrong.append(f"{key(row)}: {entry.what} names no record")

    differ = {name for name in left.keys() | WRITES.keys() if left.get(name, set()) != WRITES.get(name, set())}
    print(
        f"answers: {answers}, addresses and methods: {len(WRITES) + len(WRITES_NOTHING)}, of which leave entries: {len(WRITES)}"
    )
    assert wrong == []
    assert {name: left.get(name) for name in differ} == {}


def test_who_is_refused_leaves_no_entry_of_a_record(world: tuple[Cast, Things]) -> None:
    left = [
        (key(row), user.name, entry.what)
        for row, user, _content, entries in walked(world, ROWS, is_let_in=False)
        for entry in entries
        if entry.object_id
    ]

    assert left == []


def test_no_address_shows_somebody_in_a_referral_without_an_entry(world: tuple[Cast, Things]) -> None:
    Person.objects.update(given_names=GIVEN, family_name=FAMILY)
    Ppn.objects.update(concern=f"{STORY} of what happened.")
    pages = [row for row in ROWS if row.method == "GET"]
    shown, silent = set(), set()
    for row, _user, content, entries in walked(world, pages, is_let_in=True):
        if any(word.encode() in content for word in (GIVEN, FAMILY, STORY)):
            shown.add(row.name)
            if not entries and row.name not in OWN_WORDS:
                silent.add(row.name)

    print(f"addresses that show words of a referral: {len(shown)}")
    assert silent == set()
    assert {"referrals:detail", "referrals:check", "api:referral"} <= shown

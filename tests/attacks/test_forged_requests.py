"""What another site, or another host name, could have a signed-in person's browser do."""

from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.attacks.walking import SAFE, UNSAFE, address_of, rows_with, send, signed_in
from tests.permissions.test_matrix import ROWS

pytestmark = pytest.mark.django_db
ELSEWHERE = "https://elsewhere.example/taken"
WAYS_BACK = (
    "next",
    "to",
    "back",
    "return",
    "return_to",
    "url",
    "redirect",
    "redirect_to",
    "continue",
    "REDIRECT_FIELD_NAME",
)
# Called by a program of GOV.UK Notify with a secret of its own: nobody is signed in there.
WITHOUT_A_SESSION = {"mail:notify_callback"}


def test_nothing_is_changed_without_the_token_of_our_own_form(world: Any, tried: Counter[str]) -> None:
    cast, things = world
    done = set()

    for row, user in rows_with(*UNSAFE, cast=cast):
        client = signed_in(user, enforce_csrf_checks=True)
        response = send(client, row, address_of(row, cast, things), row.data(cast, things))
        tried["requests without a token"] += 1
        if response.status_code != 403:
            done.add(f"{row.method} {row.name}: {response.status_code}")

    assert tried["requests without a token"] > 300
    assert done == set()


def test_no_answer_leads_to_another_site(world: Any, tried: Counter[str]) -> None:
    cast, things = world
    led_away = set()

    for row, user in rows_with(*SAFE, *UNSAFE, cast=cast):
        url = address_of(row, cast, things)
        if url.startswith("/api/"):
            continue
        there = dict.fromkeys(WAYS_BACK, ELSEWHERE)
        query = "&".join(f"{name}={ELSEWHERE}" for name in WAYS_BACK)
        response = send(signed_in(user), row, f"{url}?{query}", row.data(cast, things) | there, Referer=ELSEWHERE)
        tried["requests with a way to another site"] += 1
        if urlsplit(response.headers.get("Location", "")).netloc or "elsewhere.example" in response.headers.get(
            "Refresh", ""
        ):
            led_away.add(f"{row.method} {row.name}: {response.headers['Location']}")

    assert tried["requests with a way to another site"] > 800
    assert led_away == set()


def test_a_method_in_a_header_is_not_obeyed(world: Any, tried: Counter[str]) -> None:
    cast, things = world
    obeyed = set()

    for row, user in rows_with("DELETE", "PUT", "PATCH", cast=cast):
        url = address_of(row, cast, things)
        for header in ("X-HTTP-Method-Override", "X-Method-Override"):
            response = signed_in(user).post(url, "{}", content_type="application/json", headers={header: row.method})
            tried["methods in a header"] += 1
            if response.status_code not in (400, 403, 405, 415):
                obeyed.add(f"{row.method} {row.name}: {response.status_code}")

    assert obeyed == set()


def test_no_page_with_personal_data_is_kept_by_a_browser_or_a_proxy(world: Any, tried: Counter[str]) -> None:
    cast, things = world
    kept = set()

    for row, user in rows_with("GET", cast=cast):
        response = send(signed_in(user), row, address_of(row, cast, things), row.data(cast, things))
        tried["answers asked whether they are kept"] += 1
        if row.anonymous != 200 and "no-store" not in response.headers.get("Cache-Control", ""):
            kept.add(row.name)

    assert kept == set()


def test_every_row_is_one_that_somebody_may_open() -> None:
    """The walks of this folder pass by what nobody is let in to; so many are those that they pass by."""
    assert len(ROWS) > 1_000

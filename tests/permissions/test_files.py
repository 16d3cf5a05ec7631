"""No file leaves a session that began long ago before its person shows again who they are, unless it is named here why."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services.sessions import BEGAN
from tests.furnished import stored
from tests.people import Cast
from tests.permissions.rows import Row, Things
from tests.permissions.test_matrix import ROWS, furnish

LONG_AGO = timedelta(minutes=16)
CONFIRM = ("/account/reauthenticate/", "/account/2fa/reauthenticate/")
# Where the matrix has nothing of which a file could be made, the name of the address says that it gives one.
NAMED_SO = ("export", "csv", "xlsx", "pdf", "download", "pack")
# What may leave without the question, each with the reason.
ONE_CASE = "one file of one referral, read in the work on it like its page, and recorded with it"
OWN = "one's own"
OPEN = {
    "api:attachment_content": f"{ONE_CASE}; over the API a token says who asks",
    "referrals:file_download": ONE_CASE,
    "referrals:pack": ONE_CASE,
    "referrals:copy_download": f"{ONE_CASE}; the writer's copy goes into their crime record while they write that",
    "partners:booking_calendar": f"{OWN} entry of a calendar",
    "partners:booking_certificate": f"{OWN} certificate, or that of one delegate for who booked them",
    "training:record_certificate": f"{OWN} certificate, or that of one person whose training one sees",
    "training:cpd_file": "evidence of one entry, read beside it by its writer and who signs it",
    "partners:material": "what is handed out at a session: about nobody",
    "training:exercise_handouts": "an invented case: about nobody",
    "grading:earlier_reviews_template": "a table without rows",
    "disposal_certificate_file": "a certificate of what was disposed of: about nobody but the two who agreed on it",
    "mfa_download_recovery_codes": f"{OWN} codes, once, on the page after one showed who one is to make them",
}
# Nobody of the cast has made codes.
NOT_IN_THE_MATRIX = {"mfa_download_recovery_codes"}


@pytest.fixture(scope="module", autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture(scope="module")
def furnished_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Cast, Things]]:
    with stored(furnish, django_db_blocker) as made:
        yield made


@pytest.fixture
def furnished(furnished_once: tuple[Cast, Things], db: None) -> tuple[Cast, Things]:
    return deepcopy(furnished_once)


def asked(row: Row, user: User, cast: Cast, things: Things, *, began_ago: timedelta) -> HttpResponse:
    """What this person gets in a session that began so long ago; whatever it changed is rolled back."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[BEGAN] -= began_ago.total_seconds()
    session.save()
    with transaction.atomic():
        url = reverse(row.name, kwargs=row.arguments(cast, things))
        answer: HttpResponse = getattr(client, row.method.lower())(url, row.data(cast, things))
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[arg-type]
        transaction.set_rollback(True)
    return answer


def is_file(answer: HttpResponse) -> bool:
    return answer.status_code == 200 and answer.get("Content-Disposition", "").startswith("attachment")


def whoever_may(row: Row, cast: Cast) -> User | None:
    """One of those who are let in."""
    return next((user for name, user in cast.everyone().items() if row.people.get(name, row.others) == 200), None)


def rows_of_pages() -> list[Row]:
    return [
        row
        for row in ROWS
        if row.method in ("GET", "POST") and not (row.name.startswith("api:") and row.method == "POST")
    ]


def test_a_session_that_began_long_ago_gets_no_file(furnished: tuple[Cast, Things]) -> None:
    cast, things = furnished
    files, silent = set(), set()
    for row in rows_of_pages():
        user = whoever_may(row, cast)
        if user is None or not is_file(asked(row, user, cast, things, began_ago=timedelta())):
            continue
        files.add(row.name)
        if not asked(row, user, cast, things, began_ago=LONG_AGO).get("Location", "").startswith(CONFIRM):
            silent.add(row.name)

    print(f"addresses that give a file: {len(files)}, of which ask: {len(files - silent)}")
    assert silent == OPEN.keys() - NOT_IN_THE_MATRIX


def test_what_is_named_like_a_file_asks_too_where_there_is_none(furnished: tuple[Cast, Things]) -> None:
    cast, things = furnished
    silent = set()
    for row in rows_of_pages():
        if row.name in OPEN or not any(word in row.name.replace(":", "_").split("_") for word in NAMED_SO):
            continue
        if not asked(row, cast.sam, cast, things, began_ago=LONG_AGO).get("Location", "").startswith(CONFIRM):
            silent.add(row.name)

    assert silent == set()

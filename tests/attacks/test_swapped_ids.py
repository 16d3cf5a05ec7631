"""Every id in an address, swapped for one that is not there: the answer is that of what is somebody else's, to the letter."""

import re
import uuid
from collections import Counter
from typing import Any

import pytest
from django.urls import reverse

from accounts.enums import AgencyKind
from accounts.roles import ROLES
from tests.attacks.walking import rows_with, send, signed_in
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.permissions.test_matrix import ROWS
from tests.permissions.test_strangers import MEANT_FOR_ALL

pytestmark = pytest.mark.django_db
# What differs between two answers to the same person: the request's id, the token of a form, and how long they stay signed in.
OWN_OF_A_REQUEST = re.compile(r"data-session-left=\"\d+|[0-9a-f]{32}|[0-9a-f-]{36}|nonce-[\w-]+|[A-Za-z0-9]{64}")
# A session that is open to every agency exists for all of them; who does not run it is refused.
OF_AN_OPEN_SESSION = ("partners:session", "partners:material_new")
# The second of two ids. What was removed already is no error; a report takes the key that the form was opened with; who is no
# longer a grader, or has no open place, is said on the round's page.
NOT_THERE_IS_NO_ERROR = {
    "grading:round_replace",
    "partners:agency_contact_remove",
    "partners:agency_package_withdraw",
    "referrals:report_write",
    "referrals:report_read",
    "referrals:report_remove",
    "api:report_read_second",
    "api:report_remove",
}


def swapped(arguments: dict[str, Any], name: str) -> dict[str, Any]:
    return arguments | {name: uuid.uuid4()}


def is_id(value: Any) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True


def said(response: Any) -> tuple[int, str]:
    return response.status_code, OWN_OF_A_REQUEST.sub("·", response.content.decode(errors="replace"))


def test_an_id_that_is_not_there_is_not_found_by_anybody(world: Any, tried: Counter[str]) -> None:
    cast, things = world
    found = set()

    for row, user in rows_with("GET", "POST", "PUT", "PATCH", "DELETE", cast=cast):
        arguments = row.arguments(cast, things)
        for name in (name for name, value in arguments.items() if is_id(value)):
            url = reverse(row.name, kwargs=swapped(arguments, name))
            response = send(signed_in(user), row, url, row.data(cast, things))
            tried["ids swapped for one that is not there"] += 1
            if response.status_code not in (403, 404) and row.name not in MEANT_FOR_ALL | NOT_THERE_IS_NO_ERROR:
                found.add(f"{row.method} {row.name} {name}: {response.status_code}")

    assert tried["ids swapped for one that is not there"] > 700
    assert found == set()


def test_what_is_somebody_elses_looks_like_what_is_not_there(world: Any, tried: Counter[str]) -> None:
    cast, things = world
    force = AgencyFactory(name="Elsewhere Police (fictitious)", kind=AgencyKind.POLICE)
    client = signed_in(UserFactory(agency=force, roles=list(ROLES)))
    told_apart, known = set(), set()

    for row in ROWS:
        arguments = row.arguments(cast, things)
        names = [name for name, value in arguments.items() if is_id(value)]
        if row.method != "GET" or not names or row.name in MEANT_FOR_ALL or row.anonymous == 200:
            continue
        theirs = send(client, row, reverse(row.name, kwargs=arguments), {})
        if theirs.status_code == 403:
            known.add(row.name)
            continue
        nowhere = {name: uuid.uuid4() if name in names else value for name, value in arguments.items()}
        tried["pairs of answers compared"] += 1
        if said(theirs) != said(send(client, row, reverse(row.name, kwargs=nowhere), {})):
            told_apart.add(row.name)

    assert tried["pairs of answers compared"] > 250
    assert told_apart == set()
    assert {name for name in known if not name.startswith(OF_AN_OPEN_SESSION)} == set()

"""Somebody of another force and somebody of another agency, with every role that they may hold, and the objects of everybody else."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.enums import AgencyKind
from accounts.roles import ROLES
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.furnished import stored
from tests.permissions.test_matrix import ROWS, answer, furnish

pytestmark = pytest.mark.django_db
REFUSED = (403, 404)
LEAST_TRIED = 500
# A session that is open to every agency is seen, held and booked by all of them; the advice is about nobody; whoever reads the
# access log reads it for the whole service.
SESSIONS = {"session", "series", "book", "book_check", "group_new", "group_check", "hold", "hold_release"}
# Administrators keep the accounts, roles and sessions of the whole service; the same is true of the history and of unusual access.
WHOLE_SERVICE = {
    "who_looked",
    "referral_history",
    "unusual_case",
    "account_role_holders",
    "access_review_say",
    "person_sessions",
    "person_sessions_end",
}
# A key or a link opens what it was made for, and says otherwise that it does not; passkeys ask first again who one is.
BY_KEY = {"second_step_open", "partners:feedback_by_link", "mfa_edit_webauthn", "mfa_remove_webauthn"}
MEANT_FOR_ALL = {"partners:asking_advice", *WHOLE_SERVICE, *BY_KEY, *(f"partners:{name}" for name in SESSIONS)}


@pytest.fixture(scope="module", autouse=True)
def _empty_cache() -> None:
    """Once for the file, as files that wait for their person are among the things that were made."""
    cache.clear()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    def make() -> Any:
        cast, things = furnish()
        force = AgencyFactory(name="Elsewhere Police (fictitious)", kind=AgencyKind.POLICE)
        agency = AgencyFactory(name="Elsewhere Housing (fictitious)", kind=AgencyKind.HOUSING)
        return (
            cast,
            things,
            {
                "force": UserFactory(agency=force, roles=list(ROLES)),
                "agency": UserFactory(
                    agency=agency, roles=[code for code, role in ROLES.items() if not role.police_only]
                ),
            },
        )

    with stored(make, django_db_blocker) as made:
        yield made


@pytest.mark.parametrize("who", ["force", "agency"])
def test_no_role_opens_an_object_of_another_force_or_agency(world: Any, who: str, tried: Counter[str]) -> None:
    cast, things, strangers = world
    client = Client()
    client.force_login(strangers[who], backend="django.contrib.auth.backends.ModelBackend")

    asked = [row for row in ROWS if row.arguments(cast, things) and row.anonymous != 200]
    tried["objects of others asked for"] += len(asked)
    opened = {row.name for row in asked if answer(client, row, cast, things) not in REFUSED}

    assert len(asked) > LEAST_TRIED
    assert opened == MEANT_FOR_ALL

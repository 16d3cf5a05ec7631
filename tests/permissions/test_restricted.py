"""Somebody with every role of the hub, in the team of the writers, and every referral restricted to others: no address tells of one."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.enums import Permission
from accounts.models import User
from accounts.roles import ROLES
from referrals import services
from referrals.models import Person, Referral, Restriction
from tests.factories.accounts import UserFactory
from tests.furnished import stored
from tests.people import NOW, Cast
from tests.permissions.rows import Row, Things
from tests.permissions.test_matrix import ROWS, furnish, reply

pytestmark = pytest.mark.django_db
LEAST_TRIED = 1_000
HIDDEN_NAME = "Zzhidden"
MAY_TELL = {
    # Who reviews emergency access reads which referral was opened, and who breaks the glass is asked about the one they typed.
    "GET referrals:emergencies",
    "GET referrals:emergency",
    "GET referrals:emergency_break",
    # What was typed comes back, whether there is such a referral or not.
    "POST referrals:consultation_link",
}


@pytest.fixture(scope="module", autouse=True)
def _empty_cache() -> None:
    """Once for the file, as files that wait for their person are among the things that were made."""
    cache.clear()


def keeps_records_of_all(code: str) -> bool:
    """Whether a role reads the access log or administers: those know of every record by its reference."""
    return not ROLES[code].allows.isdisjoint({Permission.SEE_ACCESS_LOG, Permission.MANAGE_PEOPLE})


def restrict_everything(cast: Cast) -> list[Referral]:
    """Each referral that the hub received is restricted to one supervisor, if it was not restricted before."""
    keeper = UserFactory(name="Keeper Fictitious", agency=cast.police, roles=["MASH_SUPERVISOR"])
    received = Referral.objects.submitted().received_by(cast.police.pk)
    for referral in received.exclude(restrictions__in=Restriction.objects.standing()):
        services.restrict_referral(
            referral_id=referral.pk,
            reason="STAFF",
            words="A fictitious colleague.",
            is_hinted=False,
            people=[keeper],
            by=keeper,
            at=NOW,
        )
    restricted = Referral.objects.filter(restrictions__in=Restriction.objects.standing())
    Person.objects.filter(referral__in=restricted).update(family_name=HIDDEN_NAME)
    return list(restricted)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    def make() -> Any:
        cast, things = furnish()
        hub = [code for code in ROLES if not keeps_records_of_all(code)]
        partner = [code for code in hub if not ROLES[code].police_only]
        people = {
            "police": UserFactory(agency=cast.police, team=cast.response_team, roles=hub),
            "partner": UserFactory(agency=cast.council, roles=partner),
        }
        return cast, things, people, restrict_everything(cast)

    with stored(make, django_db_blocker) as made:
        yield made


def told(user: User, row: Row, cast: Cast, things: Things, hidden: list[Referral]) -> bool:
    """Whether the answer holds the reference or a name of one of them."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    response = reply(client, row, cast, things)
    if response.streaming:
        return False
    content = response.content.decode(errors="replace")
    return HIDDEN_NAME in content or any(referral.reference in content for referral in hidden)


@pytest.mark.parametrize("who", ["police", "partner"])
def test_no_address_tells_of_a_referral_that_is_restricted_to_others(world: Any, who: str, tried: Counter[str]) -> None:
    cast, things, people, hidden = world
    assert len(hidden) > 20

    tried["answers searched for a restricted referral"] += len(ROWS)
    telling = {f"{row.method} {row.name}" for row in ROWS if told(people[who], row, cast, things, hidden)}

    assert len(ROWS) > LEAST_TRIED
    assert telling == (MAY_TELL if who != "partner" else set())

"""The roles as a page, and who holds one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.enums import Permission
from accounts.models import RoleGrant
from accounts.roles import ROLES
from audit.models import Entry
from tests.conftest import CarefulClient
from tests.factories.accounts import UserFactory
from tests.people import Cast
from tests.reading import text_of

HOLDERS = "/account/roles/MASH_DECISION_MAKER/"


def test_the_page_says_of_every_role_what_the_file_says(client: CarefulClient, cast: Cast) -> None:
    page = text_of(client.signed_in(cast.out).get("/account/roles/"))

    for role in ROLES.values():
        assert role.name in page
        assert role.sentence in page
        for permission in Permission:
            assert permission not in role.allows or permission.label in page


def test_ones_own_roles_are_marked_and_no_others(client: CarefulClient, cast: Cast) -> None:
    rows = client.signed_in(cast.mina).get("/account/roles/").context["rows"]

    assert [row["role"].code for row in rows if row["is_mine"]] == ["MASH_DECISION_MAKER"]


def test_holders_are_linked_for_who_may_read_them(client: CarefulClient, cast: Cast) -> None:
    seen = {
        name: HOLDERS in client.signed_in(person).get("/account/roles/").content.decode()
        for name, person in cast.everyone().items()
    }

    assert {name for name, sees in seen.items() if sees} == {"ada", "iggy"}


def test_a_role_that_ended_or_of_a_closed_account_is_not_held(client: CarefulClient, cast: Cast) -> None:
    today = timezone.localdate()
    gone, closed, ending = (
        UserFactory(name=f"{name} Fictitious", agency=cast.police) for name in ("Gon", "Clo", "End")
    )
    for user, ends_on in ((gone, today), (closed, None), (ending, today + timedelta(days=1))):
        RoleGrant.objects.create(
            user=user, role="MASH_DECISION_MAKER", starts_on=today - timedelta(days=9), ends_on=ends_on
        )
    closed.is_active = False
    closed.save()

    page = client.signed_in(cast.ada).get(HOLDERS).context["page"]

    assert [grant.user.name for grant in page] == ["End Fictitious", "Mina Fictitious"]
    assert page.items[0].last_day == today


def test_reading_who_holds_a_role_is_recorded(client: CarefulClient, cast: Cast) -> None:
    client.signed_in(cast.iggy).get(HOLDERS)

    entry = Entry.objects.get(what="role.holders_read")
    assert (entry.actor_id, entry.details) == (str(cast.iggy.pk), {"role": "MASH_DECISION_MAKER"})


@pytest.mark.parametrize("count", [1, 3])
def test_the_holders_have_a_flat_query_count(
    client: CarefulClient, cast: Cast, count: int, django_assert_num_queries
) -> None:
    for _ in range(count):
        UserFactory(agency=cast.police, team=cast.hub_team, roles=["MASH_DECISION_MAKER"])
    client.signed_in(cast.ada)

    with django_assert_num_queries(5):
        client.get(HOLDERS)

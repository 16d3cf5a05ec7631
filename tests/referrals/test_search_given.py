"""What an agency finds in the copies that it was given, and what no copy tells it."""

from datetime import date

import pytest
from django.db import connection

from referrals import services
from referrals.models import Person, ShareWords
from tests.people import NOW
from tests.referrals.searching import ERIN, found, results


@pytest.fixture
def given(cast, life):
    """A referral of which the council was given who the people are and the concern, and not the voice."""
    referral = life.decided(concern="A quiet heron stood at the door for hours. " * 5, voice="I like the zebra.")
    Person.objects.filter(referral=referral).update(**ERIN, aliases="née Rowanby")
    return services.share_referral(
        referral_id=referral.pk,
        agency=cast.council,
        lawful_basis="PUBLIC_TASK",
        reason="They can assess.",
        sections=["incident", "concern"],
        by=cast.mina,
        at=NOW,
    )


@pytest.mark.parametrize(
    ("terms", "is_found"),
    [
        ({"text": "heron"}, True),
        ({"text": "herons"}, True),
        ({"text": "thistlewood"}, True),
        ({"text": "zebra"}, False),
        ({"text": "unicorn"}, False),
        ({"given_names": "erin", "family_name": "Thistlewood"}, True),
        ({"family_name": "Rowanby"}, True),
        ({"given_names": "erin", "family_name": "Heron"}, False),
        ({"given_names": "erin", "date_of_birth": date(2010, 3, 5)}, True),
        ({"given_names": "erin", "date_of_birth": date(2010, 3, 6)}, False),
        ({"address": "12 Imaginary Road"}, True),
        ({"type": "CHILD", "text": "heron"}, True),
        ({"kind": "CPI", "text": "heron"}, False),
        ({"submitted_before": date(2020, 1, 1), "text": "heron"}, False),
        ({"officer": "Olu", "text": "heron"}, False),
        ({"state": "SHARED", "text": "heron"}, False),
    ],
)
def test_an_agency_finds_what_the_copy_that_it_was_given_holds_and_nothing_else(given, cast, terms, is_found):
    assert found(cast.pat, **terms) == ([given.referral] if is_found else [])
    assert found(cast.out, **terms) == []


def test_a_copy_tells_of_itself_that_it_holds_what_is_asked_and_nothing_more(given, cast, client):
    page = results(client.signed_in(cast.pat), family_name="Thistlewood").content.decode()

    assert given.referral.reference in page
    assert "In what was shared with your agency" in page
    for inside in ("Erin", "heron", "zebra", "edium risk", "Olu"):
        assert inside not in page


def test_only_the_last_copy_counts_and_only_while_the_sharing_stands(given, cast):
    Person.objects.filter(referral=given.referral).update(family_name="Cedargrove", aliases="")
    services.remember_people(referral_id=given.referral_id, at=NOW)
    assert found(cast.pat, family_name="Cedargrove") == []

    everybody = given.referral.people.values_list("pk", flat=True)
    services.renew_share(
        share_id=given.pk, sections=["concern"], people=everybody, reason="She was renamed.", by=cast.mina, at=NOW
    )
    assert found(cast.pat, family_name="Cedargrove") == [given.referral]
    assert found(cast.pat, family_name="Thistlewood") == []
    assert ShareWords.objects.get().snapshot.number == 2
    services.end_share(share_id=given.pk, reason="It went elsewhere.", by=cast.mina, at=NOW)

    assert found(cast.pat, family_name="Cedargrove") == []
    assert not ShareWords.objects.exists()


@pytest.mark.parametrize("wall", ["of the agency", "of the end"])
def test_the_index_of_copies_alone_opens_nothing(given, cast, wall):
    words = ShareWords.objects.get()
    if wall == "of the agency":
        # Another agency was given other parts; and as if what somebody wrote held its mark.
        share(given.referral, cast.elsewhere, cast, "daily-life")
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE referrals_sharewords SET words = words || array_to_tsvector(ARRAY[%s]) WHERE share_id = %s",
                [f"to:{cast.out.agency_id}", given.pk],
            )
        assert found(cast.out, text="heron") == []
    else:
        services.end_share(share_id=given.pk, reason="It went elsewhere.", by=cast.mina, at=NOW)
        share(given.referral, cast.council, cast, "daily-life")
        words.save(force_insert=True)
        assert found(cast.pat, text="zebra") == [given.referral]
        assert found(cast.pat, text="heron") == []


def share(referral, agency, cast, *sections):
    return services.share_referral(
        referral_id=referral.pk,
        agency=agency,
        lawful_basis="PUBLIC_TASK",
        reason="They can assess.",
        sections=sections,
        by=cast.mina,
        at=NOW,
    )


def test_an_agency_finds_nothing_by_what_only_another_agency_was_given(given, cast):
    share(given.referral, cast.elsewhere, cast, "daily-life")

    assert found(cast.out, text="zebra") == found(cast.pat, text="heron") == [given.referral]
    assert found(cast.out, text="heron") == found(cast.pat, text="zebra") == []


def test_an_agency_finds_nothing_by_what_it_was_given_in_a_sharing_that_ended(given, cast):
    services.end_share(share_id=given.pk, reason="It went elsewhere.", by=cast.mina, at=NOW)
    share(given.referral, cast.council, cast, "daily-life")

    assert found(cast.pat, text="zebra") == [given.referral]
    assert found(cast.pat, text="heron") == []


@pytest.mark.parametrize("count", [1, 3])
def test_what_an_agency_finds_asks_the_database_the_same_however_much_it_is(
    life, cast, client, django_assert_num_queries, count
):
    for _ in range(count):
        life.shared(concern="A quiet heron stood at the door for hours. " * 5)
    page = results(client.signed_in(cast.pat), text="heron")
    assert page.content.decode().count("In what was shared with your agency") == count

    with django_assert_num_queries(7):
        client.get(page.request["PATH_INFO"])

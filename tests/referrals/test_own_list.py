"""What somebody wrote costs what is shown of it, however much they ever wrote."""

import re

from django.db import connection

from accounts.models import User
from referrals.models import Referral
from referrals.queries.lists import MINE_ORDER
from tests.factories.accounts import AgencyFactory, UserFactory
from tests.factories.referrals import ReferralFactory


def counted() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE referrals_referral")


def test_a_writers_list_is_read_in_its_order_from_an_index_and_nothing_is_sorted(cast):
    ReferralFactory.create_batch(30, author=cast.olu)
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort", "incremental_sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    counted()

    plan = Referral.objects.written_by(cast.olu).order_by(*MINE_ORDER)[:26].explain()

    assert "referral_by_writer" in plan
    assert "Sort" not in plan


def test_the_database_knows_that_a_writer_tells_the_agency(db):
    writers: list[User] = [UserFactory(agency=AgencyFactory()) for _ in range(10)]
    for writer in writers:
        ReferralFactory.create_batch(4, author=writer)
    counted()

    plan = Referral.objects.written_by(writers[0]).explain()

    expected = re.search(r"rows=(\d+)", plan)
    assert expected is not None
    assert int(expected[1]) == 4

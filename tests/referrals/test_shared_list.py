"""An agency's list of what was shared with it costs what it shows, however much it was ever given."""

from django.db import connection

from referrals.models import Share
from referrals.queries.lists import SHARED_ORDER, shared_with
from tests.factories.referrals import ShareFactory
from tests.people import Cast


def plan_of(cast: Cast) -> str:
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute("ANALYZE referrals_share")
    return shared_with(cast.pam).order_by(*SHARED_ORDER)[:26].explain()


def test_the_list_is_read_in_its_order_from_an_index_and_nothing_is_sorted(cast):
    ShareFactory.create_batch(30, agency=cast.council)

    plan = plan_of(cast)

    assert "share_newest_first" in plan
    assert "Sort" not in plan


def test_what_was_ended_is_not_in_it(cast):
    ShareFactory(agency=cast.council)
    ended = ShareFactory(agency=cast.council)
    Share.objects.filter(pk=ended.pk).update(
        state="ENDED", ended_at=ended.shared_at, ended_by=ended.shared_by, end_reason="Sent to the wrong agency."
    )

    assert [share.pk == ended.pk for share in shared_with(cast.pam)] == [False]

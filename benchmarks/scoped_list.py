"""What scope costs: the newest of what somebody may see, against the newest of all, which is a bare seek in an index.

The database's part alone: the statement is compiled beforehand, sent and read to its end. Scope is a condition of the
statement (`visible_to`); there is no row-level security in the database yet.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from benchmarks.growth import GROWTH_LIMIT, SMALLEST
from benchmarks.measuring import SHORT_ROUNDS, compare
from common.paging import PAGE_SIZE
from referrals.models import Referral
from referrals.queries.search import SEARCH_ORDER

__all__ = ["SMALLEST", "main"]
LIMIT = 3.5
CALLS = 50
READERS = (("The hub's newest", "decision"), ("An agency's newest", "partner"))


def main() -> None:
    """Show that each gives a full page of the same columns, the one in scope only what may be seen, then measure."""
    newest = Referral.objects.sent().order_by(*SEARCH_ORDER)
    unscoped, rows = sent_as_is(newest[: PAGE_SIZE + 1])
    assert len(rows) == PAGE_SIZE + 1
    size = f"{Referral.objects.count():,} referrals"
    for title, name in READERS:
        user = User.objects.get(email=f"{name}@example.org")
        scoped, rows = sent_as_is(newest.visible_to(user)[: PAGE_SIZE + 1])
        assert len(rows) == PAGE_SIZE + 1
        assert Referral.objects.visible_to(user).filter(pk__in=[row[0] for row in rows]).count() == len(rows)
        compare(
            f"{title}, in scope, against the newest of all",
            ours=scoped,
            peer=unscoped,
            size=size,
            calls=CALLS,
            rounds=SHORT_ROUNDS,
            limit=LIMIT,
            growth_limit=GROWTH_LIMIT,
        )


def sent_as_is(found: QuerySet[Any]) -> tuple[Callable[[], list[Any]], list[Any]]:
    """The statement of these rows, to be sent again and again, and the rows."""
    sql, values = found.query.sql_with_params()

    def send() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()

    return send, send()


if __name__ == "__main__":
    main()

"""Drawing 200 of five million incidents, against a draw of as many by `ORDER BY random()` that nobody can repeat.

In a database of its own, copied from this one and dropped afterwards: rows of an open transaction are in no index that answers by
itself, and a force's incidents are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from benchmarks.measuring import once_a_run
from benchmarks.sample_draw import LIMIT_LARGE, against_chance
from referrals.models import Incident

WANTED = 5_000_000
DRAWN = 200
OWN = ("id", "number")


@once_a_run
def main() -> None:
    """Copy, fill, measure, drop."""
    with copied_database(), connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
        fill(cursor)
        count = Incident.objects.count()
        assert count >= WANTED
        against_chance(Incident.objects.all(), size=f"{count:,} incidents", wanted=DRAWN, limit=LIMIT_LARGE, calls=1)


@contextmanager
def copied_database() -> Iterator[None]:
    """Work in a copy of the database, which is dropped at the end."""
    here = connection.settings_dict["NAME"]
    copy = f"{here}_large"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {copy}")
        cursor.execute(f"CREATE DATABASE {copy} TEMPLATE {here}")
    connection.settings_dict["NAME"] = copy
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = here
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {copy}")


def fill(cursor: Any) -> None:
    """Whole copies of every incident with other ids and numbers; then what a vacuum at night does."""
    copies = -(-WANTED // Incident.objects.count()) - 1
    table = connection.ops.quote_name(Incident._meta.db_table)
    others = ", ".join(
        connection.ops.quote_name(field.column) for field in Incident._meta.concrete_fields if field.name not in OWN
    )
    cursor.execute(
        f"INSERT INTO {table} (id, number, {others}) SELECT gen_random_uuid(), 'C' || copy || '-' || right(number, 12), {others} "
        f"FROM {table}, generate_series(1, %s) AS copy",
        [copies],
    )
    cursor.execute(f"VACUUM ANALYZE {table}")


if __name__ == "__main__":
    main()

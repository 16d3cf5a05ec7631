"""Drawing 200 of five million incidents, against a draw of as many by `ORDER BY random()` that nobody can repeat.

The incidents of this database are copied within a transaction that is taken back.
"""

from django.db import connection, transaction

from benchmarks.measuring import once_a_run
from benchmarks.sample_draw import LIMIT_LARGE, against_chance
from referrals.models import Incident

WANTED = 5_000_000
DRAWN = 200
OWN = ("id", "number")


@once_a_run
def main() -> None:
    """Fill, measure, take back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        here = Incident.objects.count()
        copies = -(-WANTED // here) - 1
        others = ", ".join(
            connection.ops.quote_name(field.column) for field in Incident._meta.concrete_fields if field.name not in OWN
        )
        table = connection.ops.quote_name(Incident._meta.db_table)
        cursor.execute(
            f"INSERT INTO {table} (id, number, {others}) SELECT gen_random_uuid(), 'C' || copy || '-' || right(number, 12), {others} "
            f"FROM {table}, generate_series(1, %s) AS copy",
            [copies],
        )
        cursor.execute(f"ANALYZE {table}")
        count = Incident.objects.count()
        assert count >= WANTED
        against_chance(Incident.objects.all(), size=f"{count:,} incidents", wanted=DRAWN, limit=LIMIT_LARGE, calls=1)
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()

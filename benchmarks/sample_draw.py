"""Drawing a dip sample by SHA-256 tickets against counting the rows of the same table.

Counting reads every row once and keeps nothing; a draw works out a ticket for every row that could be drawn, and keeps the
smallest. Both in one process of the server, so that all their CPU time is seen.
"""

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from accounts.models import Agency
from benchmarks.measuring import compare
from grading.models.dip_sample import USUAL_SIZE
from grading.queries.dip_samples import frame, last_period_before, rule_for
from grading.queries.strata import drawn_incidents, facts_of
from referrals.models import Incident

SEED = "a seed for measuring"
CALLS = 2
# A ticket is a digest of 36 letters for every row; counting a row is next to nothing, least of all from an index.
LIMIT_ALL = 20
# At ten thousand the fixed cost of three queries shows; at a million it does not.
LIMIT_PERIOD = 4


def main() -> None:
    """The whole table as frame, and then a real frame: two months of one force, with the fingerprint of its ids."""
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    everything = Incident.objects.all()
    count = everything.count()
    size = f"{count:,} incidents"
    drawn = drawn_incidents(everything, seed=SEED, size=USUAL_SIZE)
    assert len({incident.pk for incident in drawn}) == USUAL_SIZE
    compare(
        f"Draw of {USUAL_SIZE} from every incident, against counting them",
        ours=lambda: drawn_incidents(everything, seed=SEED, size=USUAL_SIZE),
        peer=everything.count,
        size=size,
        calls=CALLS,
        limit=LIMIT_ALL,
    )

    latest = everything.aggregate(latest=Max("reported_on"))["latest"]
    rule = rule_for(Agency.objects.get(is_hub=True), last_period_before(latest))
    period = frame(rule, known_at=timezone.now())

    def draw_period() -> None:
        facts_of(period)
        drawn_incidents(period, seed=SEED, size=USUAL_SIZE)

    compare(
        f"Draw of {USUAL_SIZE} from two months, with its fingerprint, against counting every incident",
        ours=draw_period,
        peer=everything.count,
        size=size,
        calls=CALLS,
        limit=LIMIT_PERIOD,
        note=f"{period.count():,} could be drawn",
    )


if __name__ == "__main__":
    main()

"""Drawing a dip sample that anybody can repeat, against a draw that nobody can: `ORDER BY random()` over the same frame.

Both read the frame once and keep the smallest of something; ours is a SHA-256 ticket of 36 letters for each id, which costs a
processor more than a random number, and it sorts ids instead of whole rows. All in one process of the server, so that its CPU
time is seen. The frames are what one force reports in some weeks (as in P8 of the promises), ten thousand, and everything.
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
from referrals.models.incident import IncidentQuerySet

SEED = "a seed for measuring"
DRAWN = 50
SMALL_FRAME, MIDDLE_FRAME = 381, 10_000
LIMIT_SMALL = 2
LIMIT_BY_KEYS = 3
# The goal was half of it at ten thousand and the same at a million: PostgreSQL's SHA-256 alone costs more (docs/performance.md).
LIMIT_LARGE = 4
# A draw as it is used counts and fingerprints its frame as well: three queries to one.
LIMIT_PERIOD = 4


def main() -> None:
    """Small and middle frames, everything, and a real frame: two months of one force with the fingerprint of its ids."""
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    everything = Incident.objects.all()
    count = everything.count()
    small, middle = first_of(everything, SMALL_FRAME), first_of(everything, MIDDLE_FRAME)
    against_keys(small, size=f"{SMALL_FRAME} of {count:,} incidents")
    against_chance(small, size=f"{SMALL_FRAME} of {count:,} incidents", drawn=DRAWN, limit=LIMIT_SMALL, calls=5)
    against_chance(middle, size=f"{MIDDLE_FRAME:,} of {count:,} incidents", drawn=DRAWN, limit=LIMIT_LARGE, calls=5)
    against_chance(everything, size=f"{count:,} incidents", drawn=DRAWN, limit=LIMIT_LARGE, calls=1)
    in_two_months(everything, size=f"{count:,} incidents")


def first_of(everything: IncidentQuerySet, rows: int) -> IncidentQuerySet:
    """A frame of so many rows that an index finds."""
    last = everything.order_by("pk").values_list("pk", flat=True)[rows - 1]
    found = everything.filter(pk__lte=last)
    assert found.count() == rows
    return found


def against_chance(frame: IncidentQuerySet, *, size: str, drawn: int, limit: float, calls: int) -> None:
    """A repeatable draw of whole incidents against one by chance."""

    def by_ticket() -> list[Incident]:
        return drawn_incidents(frame, seed=SEED, size=drawn)

    def by_chance() -> list[Incident]:
        return list(frame.order_by("?")[:drawn])

    assert len({one.pk for one in by_ticket()}) == len({one.pk for one in by_chance()}) == drawn
    assert by_ticket() == by_ticket()
    promise = f"Draw of {drawn} by ticket against ORDER BY random()"
    compare(promise, ours=by_ticket, peer=by_chance, size=size, calls=calls, limit=limit)


def against_keys(frame: IncidentQuerySet, *, size: str) -> None:
    """A draw against reading as many rows whose ids are known."""
    known = list(frame.order_by("pk").values_list("pk", flat=True)[:DRAWN])
    compare(
        f"Draw of {DRAWN} by ticket against reading {DRAWN} by their ids",
        ours=lambda: drawn_incidents(frame, seed=SEED, size=DRAWN),
        peer=lambda: list(Incident.objects.filter(pk__in=known)),
        size=size,
        calls=5,
        limit=LIMIT_BY_KEYS,
    )


def in_two_months(everything: IncidentQuerySet, *, size: str) -> None:
    """As it is used: two months of one force, with the fingerprint of all that could be drawn, which chance does without."""
    latest = everything.aggregate(latest=Max("reported_on"))["latest"]
    rule = rule_for(Agency.objects.get(is_hub=True), last_period_before(latest))
    period = frame(rule, known_at=timezone.now())

    def draw() -> None:
        facts_of(period)
        drawn_incidents(period, seed=SEED, size=USUAL_SIZE)

    compare(
        f"Draw of {USUAL_SIZE} from two months, with its fingerprint, against ORDER BY random()",
        ours=draw,
        peer=lambda: list(period.order_by("?")[:USUAL_SIZE]),
        size=size,
        calls=2,
        limit=LIMIT_PERIOD,
        note=f"{period.count():,} could be drawn",
    )


if __name__ == "__main__":
    main()

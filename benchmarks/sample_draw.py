"""Drawing a dip sample that anybody can repeat, against a draw that nobody can: `ORDER BY random()` over the same frame.

Ours counts the frame, works out as many numbers as are to be drawn, and numbers the ids in the order of an index; the other
sorts whole rows by chance. The way in which samples were drawn before, a SHA-256 for each id, stands beside it. All in one process of the
server, so that its CPU time is seen. The frames are what one force reports in some weeks (as in P8 of the promises), ten thousand, and
everything.
"""

from functools import partial

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from accounts.models import Agency
from benchmarks.measuring import compare
from common.statistics import picking, sampling
from grading.models.dip_sample import USUAL_SIZE
from grading.queries.dip_samples import frame, last_period_before, rule_for
from grading.queries.drawing import DrawnIncident, drawn_incidents
from grading.queries.strata import facts_of
from referrals.models import Incident
from referrals.models.incident import IncidentQuerySet

SEED = "a seed for measuring"
WAYS = {picking.ALGORITHM: "number", sampling.ALGORITHM: "ticket"}
DRAWN = 50
SMALL_FRAME, MIDDLE_FRAME = 381, 10_000
LIMIT_SMALL = 2
# A random order of ten thousand costs least where the table holds little more: all of it is in a few pages then.
LIMIT_MIDDLE_OF_A_MILLION, LIMIT_MIDDLE_OF_FEWER = 0.5, 1
LIMIT_LARGE = 1
LIMIT_BY_KEYS = 3
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
    against_chance(small, size=f"{SMALL_FRAME} of {count:,} incidents", wanted=DRAWN, limit=LIMIT_SMALL, calls=5)
    limit = LIMIT_MIDDLE_OF_A_MILLION if count >= 1_000_000 else LIMIT_MIDDLE_OF_FEWER
    against_chance(middle, size=f"{MIDDLE_FRAME:,} of {count:,} incidents", wanted=DRAWN, limit=limit, calls=5)
    against_chance(everything, size=f"{count:,} incidents", wanted=DRAWN, limit=LIMIT_LARGE, calls=1)
    in_two_months(everything, size=f"{count:,} incidents")


def first_of(everything: IncidentQuerySet, rows: int) -> IncidentQuerySet:
    """A frame of so many rows that an index finds."""
    last = everything.order_by("pk").values_list("pk", flat=True)[rows - 1]
    found = everything.filter(pk__lte=last)
    assert found.count() == rows
    return found


def drawn(frame: IncidentQuerySet, *, algorithm: str, size: int) -> list[DrawnIncident]:
    """A draw by itself: a service that draws has counted the frame with its fingerprint."""
    return drawn_incidents(frame, frame_size=frame.count(), algorithm=algorithm, seed=SEED, size=size)


def against_chance(frame: IncidentQuerySet, *, size: str, wanted: int, limit: float, calls: int) -> None:
    """A repeatable draw against one by chance, of which the second gives whole incidents."""

    def by_chance() -> list[Incident]:
        return list(frame.order_by("?")[:wanted])

    for algorithm, name in WAYS.items():
        ours = partial(drawn, frame, algorithm=algorithm, size=wanted)
        assert len({one.incident_id for one in ours()}) == len({one.pk for one in by_chance()}) == wanted
        assert ours() == ours()
        compare(
            f"Draw of {wanted} by {name} against ORDER BY random()",
            ours=ours,
            peer=by_chance,
            size=size,
            calls=calls,
            limit=limit if algorithm == picking.ALGORITHM else None,
        )


def against_keys(frame: IncidentQuerySet, *, size: str) -> None:
    """A draw against reading as many rows whose ids are known."""
    known = list(frame.order_by("pk").values_list("pk", flat=True)[:DRAWN])
    compare(
        f"Draw of {DRAWN} by number against reading {DRAWN} by their ids",
        ours=lambda: drawn(frame, algorithm=picking.ALGORITHM, size=DRAWN),
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
        drawn(period, algorithm=picking.ALGORITHM, size=USUAL_SIZE)

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

"""How well descriptions of one person find each other: precision, recall and the recall of blocking, with intervals.

Needs no records: the people are generated from a seed, so we know who is who.
"""

from benchmarks.measuring import once_a_run
from common.statistics.proportions import Proportion
from devtools.demo_data.known_people import match, people
from referrals.queries.likeness import LIKELY, OFFERED

PEOPLE = 10_000
SEED = 2026
LEAST_RECALL = 0.91
LEAST_PRECISION = 0.99


@once_a_run
def main() -> None:
    """Print the figures at both thresholds; fails below the floor."""
    outcome = match(people(count=PEOPLE, seed=SEED))
    print(
        f"Matching: {outcome.people:,} people, {outcome.descriptions:,} descriptions, {len(outcome.true):,} true pairs"
    )
    blocked = Proportion(len(outcome.true & outcome.blocked), len(outcome.true))
    print(f"  blocking: {len(outcome.blocked):,} pairs compared, recall {told(blocked)}")
    for name, threshold in (("offered", OFFERED), ("likely", LIKELY)):
        offered = outcome.offered(threshold)
        right = len(offered & outcome.true)
        precision, recall = Proportion(right, len(offered)), Proportion(right, len(outcome.true))
        print(f"  {name} from {threshold:g} bits: precision {told(precision)}, recall {told(recall)}")
        if threshold == OFFERED:
            assert right / len(offered) >= LEAST_PRECISION
            assert right / len(outcome.true) >= LEAST_RECALL


def told(proportion: Proportion) -> str:
    """A share in per cent with Wilson's interval."""
    interval = proportion.interval
    assert interval is not None
    share = proportion.successes / proportion.n
    return f"{share:.2%} ({interval.low:.2%} to {interval.high:.2%}; {proportion.successes:,} of {proportion.n:,})"


if __name__ == "__main__":
    main()

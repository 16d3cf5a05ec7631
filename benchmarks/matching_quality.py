"""How well descriptions of one person find each other: precision, recall and the recall of blocking, with intervals.

Needs no records: the people are generated from a seed, so we know who is who.
"""

from random import Random

from benchmarks.measuring import once_a_run
from common.statistics.proportions import Proportion
from devtools.demo_data.known_people import Outcome, Told, match, people
from referrals.queries.likeness import LIKELY, OFFERED, WIDER, compare
from referrals.queries.matching import SIMILAR_NAMES

PEOPLE = 10_000
SEED = 2026
LEAST_RECALL = 0.91
LEAST_PRECISION = 0.99
# Everybody is compared with everybody for so many: the wider look has no keys.
LOOKS = 200


@once_a_run
def main() -> None:
    """Print the figures at both thresholds; fails below the floor."""
    told_people = people(count=PEOPLE, seed=SEED)
    outcome = match(told_people)
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
    wider(told_people, outcome)


def wider(told_people: list[Told], outcome: Outcome) -> None:
    """What the wider look adds for pairs without a key in common, and how many of its rows would be wrong."""
    names = [trigrams(" ".join([one.said.given, one.said.family, *one.said.others])) for one in told_people]

    def is_shown(a: int, b: int) -> bool:
        alike = names[a] | names[b]
        is_similar = len(names[a] & names[b]) >= SIMILAR_NAMES * len(alike) > 0
        return is_similar and compare(told_people[a].said, told_people[b].said).bits >= WIDER

    missed = outcome.true - outcome.blocked
    found = sum(is_shown(a, b) for a, b in missed)
    print(f"  wider look: {told(Proportion(found, len(missed)))} of the true pairs that share no key")
    shown = [
        told_people[a].who == told_people[b].who
        for a in Random(SEED).sample(range(len(told_people)), LOOKS)
        for b in range(len(told_people))
        if a != b and (min(a, b), max(a, b)) not in outcome.blocked and is_shown(a, b)
    ]
    print(f"  {LOOKS} such looks: {len(shown)} rows shown, {shown.count(False)} of them wrong")


def trigrams(text: str) -> frozenset[str]:
    """As pg_trgm takes a text apart: every three letters of each word, with two spaces before it and one after it."""
    words = [f"  {word} " for word in text.split()]
    return frozenset(word[at : at + 3] for word in words for at in range(len(word) - 2))


def told(proportion: Proportion) -> str:
    """A share in per cent with Wilson's interval."""
    interval = proportion.interval
    assert interval is not None
    share = proportion.successes / proportion.n
    return f"{share:.2%} ({interval.low:.2%} to {interval.high:.2%}; {proportion.successes:,} of {proportion.n:,})"


if __name__ == "__main__":
    main()

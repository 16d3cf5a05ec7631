"""People of whom we know which descriptions belong together: what matching is measured on."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from random import Random

from devtools.demo_data.slips import Written, slip
from devtools.demo_data.words import BOYS, FAMILY_NAMES, GIRLS, STREETS
from referrals.queries.likeness import Description, Likeness, asked_of, compare, described, keys_of
from referrals.queries.likeness.nicknames import NICKNAMES

TODAY = date(2026, 11, 20)
GIVEN = (*GIRLS, *BOYS, *(name.capitalize() for name in NICKNAMES))
AGAIN = (0, 0, 0, 1, 1, 2, 3)
SLIPS = (0, 0, 1, 1, 1, 2, 2, 3)
Pair = tuple[int, int]


@dataclass(frozen=True)
class Told:
    """A description, and the number of the person whom it describes."""

    who: int
    said: Description


def people(*, count: int, seed: int) -> list[Told]:
    """So many people, many of them in families (some with twins), each described once or up to four times with slips."""
    random = Random(f"{seed} known people")
    told: list[Told] = []
    who = 0
    while who < count:
        family, address = random.choice(FAMILY_NAMES), f"{random.randrange(1, 190)} {random.choice(STREETS)}, Testham"
        born = TODAY - timedelta(days=random.randrange(0, 80 * 365))
        for number in range(random.choice((1, 1, 1, 2, 3, 4))):
            if number and random.random() > 0.06:
                born -= timedelta(days=random.randrange(330, 2_500))
            sex = random.choice(("FEMALE", "MALE"))
            written = Written(random.choice(GIVEN), family, born, address)
            told += [Told(who, said) for said in _descriptions(written, sex, random)]
            who += 1
    return [one for one in told if one.who < count]


def _descriptions(written: Written, sex: str, random: Random) -> Iterator[Description]:
    yield _described(written, sex)
    for _ in range(random.choice(AGAIN)):
        yield _described(slip(written, random, times=random.choice(SLIPS)), sex if random.random() < 0.97 else "")


def _described(written: Written, sex: str) -> Description:
    return described(
        given_names=written.given,
        family_name=written.family,
        born=written.born,
        address=written.address,
        aliases=written.aliases,
        usual_address=written.usual_address,
        sex=sex,
        on=TODAY,
    )


@dataclass(frozen=True)
class Outcome:
    """What matching made of the pairs."""

    people: int
    descriptions: int
    true: frozenset[Pair]
    blocked: frozenset[Pair]
    scores: dict[Pair, Likeness]

    def offered(self, at_least: float) -> frozenset[Pair]:
        """The pairs that would be shown from this score on."""
        return frozenset(pair for pair, likeness in self.scores.items() if likeness.bits >= at_least)


def match(told: list[Told]) -> Outcome:
    """Find pairs by their keys as the service does, and score each."""
    under: dict[int, list[int]] = defaultdict(list)
    same: dict[int, list[int]] = defaultdict(list)
    for place, one in enumerate(told):
        same[one.who].append(place)
        for key in keys_of(one.said):
            under[key].append(place)
    blocked = frozenset(
        (min(place, other), max(place, other))
        for place, one in enumerate(told)
        for key in asked_of(one.said)
        for other in under[key]
        if other != place
    )
    return Outcome(
        people=len(same),
        descriptions=len(told),
        true=frozenset(pair for places in same.values() for pair in combinations(places, 2)),
        blocked=blocked,
        scores={(a, b): compare(told[a].said, told[b].said) for a, b in blocked},
    )

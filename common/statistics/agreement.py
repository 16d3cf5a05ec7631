"""How far graders agree with each other: plain shares, Cohen's kappa, Gwet's AC and Krippendorff's alpha.

Ratings come item by item: one row for each item, with one place for each grader and None where a grader gave none.
Coefficients are exact fractions, 1 for full agreement, about 0 for chance, and None where they are not defined.
With narrow grades kappa misleads (nearly all 3s, one 2 each: 80% agree, kappa below 0), so AC2 with quadratic weights
and ordinal alpha lead, always beside the plain share and the number of items.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from itertools import combinations
from statistics import NormalDist

from common.statistics.grades import GRADES
from common.statistics.proportions import Interval, Proportion

Ratings = Sequence[Sequence[int | None]]
Distance = Callable[[int, int], Fraction]

# With fewer items the figures are shown without a judgement.
FEWEST_ITEMS_TO_JUDGE = 20


class Weights(StrEnum):
    """How much of an agreement two different grades still are: none, falling evenly, or falling with the square."""

    NOMINAL = "nominal"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


class Level(StrEnum):
    """What the grades are taken for: names, an order, or a scale of equal steps."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


@dataclass(frozen=True)
class AgreementSummary:
    """The figures of one round. `items`: those with at least two grades; exact and within_one count pairs of grades."""

    items: int
    exact: Proportion
    within_one: Proportion
    gwet_ac2: Fraction | None
    krippendorff_alpha: Fraction | None

    @property
    def is_enough_to_judge(self) -> bool:
        return self.items >= FEWEST_ITEMS_TO_JUDGE


def summarise_agreement(ratings: Ratings, *, categories: Sequence[int] = GRADES) -> AgreementSummary:
    """The figures that lead: plain shares, AC2 with quadratic weights, ordinal alpha."""
    return AgreementSummary(
        items=sum(len(_given(row)) >= 2 for row in ratings),
        exact=exact_agreement(ratings),
        within_one=agreement_within_one(ratings),
        gwet_ac2=gwet_ac(ratings, weights=Weights.QUADRATIC, categories=categories),
        krippendorff_alpha=krippendorff_alpha(ratings, level=Level.ORDINAL),
    )


def paired(first: Sequence[int | None], second: Sequence[int | None]) -> list[tuple[int | None, int | None]]:
    """The ratings of two graders, item by item; both lists are in the order of the items."""
    return list(zip(first, second, strict=True))


def exact_agreement(ratings: Ratings) -> Proportion:
    """Pairs of equal grades, of all pairs of grades for the same item."""
    return _pairs_within(ratings, 0)


def agreement_within_one(ratings: Ratings) -> Proportion:
    """Pairs of grades at most one apart, of all pairs of grades for the same item."""
    return _pairs_within(ratings, 1)


def cohen_kappa(
    first: Sequence[int | None],
    second: Sequence[int | None],
    *,
    weights: Weights = Weights.QUADRATIC,
    categories: Sequence[int] = GRADES,
) -> Fraction | None:
    """Cohen's weighted kappa of two graders, (po - pe) / (1 - pe), over the items that both graded.

    None without such an item, or when chance alone would agree fully (both gave one and the same grade throughout).
    """
    both = [(a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    _check_categories(both, categories)
    if not both:
        return None
    n = len(both)
    weight = _weight(weights, categories)
    firsts, seconds = Counter(a for a, _ in both), Counter(b for _, b in both)
    observed = sum((weight(a, b) for a, b in both), Fraction(0)) / n
    by_chance = sum((weight(a, b) * firsts[a] * seconds[b] for a in categories for b in categories), Fraction(0)) / (
        n * n
    )
    return None if by_chance == 1 else (observed - by_chance) / (1 - by_chance)


def cohen_kappa_interval(
    first: Sequence[int | None],
    second: Sequence[int | None],
    *,
    weights: Weights = Weights.QUADRATIC,
    categories: Sequence[int] = GRADES,
    confidence: float = 0.95,
) -> Interval | None:
    """The interval of that kappa, from -1 to 1, by its standard error in large samples (Fleiss, Cohen and Everitt 1969).

    None where kappa is, or where the items show no spread to work it out from (full agreement, or one item). With few items
    it is too narrow: say beside it how many there were.
    """
    kappa = cohen_kappa(first, second, weights=weights, categories=categories)
    if kappa is None:
        return None
    both = Counter((a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None)
    n = both.total()
    firsts, seconds = Counter[int](), Counter[int]()
    for (a, b), count in both.items():
        firsts[a] += count
        seconds[b] += count
    weight = _weight(weights, categories)
    of_first = {a: sum((weight(a, b) * count for b, count in seconds.items()), Fraction(0)) / n for a in firsts}
    of_second = {b: sum((weight(a, b) * count for a, count in firsts.items()), Fraction(0)) / n for b in seconds}
    by_chance = sum((of_first[a] * count for a, count in firsts.items()), Fraction(0)) / n
    squares = sum(
        count * (weight(a, b) - (of_first[a] + of_second[b]) * (1 - kappa)) ** 2 for (a, b), count in both.items()
    )
    variance = (squares / n - (kappa - by_chance * (1 - kappa)) ** 2) / (n * (1 - by_chance) ** 2)
    if not variance:
        return None
    margin = NormalDist().inv_cdf((1 + confidence) / 2) * math.sqrt(variance)
    return Interval(low=max(float(kappa) - margin, -1.0), high=min(float(kappa) + margin, 1.0))


def gwet_ac(
    ratings: Ratings, *, weights: Weights = Weights.QUADRATIC, categories: Sequence[int] = GRADES
) -> Fraction | None:
    """Gwet's AC1 (nominal weights) or AC2 for two or more graders, with gaps.

    Chance agreement is T / (q (q - 1)) times the sum of p (1 - p): T is the sum of all weights, q the number of
    categories, p a category's mean share over the items. None when no item has two grades.
    """
    _check_categories(ratings, categories)
    rows = [_given(row) for row in ratings]
    pairable = [row for row in rows if len(row) >= 2]
    if not pairable:
        return None
    q = len(categories)
    weight = _weight(weights, categories)
    observed = sum((_mean_weight_of_pairs(row, weight) for row in pairable), Fraction(0)) / len(pairable)
    graded = [row for row in rows if row]
    shares = [sum((Fraction(row.count(k), len(row)) for row in graded), Fraction(0)) / len(graded) for k in categories]
    all_weights = sum((weight(a, b) for a in categories for b in categories), Fraction(0))
    by_chance = all_weights / (q * (q - 1)) * sum((p * (1 - p) for p in shares), Fraction(0))
    return None if by_chance == 1 else (observed - by_chance) / (1 - by_chance)


def krippendorff_alpha(ratings: Ratings, *, level: Level = Level.ORDINAL) -> Fraction | None:
    """Krippendorff's alpha, 1 - observed / expected disagreement, for two or more graders, with gaps.

    Items with one grade are left out. None when no item has two grades, or when all grades are the same.
    """
    rows = [row for row in map(_given, ratings) if len(row) >= 2]
    totals = Counter(grade for row in rows for grade in row)
    n = sum(totals.values())
    distance = _distance(level, totals)
    expected = _disagreement(totals, distance) / (n * (n - 1)) if n else Fraction(0)
    if not expected:
        return None
    observed = sum((_disagreement(Counter(row), distance) / (len(row) - 1) for row in rows), Fraction(0)) / n
    return 1 - observed / expected


def _given(row: Sequence[int | None]) -> list[int]:
    return [grade for grade in row if grade is not None]


def _check_categories(ratings: Ratings, categories: Sequence[int]) -> None:
    if len(set(categories)) < 2:
        raise ValueError("Agreement needs at least two categories.")
    if unknown := {grade for row in ratings for grade in _given(row)} - set(categories):
        raise ValueError(f"Not among the categories: {', '.join(map(str, sorted(unknown)))}.")


def _pairs_within(ratings: Ratings, apart: int) -> Proportion:
    pairs = [abs(a - b) <= apart for row in ratings for a, b in combinations(_given(row), 2)]
    return Proportion(sum(pairs), len(pairs))


def _mean_weight_of_pairs(row: list[int], weight: Distance) -> Fraction:
    weights = [weight(a, b) for a, b in combinations(row, 2)]
    return sum(weights, Fraction(0)) / len(weights)


def _weight(weights: Weights, categories: Sequence[int]) -> Distance:
    """1 on the diagonal; categories are ranked as given, so that their numbers need not be even steps."""
    rank = {category: place for place, category in enumerate(categories)}
    furthest = len(categories) - 1

    def weight(a: int, b: int) -> Fraction:
        apart = Fraction(abs(rank[a] - rank[b]), furthest)
        match weights:
            case Weights.NOMINAL:
                return Fraction(a == b)
            case Weights.LINEAR:
                return 1 - apart
            case Weights.QUADRATIC:
                return 1 - apart**2

    return weight


def _distance(level: Level, totals: Counter[int]) -> Distance:
    """Squared difference of two grades; for an order, how many of all grades lie from the one to the other."""

    def distance(a: int, b: int) -> Fraction:
        low, high = min(a, b), max(a, b)
        match level:
            case Level.NOMINAL:
                return Fraction(a != b)
            case Level.ORDINAL:
                between = sum(count for grade, count in totals.items() if low <= grade <= high)
                return (between - Fraction(totals[low] + totals[high], 2)) ** 2
            case Level.INTERVAL:
                return Fraction((a - b) ** 2)

    return distance


def _disagreement(grades: Counter[int], distance: Distance) -> Fraction:
    """The sum of distances over all ordered pairs of these grades."""
    return 2 * sum(
        (count * grades[b] * distance(a, b) for a, count in grades.items() for b in grades if a < b), Fraction(0)
    )

"""Averages of quality grades 1 to 4, and whether a published average follows from its counts.

The mean is the sum of grade times count over the number of items. An empty round has no mean.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from common.statistics.proportions import Proportion

GRADES = (1, 2, 3, 4)
GOOD_GRADES = (3, 4)


@dataclass(frozen=True)
class GradeSummary:
    """What the counts of one round, or of several pooled, come to. Means and shares are exact; None when n is 0."""

    counts: tuple[int, int, int, int]
    n: int
    total: int
    mean: Fraction | None
    median: Fraction | None
    share_good: Fraction | None

    @property
    def good(self) -> Proportion:
        """Those graded 3 or 4, with Wilson's interval."""
        return Proportion(self.counts[2] + self.counts[3], self.n)

    @property
    def standard_deviation(self) -> float | None:
        """Of the sample (divisor n - 1); None below two items."""
        if self.n < 2:
            return None
        squares = sum(grade * grade * count for grade, count in zip(GRADES, self.counts, strict=True))
        return math.sqrt((squares - Fraction(self.total**2, self.n)) / (self.n - 1))


def summarise_counts(counts: Mapping[int, int]) -> GradeSummary:
    """Summarise how many items got each grade; a grade that is not named has none."""
    if unknown := set(counts) - set(GRADES):
        raise ValueError(f"Grades are 1 to 4, not {', '.join(map(str, sorted(unknown)))}.")
    if any(count < 0 for count in counts.values()):
        raise ValueError("A count of grades cannot be negative.")
    one, two, three, four = (counts.get(grade, 0) for grade in GRADES)
    n = one + two + three + four
    total = one + 2 * two + 3 * three + 4 * four
    return GradeSummary(
        counts=(one, two, three, four),
        n=n,
        total=total,
        mean=Fraction(total, n) if n else None,
        median=_median((one, two, three, four), n) if n else None,
        share_good=Fraction(three + four, n) if n else None,
    )


def summarise_grades(grades: Iterable[int]) -> GradeSummary:
    """Summarise final grades, one per item."""
    counts: dict[int, int] = {}
    for grade in grades:
        counts[grade] = counts.get(grade, 0) + 1
    return summarise_counts(counts)


def pool(summaries: Iterable[GradeSummary]) -> GradeSummary:
    """Rounds taken together item by item; a mean of means would give small rounds too much weight."""
    counts = dict.fromkeys(GRADES, 0)
    for summary in summaries:
        for grade, count in zip(GRADES, summary.counts, strict=True):
            counts[grade] += count
    return summarise_counts(counts)


def mean_is_as_published(counts: Mapping[int, int], published: Decimal | str) -> bool:
    """Whether the mean of the counts is the published figure within half a unit of its last digit.

    Pass the figure as it was printed: "2.4" and "2.40" make different promises. No items, or a figure that
    is further away, is a discrepancy.
    """
    try:
        figure = Decimal(published)
    except InvalidOperation as error:
        raise ValueError(f"{published!r} is not a number.") from error
    exponent = figure.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"{published!r} is not a number.")
    mean = summarise_counts(counts).mean
    if mean is None:
        return False
    half_a_unit = Fraction(10) ** exponent / 2
    return abs(mean - Fraction(figure)) <= half_a_unit


def _median(counts: tuple[int, int, int, int], n: int) -> Fraction:
    def grade_at(position: int) -> int:
        for grade, count in zip(GRADES, counts, strict=True):
            if position < count:
                return grade
            position -= count
        raise AssertionError("The position is below n.")

    return Fraction(grade_at((n - 1) // 2) + grade_at(n // 2), 2)

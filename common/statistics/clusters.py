"""Intervals of figures that come in clusters: people in one session were counted together, so sessions are the items, not people.

A share over people alone would look surer than it is: whole sessions go badly. Closed formulas, for any number of sessions.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import sqrt

from common.statistics.proportions import Interval
from common.statistics.resampling import Estimate

# Of two clusters the bounds lie twelve standard errors away and say nothing.
FEWEST = 3
METHOD = "Student's t over sessions; a share of people as a ratio of sums over sessions (Cochran 1977)"


def mean_over(counts: Sequence[int]) -> Estimate:
    """The mean of one count for each cluster, with its 95% interval by Student's t, never below nought.

    No interval below three clusters, nor where all are alike: that shows no spread, which is not certainty.
    """
    if not counts:
        return Estimate(None)
    n = len(counts)
    mean = Fraction(sum(counts), n)
    spread = sum((count - mean) ** 2 for count in counts)
    if n < FEWEST or not spread:
        return Estimate(mean)
    half = t_quantile(n - 1) * sqrt(spread / (n - 1) / n)
    return Estimate(mean, Interval(max(float(mean) - half, 0.0), float(mean) + half))


def ratio_over(counts: Sequence[tuple[int, int]]) -> Estimate:
    """Of clusters with so many of so many: all of the first by all of the second, with its 95% interval between 0 and 1.

    The ratio estimate of a cluster sample with Student's t (Cochran 1977, section 2.11). Clusters of nobody say nothing. No
    interval below three clusters, nor where all have the same share.
    """
    some = [(part, base) for part, base in counts if base]
    if not some:
        return Estimate(None)
    n, bases = len(some), sum(base for _, base in some)
    ratio = Fraction(sum(part for part, _ in some), bases)
    spread = sum((part - ratio * base) ** 2 for part, base in some)
    if n < FEWEST or not spread:
        return Estimate(ratio)
    half = t_quantile(n - 1) * sqrt(n * spread / (n - 1)) / bases
    return Estimate(ratio, Interval(max(float(ratio) - half, 0.0), min(float(ratio) + half, 1.0)))


@lru_cache(maxsize=512)
def t_quantile(df: int) -> float:
    """How many standard errors the bounds of a 95% interval lie from the middle."""
    from scipy import stats  # noqa: PLC0415 -- SciPy is slow to import and few processes need it

    return float(stats.t.ppf(0.975, df))

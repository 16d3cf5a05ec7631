"""How far a share may lie from the common one by chance alone: exact limits of the binomial distribution, for funnels and p-charts."""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

# Of points that differ by chance only, one in twenty lies outside the inner limits and one in five hundred outside the outer ones.
INNER, OUTER = 0.95, 0.998


class Standing(IntEnum):
    """Where a count lies."""

    INSIDE = 0
    OUTSIDE_INNER = 1
    OUTSIDE_OUTER = 2


@dataclass(frozen=True)
class Limits:
    """The fewest and the most successes of n that are still inside; both ends count as inside."""

    low: int
    high: int
    n: int

    @property
    def low_share(self) -> float:
        return self.low / self.n

    @property
    def high_share(self) -> float:
        return self.high / self.n


@lru_cache(maxsize=4096)
def binomial_limits(n: int, share: float, coverage: float) -> Limits:
    """Exact limits of a count out of n when each succeeds with that chance.

    On either side at most (1 - coverage) / 2 of the probability lies outside. Raises ValueError for an n below 1 or a share
    outside 0 to 1.
    """
    if n < 1:
        raise ValueError("Limits need at least one trial.")
    if not 0 <= share <= 1:
        raise ValueError("A share lies between 0 and 1.")
    if share in (0, 1):
        return Limits(int(share * n), int(share * n), n)
    from scipy import stats  # noqa: PLC0415 -- SciPy is slow to import and few processes need it

    low, high = stats.binom.interval(coverage, n, share)
    return Limits(int(low), int(high), n)


def standing(successes: int, n: int, share: float) -> Standing:
    """Whether so many of n are within what chance alone gives around the common share."""
    outer, inner = binomial_limits(n, share, OUTER), binomial_limits(n, share, INNER)
    if not outer.low <= successes <= outer.high:
        return Standing.OUTSIDE_OUTER
    return Standing.INSIDE if inner.low <= successes <= inner.high else Standing.OUTSIDE_INNER

"""Intervals by resampling: between which bounds a figure lies when the same number of items is drawn again from those there are.

The percentile bootstrap (Efron 1979), with replacement and from a seed, so that the same figures come out again. With few
items it is rough: say beside it how many there were.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from common.statistics.proportions import Interval
from common.statistics.rounding import round_half_up, rounded_or_none

if TYPE_CHECKING:
    import numpy as np

    # Takes how often each item was drawn, one row for each resample; gives the figure of each, nan where it is not defined.
    Figure = Callable[[np.ndarray], np.ndarray]
    # The same of several groups, each with how often its own items were drawn.
    FigureOfGroups = Callable[[Sequence[np.ndarray]], np.ndarray]

RESAMPLES = 9_999
CONFIDENCE = 0.95
# Stands for a figure that is not defined, while SciPy works: of nan it would warn, each time.
UNDEFINED = 1e9
# Rows worked on at once: memory stays small with a hundred items too.
AT_ONCE = 1_000
METHOD = f"{RESAMPLES:,} resamples of the items with replacement, percentiles 2.5 and 97.5"


@dataclass(frozen=True)
class Estimate:
    """A figure, None where it is not defined, its interval, and in how many of the resamples it was not defined."""

    value: Fraction | None
    interval: Interval | None = None
    undefined: int = 0

    @property
    def rounded(self) -> Decimal | None:
        """Half up to two decimals, for display."""
        return rounded_or_none(self.value, 2)

    @property
    def percent(self) -> Decimal | None:
        """A share in per cent, half up to one decimal."""
        return rounded_or_none(None if self.value is None else self.value * 100, 1)

    @property
    def interval_in_words(self) -> str:
        """For example "0.71 to 1.00"; nothing without an interval."""
        return self._interval_in_words(1, 2)

    @property
    def interval_in_percent(self) -> str:
        """For example "40% to 90%"; nothing without an interval."""
        return self._interval_in_words(100, 0, "%")

    def _interval_in_words(self, times: int, places: int, unit: str = "") -> str:
        if self.interval is None:
            return ""
        bounds = (self.interval.low, self.interval.high)
        low, high = (round_half_up(Fraction(bound) * times, places) for bound in bounds)
        return f"{low}{unit} to {high}{unit}"


def seed_of(text: str) -> int:
    """The number that a text seeds the resampling with, the same on every machine."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def estimated(value: Fraction | None, figure: "Figure", *, items: int, seed: int) -> Estimate:
    """The figure with its interval over so many items.

    No interval below two items, where the figure has no value, or where all resamples give the same: items that are all alike
    show no spread, which is not certainty.
    """
    return estimated_over_groups(value, lambda times: figure(times[0]), items=[items], seed=seed)


def estimated_over_groups(
    value: Fraction | None, figure: "FigureOfGroups", *, items: Sequence[int], seed: int
) -> Estimate:
    """The figure with its interval, where each group is drawn from by itself: so many `items` in each.

    No interval where a group has fewer than two items, and as for one group.
    """
    if value is None or min(items) < 2:
        return Estimate(value)
    import numpy as np  # noqa: PLC0415 -- slow to import, and few processes need it
    from scipy import stats  # noqa: PLC0415

    def times_drawn(drawn: "np.ndarray", count: int, axis: int) -> "np.ndarray":
        drawn = np.atleast_2d(np.moveaxis(drawn, axis, -1))
        # How often each item was drawn, row by row: all rows are counted at once, each in a stretch of its own.
        places = drawn + count * np.arange(len(drawn))[:, None]
        return np.bincount(places.ravel(), minlength=count * len(drawn)).reshape(-1, count)

    def of_drawn(*drawn: "np.ndarray", axis: int = -1) -> "np.ndarray":
        times = [times_drawn(one, count, axis) for one, count in zip(drawn, items, strict=True)]
        return np.nan_to_num(figure(times), nan=UNDEFINED)

    resampled = stats.bootstrap(
        tuple(np.arange(count) for count in items),
        of_drawn,
        n_resamples=RESAMPLES,
        batch=AT_ONCE,
        vectorized=True,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).bootstrap_distribution
    known = resampled[resampled != UNDEFINED]
    tails = [100 * (1 - CONFIDENCE) / 2, 100 * (1 + CONFIDENCE) / 2]
    undefined = len(resampled) - len(known)
    if not known.size or known.min() == known.max():
        return Estimate(value, None, undefined)
    low, high = np.percentile(known, tails)
    return Estimate(value, Interval(float(low), float(high)), undefined)


def mean_of(values: Sequence[int], *, seed: int) -> Estimate:
    """The mean of these values, one for each item."""
    if not values:
        return Estimate(None)

    def figure(times: "np.ndarray") -> "np.ndarray":
        return times @ values / len(values)  # type: ignore[no-any-return]

    return estimated(Fraction(sum(values), len(values)), figure, items=len(values), seed=seed)

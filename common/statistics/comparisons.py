"""The difference of two shares that were counted apart, with its interval."""

from dataclasses import dataclass
from fractions import Fraction
from math import hypot

from common.statistics.proportions import Interval, Proportion
from common.statistics.rounding import round_half_up


@dataclass(frozen=True)
class Difference:
    """How much the later share lies above the earlier one."""

    earlier: Proportion
    later: Proportion

    @property
    def difference(self) -> Fraction | None:
        """Exact, between -1 and 1; None where one of them has no base."""
        if self.earlier.share is None or self.later.share is None:
            return None
        return self.later.share - self.earlier.share

    @property
    def interval(self) -> Interval | None:
        """Newcombe's 95% interval."""
        return newcombe_interval(self.later, self.earlier)

    @property
    def may_be_chance(self) -> bool:
        """Whether the interval holds nought: what was found may be so without any change."""
        interval = self.interval
        return interval is not None and interval.low <= 0 <= interval.high

    @property
    def in_words(self) -> str:
        """In points with a sign, for example "+23.4"; nothing without a base."""
        return "" if self.difference is None else _points(self.difference)

    @property
    def interval_in_words(self) -> str:
        """For example "−3.1 to +27.9"; nothing without a base."""
        interval = self.interval
        return "" if interval is None else f"{_points(Fraction(interval.low))} to {_points(Fraction(interval.high))}"


def newcombe_interval(one: Proportion, other: Proportion) -> Interval | None:
    """The 95% interval of one share minus the other, both counted apart; None where one has no base.

    Newcombe's hybrid score method without continuity correction: method 10 of R. G. Newcombe, "Interval estimation for the
    difference between independent proportions: comparison of eleven methods", Statistics in Medicine 17 (1998), 873-890. From
    Wilson's intervals of both; right for small bases and shares near nought or one, where the usual one leaves the scale.
    """
    if one.share is None or other.share is None or one.interval is None or other.interval is None:
        return None
    difference, p, q = float(one.share - other.share), float(one.share), float(other.share)
    return Interval(
        low=difference - hypot(p - one.interval.low, other.interval.high - q),
        high=difference + hypot(one.interval.high - p, q - other.interval.low),
    )


def _points(difference: Fraction) -> str:
    points = round_half_up(difference * 100, 1)
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else str(abs(points))

"""Figures as they are kept with a report: plain text, rounded as they are shown, the same wherever they are drawn."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from common.statistics.proportions import SMALLEST_BASE_SHOWN, Interval, Proportion
from common.statistics.rounding import round_half_up

TOO_FEW = f"fewer than {SMALLEST_BASE_SHOWN}"


def rate(proportion: Proportion | None) -> dict[str, Any] | None:
    """A share with its counts and interval, in per cent with one decimal; None where it is not shown."""
    if proportion is None:
        return None
    return {
        "successes": proportion.successes,
        "n": proportion.n,
        "percent": text(proportion.percent),
        **bounds(proportion.interval, times=100, places=1),
    }


def bounds(interval: Interval | None, *, times: int = 1, places: int = 2) -> dict[str, str | None]:
    """The bounds `low` and `high`; both None without an interval."""
    if interval is None:
        return {"low": None, "high": None}
    return {
        "low": str(round_half_up(Fraction(interval.low) * times, places)),
        "high": str(round_half_up(Fraction(interval.high) * times, places)),
    }


def text(figure: Decimal | None) -> str | None:
    """With its decimals; None stays None."""
    return None if figure is None else str(figure)


def share_in_words(proportion: Proportion, of_what: str = "") -> str:
    """For example "22 of 25 (88.0%; 95% interval 70.0% to 95.8%)"; with what they are, "22 of 25 PPNs (…)"."""
    words = f"{proportion.successes} of {proportion.n}{of_what and f' {of_what}'} ({proportion.percent}%"
    limits = bounds(proportion.interval, times=100, places=1)
    if limits["low"] is not None:
        words += f"; 95% interval {limits['low']}% to {limits['high']}%"
    return f"{words})"

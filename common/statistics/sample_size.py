"""How many incidents a dip sample needs (Cochran), and how exact a sample of a given size is."""

import math
from statistics import NormalDist


def needed_sample_size(
    *, margin: float, expected_share: float = 0.5, population: int | None = None, confidence: float = 0.95
) -> int:
    """The smallest sample whose interval is at most plus or minus the margin (0.05 for 5 points), rounded up.

    With a population the finite correction is made: n0 / (1 + (n0 - 1) / N). An expected share of one half is the
    careful choice.
    """
    if not 0 < margin < 1:
        raise ValueError("The margin lies between 0 and 1.")
    if population is not None and population < 0:
        raise ValueError("A population cannot be negative.")
    size = _z(confidence) ** 2 * _variance(expected_share) / margin**2
    if population is not None:
        if population == 0:
            return 0
        size = min(size / (1 + (size - 1) / population), population)
    return max(math.ceil(size), 1)


def margin_of_error(
    *, n: int, expected_share: float = 0.5, population: int | None = None, confidence: float = 0.95
) -> float | None:
    """Half the width of the interval, as a share (0.069 for 6.9 points); None when n is 0.

    With a population of N it is multiplied by the square root of (N - n) / (N - 1).
    """
    if n == 0:
        return None
    margin = _z(confidence) * math.sqrt(_variance(expected_share) / n)
    if population is None:
        return margin
    if n > population:
        raise ValueError("A sample cannot be larger than its population.")
    return margin * math.sqrt((population - n) / (population - 1)) if population > 1 else 0.0


def _z(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError("The confidence lies between 0 and 1.")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _variance(share: float) -> float:
    if not 0 <= share <= 1:
        raise ValueError("The expected share lies between 0 and 1.")
    return share * (1 - share)

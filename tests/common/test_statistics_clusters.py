"""Intervals over sessions, worked out by hand from the formulas."""

from fractions import Fraction

import pytest

from common.statistics.clusters import mean_over, ratio_over


def test_the_mean_of_three_sessions() -> None:
    """10, 14 and 18: mean 14, standard deviation 4; 4.302653 (t, 2 degrees of freedom) x 4 / sqrt(3) = 9.9366."""
    found = mean_over([10, 14, 18])

    assert found.value == 14
    assert found.interval is not None
    assert found.interval.low == pytest.approx(4.0634, abs=1e-4)
    assert found.interval.high == pytest.approx(23.9366, abs=1e-4)


def test_the_share_of_three_sessions() -> None:
    """2 of 12, 1 of 15, 3 of 21: 6 of 48. Squares of 2-1.5, 1-1.875 and 3-2.625 add up to 1.15625.

    Standard error sqrt(3 x 1.15625 / 2) / 48 = 0.0274366; times 4.302653 = 0.118050.
    """
    found = ratio_over([(2, 12), (1, 15), (3, 21)])

    assert found.value == Fraction(1, 8)
    assert found.interval is not None
    assert found.interval.low == pytest.approx(0.00695, abs=1e-5)
    assert found.interval.high == pytest.approx(0.24305, abs=1e-5)


def test_bounds_stay_where_they_can_be() -> None:
    low, high = mean_over([0, 0, 9]), ratio_over([(0, 5), (4, 5), (5, 5)])

    assert low.interval is not None
    assert low.interval.low == 0
    assert high.interval is not None
    assert (high.interval.low, high.interval.high) == (0, 1)


@pytest.mark.parametrize("counts", [[7], [4, 10], [7, 7, 7]])
def test_two_sessions_or_sessions_all_alike_show_no_interval(counts: list[int]) -> None:
    found = mean_over(counts)

    assert (found.value, found.interval) == (7, None)


@pytest.mark.parametrize("counts", [[(1, 8)], [(1, 8), (0, 8), (0, 0)], [(1, 8), (2, 16), (1, 8)]])
def test_nor_does_a_share(counts: list[tuple[int, int]]) -> None:
    found = ratio_over(counts)

    assert found.value is not None
    assert found.interval is None


def test_sessions_of_nobody_say_nothing_of_a_share() -> None:
    assert ratio_over([(1, 4), (3, 6), (0, 0)]) == ratio_over([(1, 4), (3, 6)])
    assert ratio_over([(0, 0)]).value is None
    assert mean_over([]).value is None

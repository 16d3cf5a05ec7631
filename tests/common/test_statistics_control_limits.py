"""Exact binomial limits against published tables and sums by hand."""

from math import comb

import pytest

from common.statistics.control_limits import INNER, OUTER, Standing, binomial_limits, standing

# Critical values of the sign test at a two-sided 5%, as every textbook prints them (for example Conover, Practical
# Nonparametric Statistics, table A3): so many or fewer, or as many of the other sign, are rejected. Inside is what is left.
SIGN_TEST = {6: 0, 8: 0, 9: 1, 10: 1, 12: 2, 15: 3, 17: 4, 20: 5, 25: 7}


@pytest.mark.parametrize(("n", "rejected"), SIGN_TEST.items())
def test_limits_around_one_half_are_those_of_the_sign_test(n, rejected):
    limits = binomial_limits(n, 0.5, INNER)

    assert (limits.low, limits.high) == (rejected + 1, n - rejected - 1)


@pytest.mark.parametrize(("n", "share"), [(5, 0.8), (25, 0.88), (34, 0.806), (100, 0.03), (250, 0.66)])
@pytest.mark.parametrize("coverage", [INNER, OUTER])
def test_no_more_than_half_the_rest_lies_beyond_either_limit_and_one_step_further_in_would_be_too_far(
    n, share, coverage
):
    """Summed term by term, without SciPy."""
    chance = [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    rest = (1 - coverage) / 2

    limits = binomial_limits(n, share, coverage)

    assert sum(chance[: limits.low]) < rest <= sum(chance[: limits.low + 1])
    assert sum(chance[limits.high + 1 :]) <= rest < sum(chance[limits.high :])


def test_by_hand_ten_at_one_half():
    """P(0 or 1 of 10) = 11/1024 = 1.07%, below 2.5%; P(0 to 2) = 56/1024 = 5.5%, above. P(0) = 0.098%, below 0.1%."""
    assert (binomial_limits(10, 0.5, INNER).low, binomial_limits(10, 0.5, OUTER).low) == (2, 1)
    assert [standing(successes, 10, 0.5) for successes in range(6)] == [
        Standing.OUTSIDE_OUTER,
        Standing.OUTSIDE_INNER,
        *[Standing.INSIDE] * 4,
    ]


def test_limits_close_in_as_the_number_grows_and_hold_the_share():
    widths = []
    for n in (10, 40, 160, 640):
        limits = binomial_limits(n, 0.8, OUTER)
        assert limits.low_share < 0.8 < limits.high_share
        widths.append(limits.high_share - limits.low_share)
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("share", [0, 1])
def test_where_all_are_alike_any_other_is_outside(share):
    assert standing(share * 6, 6, share) == Standing.INSIDE
    assert standing(5 if share else 1, 6, share) == Standing.OUTSIDE_OUTER


@pytest.mark.parametrize(("n", "share"), [(0, 0.5), (5, 1.1), (5, -0.1)])
def test_no_limits_of_what_cannot_be(n, share):
    with pytest.raises(ValueError, match="need|between"):
        binomial_limits(n, share, INNER)

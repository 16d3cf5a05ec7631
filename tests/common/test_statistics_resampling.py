"""Intervals by resampling: against distributions that can be worked out by hand, and against the exact coefficients."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.statistics import agreement, agreement_intervals
from common.statistics.agreement import Level, Weights
from common.statistics.grades import GRADES
from common.statistics.resampling import Estimate, mean_of, seed_of

SEED = 20_261
grades = st.integers(1, 4)
# Every row has two grades at least, as the figures are given them.
rated = st.lists(st.lists(grades, min_size=2, max_size=4), min_size=2, max_size=12)


def test_the_mean_of_two_lies_between_them():
    """Of 1 and 3 the resamples are 1, 2, 2 and 3: both tails of 2.5% lie at the ends."""
    estimate = mean_of([1, 3], seed=SEED)

    assert estimate.value == 2
    assert (estimate.interval.low, estimate.interval.high) == (1, 3)


def test_the_mean_of_as_many_ones_as_twos_has_the_interval_of_the_binomial():
    """Of four 1s and four 2s the mean is 1 + X / 8, X binomial (8, 1/2): P(X <= 0) is 0.4%, P(X <= 1) is 3.5%, so X lies from 1 to 7."""
    interval = mean_of([1, 1, 1, 1, 2, 2, 2, 2], seed=SEED).interval

    assert (interval.low, interval.high) == (1.125, 1.875)


def test_a_resample_counts_how_often_each_item_was_drawn():
    """Five values far apart: the means of all resamples lie on the grid that sums of five of them can reach."""
    interval = mean_of([1, 10, 100, 1_000, 10_000], seed=SEED).interval

    assert interval.low * 5 == pytest.approx(round(interval.low * 5))
    assert 1 <= interval.low < 2_222.2 < interval.high <= 10_000


def test_one_value_or_none_has_no_interval():
    assert mean_of([], seed=SEED) == Estimate(None)
    assert mean_of([3], seed=SEED) == Estimate(3)


def test_values_that_are_all_alike_show_no_spread_and_have_no_interval():
    assert mean_of([3] * 9, seed=SEED) == Estimate(3)


def test_the_same_seed_gives_the_same_interval_and_words_give_the_same_seed():
    values = [1, 2, 2, 3, 3, 3, 4, 4, 2, 3]

    assert mean_of(values, seed=SEED) == mean_of(values, seed=SEED)
    assert seed_of("round") == seed_of("round") != seed_of("another round")


def test_an_estimate_is_shown_with_two_decimals_or_in_per_cent():
    estimate = agreement_intervals.agreement_of([[3, 3], [2, 3], [4, 4], [1, 2]], seed=SEED)

    assert str(estimate.exact.percent) == "50.0"
    assert estimate.exact.interval_in_percent == "0% to 100%"
    assert Estimate(None).rounded is Estimate(None).percent is None
    assert Estimate(None).interval_in_words == ""


# --- the figures over arrays are those of the exact fractions -----------------------------------------------------------


@settings(deadline=None)
@given(rated)
def test_each_figure_over_arrays_is_the_exact_one_when_every_item_is_drawn_once(rows):
    counts = agreement_intervals._counts(rows, GRADES)
    once = np.ones((1, len(rows)))

    for figure, exact in (
        (agreement_intervals._share_within(counts, 0), agreement.exact_agreement(rows).share),
        (agreement_intervals._share_within(counts, 1), agreement.agreement_within_one(rows).share),
        (agreement_intervals._ac2(counts), agreement.gwet_ac(rows, weights=Weights.QUADRATIC)),
        (agreement_intervals._ac(counts, np.eye(4)), agreement.gwet_ac(rows, weights=Weights.NOMINAL)),
        (agreement_intervals._alpha(counts), agreement.krippendorff_alpha(rows, level=Level.ORDINAL)),
    ):
        (value,) = figure(once)
        assert math.isnan(value) if exact is None else value == pytest.approx(float(exact), abs=1e-9)


@settings(deadline=None)
@given(rated)
def test_an_item_drawn_twice_counts_as_two_alike_items(rows):
    counts = agreement_intervals._counts(rows, GRADES)
    twice = np.ones((1, len(rows)))
    twice[0, 0] = 2
    doubled = [rows[0], *rows]

    (alpha,) = agreement_intervals._alpha(counts)(twice)
    exact = agreement.krippendorff_alpha(doubled, level=Level.ORDINAL)

    assert math.isnan(alpha) if exact is None else alpha == pytest.approx(float(exact), abs=1e-9)


def test_the_known_ratings_have_intervals_around_their_known_coefficients():
    first, second = [1, 2, 2, 3, 3, 3, 4, 4, 2, 3], [1, 2, 3, 3, 3, 4, 4, 4, 2, 2]

    found = agreement_intervals.agreement_of(agreement.paired(first, second), seed=SEED)

    assert (found.items, found.grades, found.is_enough_to_judge) == (10, 20, False)
    assert float(found.ac2.value) == pytest.approx(0.892985, abs=5e-7)
    assert float(found.alpha.value) == pytest.approx(0.812028, abs=5e-7)
    for estimate in (found.exact, found.ac2, found.alpha):
        assert estimate.interval.low < estimate.value < estimate.interval.high


def test_where_nearly_all_get_one_grade_the_resamples_without_spread_are_counted():
    """Nine 3s beside one 2 of each grader: in about one resample of nine nobody gave a 2, and alpha is not defined."""
    first, second = [3] * 9 + [2], [3] * 8 + [2, 3]

    found = agreement_intervals.agreement_of(agreement.paired(first, second), seed=SEED)

    assert str(found.exact.percent) == "80.0"
    assert found.ac2.undefined == 0
    assert found.alpha.undefined == pytest.approx(9_999 * (8 / 10) ** 10, rel=0.1)


def test_items_with_one_grade_say_nothing_of_agreement():
    assert agreement_intervals.agreement_of([[3, None], [None, None]], seed=SEED).items == 0
    assert agreement_intervals.agreement_of([[3, 3, None], [4, None, None]], seed=SEED).items == 1


def test_ac1_has_an_interval_over_the_items_that_two_answered():
    pairs = [[0, 0]] * 8 + [[0, 1], [1, 1], [1, None]]

    found = agreement_intervals.ac1_of(pairs, seed=SEED, categories=range(2))

    assert found.value == agreement.gwet_ac(pairs[:-1], weights=Weights.NOMINAL, categories=range(2))
    assert found.interval is not None
    assert found.interval.low < found.value < found.interval.high == 1
    assert agreement_intervals.ac1_of([[0, None]], seed=SEED, categories=range(2)).value is None

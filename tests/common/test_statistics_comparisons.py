"""The difference of two shares: published worked examples, and what must hold for any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.statistics.comparisons import Difference, newcombe_interval
from common.statistics.proportions import Proportion


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombes_own_examples(one, other, low, high):
    interval = newcombe_interval(Proportion(*one), Proportion(*other))

    assert (interval.low, interval.high) == pytest.approx((low, high), abs=0.00005)


proportions = st.integers(1, 60).flatmap(lambda n: st.integers(0, n).map(lambda k: Proportion(k, n)))


@given(one=proportions, other=proportions)
def test_the_interval_holds_the_difference_stays_on_the_scale_and_turns_with_it(one, other):
    interval, turned = newcombe_interval(one, other), newcombe_interval(other, one)
    difference = float(one.share - other.share)

    assert -1 - 1e-9 <= interval.low <= difference + 1e-9
    assert difference - 1e-9 <= interval.high <= 1 + 1e-9
    assert (-turned.high, -turned.low) == pytest.approx((interval.low, interval.high), abs=1e-9)


@pytest.mark.parametrize(
    ("earlier", "later", "words", "interval", "may_be_chance"),
    [
        ((48, 80), (56, 70), "+20.0", "+5.2 to +33.4", False),
        ((56, 70), (48, 80), "−20.0", "−33.4 to −5.2", False),
        ((0, 20), (0, 10), "0.0", "−16.1 to +27.8", True),
    ],
)
def test_a_difference_in_points_says_its_sign(earlier, later, words, interval, may_be_chance):
    found = Difference(Proportion(*earlier), Proportion(*later))

    assert (found.in_words, found.interval_in_words, found.may_be_chance) == (words, interval, may_be_chance)


def test_without_a_base_there_is_no_difference():
    found = Difference(Proportion(0, 0), Proportion(3, 4))

    assert (found.difference, found.interval, found.in_words, found.interval_in_words) == (None, None, "", "")
    assert not found.may_be_chance

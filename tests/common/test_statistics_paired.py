"""Change of the same people: worked examples from outside, what is not defined, and properties that hold of any scores."""

import math
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from common.statistics.paired import (
    crowded_end,
    effect_interval,
    hedges_correction,
    paired_change,
    rank_biserial,
    wilcoxon_p,
)

# Extra hours of sleep of ten people under two drugs: the data set `sleep` of R (Cushny and Peebles 1905, "Student" 1908). The
# figures are those of R's t.test(paired = TRUE) as printed in "How to compare paired data with R", R for Dummies, dummies.com.
SLEEP_FIRST = [Fraction(one) for one in ("0.7", "-1.6", "-0.2", "-1.2", "-0.1", "3.4", "3.7", "0.8", "0", "2")]
SLEEP_SECOND = [Fraction(one) for one in ("1.9", "0.8", "1.1", "0.1", "-0.1", "4.4", "5.5", "1.6", "4.6", "3.4")]
# Differences in height of Darwin's maize in eighths of an inch, as in the documentation of scipy.stats.wilcoxon.
MAIZE = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75]

# The exact sums take SciPy some time for each group.
few = settings(max_examples=40)
# Of up to thirteen who changed, with ties, SciPy counts every sign: up to a second for each example.
fewer = settings(max_examples=12)
scores = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=3, max_size=25)


def test_the_sleep_data_of_r() -> None:
    change = paired_change(SLEEP_FIRST, SLEEP_SECOND)

    assert (change.n, change.df, change.better, change.same, change.worse) == (10, 9, 9, 1, 0)
    assert change.mean_change == Fraction("1.58")
    assert change.t == pytest.approx(4.0621, abs=5e-5)
    assert change.p == pytest.approx(0.002833, abs=5e-7)
    assert change.interval is not None
    assert change.interval.low == pytest.approx(0.7001142, abs=5e-8)
    assert change.interval.high == pytest.approx(2.4598858, abs=5e-8)
    # d_z is t over the root of n, and what t says R has said.
    assert change.d_z == pytest.approx(4.0621 / math.sqrt(10), abs=2e-5)
    assert change.could_be_chance is False


def test_the_maize_of_darwin_ranks_and_all() -> None:
    changes = [Fraction(one) for one in MAIZE]

    assert wilcoxon_p(changes) == 0.041259765625
    # SciPy's page prints 96 as the ranks upwards and 24 as those downwards; the formula is (96 - 24) / (96 + 24).
    assert rank_biserial(changes) == 0.6


def test_a_small_group_by_hand() -> None:
    # Changes 1, 2, 3: mean 2, sample standard deviation 1, so d_z is 2; J for two degrees of freedom is 1 - 3/7.
    change = paired_change([4, 4, 4], [5, 6, 7])

    assert (change.mean_before, change.mean_after, change.mean_change, change.sd) == (4, 6, 2, 1.0)
    assert change.d_z == 2.0
    assert hedges_correction(2) == pytest.approx(4 / 7)
    assert change.effect is not None
    assert change.effect.size == pytest.approx(8 / 7)
    assert change.effect.in_words == "large"
    # The spread of what was before is 0 and of what was after 1: half on average.
    assert change.d_av == 4.0


def test_in_short_leaves_out_what_takes_long_and_nothing_else() -> None:
    whole, short = (paired_change(SLEEP_FIRST, SLEEP_SECOND, in_short=in_short) for in_short in (False, True))

    assert whole.effect is not None
    assert whole.effect.interval is not None
    assert short == replace(whole, wilcoxon_p=None, effect=replace(whole.effect, interval=None))


def test_changes_of_one_size_share_their_ranks() -> None:
    # Sizes 1, 1, 2: ranks 1.5, 1.5, 3. Up: 1.5 + 3, down: 1.5, of 6.
    assert rank_biserial([Fraction(1), Fraction(-1), Fraction(0), Fraction(2)]) == 0.5


def test_the_interval_of_the_effect_is_where_t_would_be_at_either_end() -> None:
    bounds = effect_interval(4.0621, 10)

    assert bounds is not None
    assert stats.nct.sf(4.0621, 9, bounds.low * math.sqrt(10)) == pytest.approx(0.025, abs=1e-6)
    assert stats.nct.cdf(4.0621, 9, bounds.high * math.sqrt(10)) == pytest.approx(0.025, abs=1e-6)


def test_what_is_not_defined_is_none() -> None:
    nobody = paired_change([], [])
    assert (nobody.n, nobody.mean_change, nobody.interval, nobody.df) == (0, None, None, 0)

    one = paired_change([3], [5])
    assert (one.n, one.better, one.mean_change, one.sd, one.interval, one.t) == (1, 1, 2, None, None, None)
    assert one.could_be_chance is None

    alike = paired_change([3, 4, 5], [5, 6, 7])
    assert (alike.sd, alike.t, alike.p, alike.d_z, alike.interval, alike.all_alike) == (0, None, None, None, None, True)

    two = paired_change([3, 4], [5, 7])
    assert two.t is not None
    assert two.effect is None

    with pytest.raises(ValueError, match="before and a score after"):
        paired_change([1], [1, 2])


@pytest.mark.parametrize(
    ("scores", "end"),
    [([0, 0, 3, 4, 5], "floor"), ([10, 10, 3, 4, 5], "ceiling"), ([0, 1, 3, 4, 10], ""), ([], "")],
)
def test_a_crowd_at_one_end_is_named(scores: list[int], end: str) -> None:
    assert crowded_end(scores, 10) == end


@few
@given(scores)
def test_nobody_changed_is_nought(pairs: list[tuple[int, int]]) -> None:
    same = [first for first, _ in pairs]
    change = paired_change(same, same)

    assert (change.mean_change, change.better, change.worse, change.wilcoxon_p, change.rank_biserial) == (
        0,
        0,
        0,
        None,
        None,
    )


@few
@given(scores, st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter(pairs: list[tuple[int, int]], random) -> None:
    shuffled = random.sample(pairs, len(pairs))

    assert paired_change(*zip(*pairs, strict=True)) == paired_change(*zip(*shuffled, strict=True))


@fewer
@given(scores)
def test_the_other_way_round_turns_the_sign(pairs: list[tuple[int, int]]) -> None:
    there, back = paired_change(*zip(*pairs, strict=True)), paired_change(*list(zip(*pairs, strict=True))[::-1])

    assert there.mean_change == -back.mean_change
    assert (there.better, there.worse) == (back.worse, back.better)
    assert (there.p, there.wilcoxon_p) == (pytest.approx(back.p), pytest.approx(back.wilcoxon_p))
    if there.t is not None:
        assert there.t == pytest.approx(-back.t)
        assert there.interval.low == pytest.approx(-back.interval.high)
    if there.rank_biserial is not None:
        assert there.rank_biserial == -back.rank_biserial


@few
@given(scores)
def test_it_says_what_scipy_says(pairs: list[tuple[int, int]]) -> None:
    before, after = zip(*pairs, strict=True)
    change = paired_change(before, after)
    if change.t is None:
        assert len({second - first for first, second in pairs}) == 1
        return
    said = stats.ttest_rel(after, before)

    assert (change.t, change.p) == (pytest.approx(said.statistic), pytest.approx(said.pvalue))
    interval = said.confidence_interval(0.95)
    assert change.interval is not None
    assert (change.interval.low, change.interval.high) == (pytest.approx(interval.low), pytest.approx(interval.high))
    if change.effect is not None and change.effect.interval is not None:
        assert change.effect.interval.low <= change.effect.size <= change.effect.interval.high

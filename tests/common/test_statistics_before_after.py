"""Changes of means by people: against cases that can be worked out by hand."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.statistics.before_after import OfPerson, change_in_mean, difference_of_changes
from common.statistics.resampling import Estimate

SEED = 20_261
values = st.lists(st.integers(1, 4), max_size=4)
people = st.lists(st.builds(OfPerson, values, values), max_size=6)


def test_the_change_is_of_all_deeds_and_not_of_the_means_of_people():
    """Five grades before (2, 2, 2, 2, 4: mean 2.4), two after (3, 4: mean 3.5)."""
    change = change_in_mean([OfPerson([2, 2, 2, 2], [3]), OfPerson([4], [4])], seed=SEED)

    assert change.value == Fraction(11, 10)


def test_the_interval_draws_people_and_not_deeds():
    """One of two people does a lot: a second draw holds the one twice, the other twice, or both; nothing else."""
    change = change_in_mean([OfPerson([2], [3]), OfPerson([2], [4] * 6)], seed=SEED)

    assert change.interval is not None
    assert (change.interval.low, change.interval.high) == (1.0, 2.0)


def test_the_change_beyond_that_of_others_is_the_difference_of_both():
    """These from 2 to 3.5, the others from 3 to 3.25: 1.5 less 0.25."""
    these, others = [OfPerson([2], [3, 4])], [OfPerson([3], [3, 3, 3, 4])]

    assert difference_of_changes(these, others, seed=SEED) == Estimate(Fraction(5, 4))


def test_each_group_is_drawn_from_by_itself():
    """Changes of 0 or 2 in both groups: between them lie -2 to 2, and all of 1/16 lies in each tail."""
    group = [OfPerson([1], [1]), OfPerson([1], [3])]

    estimate = difference_of_changes(group, group, seed=SEED)

    assert estimate.value == 0
    assert (estimate.interval.low, estimate.interval.high) == (-2.0, 2.0)


@pytest.mark.parametrize("others", [[], [OfPerson([1], [])]])
def test_without_a_change_of_the_others_there_is_no_difference(others):
    assert difference_of_changes([OfPerson([1], [2])] * 3, others, seed=SEED) == Estimate(None)


@settings(max_examples=25, deadline=None)
@given(people, people)
def test_swapping_the_groups_turns_the_sign(group, others):
    one, other = (difference_of_changes(*pair, seed=SEED).value for pair in ((group, others), (others, group)))

    assert (one is None) == (other is None)
    assert one is None or one == -other

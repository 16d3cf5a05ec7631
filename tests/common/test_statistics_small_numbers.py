"""Which groups become one line, so that nothing hidden can be worked out from the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.statistics.proportions import SMALLEST_BASE_SHOWN
from common.statistics.small_numbers import are_too_few, in_words, taken_together


@pytest.mark.parametrize(
    ("sizes", "together"),
    [
        ({"a": 9, "b": 5}, []),
        ({"a": 9, "b": 4}, ["b", "a"]),
        ({"a": 9, "b": 4, "c": 6}, ["b", "c"]),
        ({"a": 9, "b": 1, "c": 1}, ["b", "c", "a"]),
        ({"a": 9, "b": 3, "c": 3}, ["b", "c"]),
        ({"a": 2, "b": 2}, ["a", "b"]),
    ],
)
def test_small_groups_take_the_next_larger_with_them_until_they_are_enough(sizes, together):
    assert taken_together(sizes) == together


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 20), max_size=8))
def test_no_line_that_is_shown_is_small_and_what_is_hidden_is_never_small_alone(sizes):
    together = taken_together(sizes)

    assert all(size >= SMALLEST_BASE_SHOWN for name, size in sizes.items() if name not in together)
    assert not together or set(together) == set(sizes) or sum(sizes[name] for name in together) >= SMALLEST_BASE_SHOWN
    assert are_too_few(together, sizes) == (bool(sizes) and sum(sizes.values()) < SMALLEST_BASE_SHOWN)


def test_groups_are_named_as_one():
    assert in_words(["North"]) == "North"
    assert in_words(["North", "South", "West"]) == "North, South and West together"

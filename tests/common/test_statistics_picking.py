"""Drawing by numbers out of a list: worked out with `sha256sum` and `bc`, alike for every id, and alike in PostgreSQL (tests/grading)."""

from collections import Counter
from itertools import combinations
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.statistics.picking import ALGORITHM, draw, draw_stratified, picks
from common.statistics.sampling import allocate
from tests.common.test_statistics_sampling import FRAME, frames, seeds, stratum_sizes


def test_the_way_of_drawing_has_a_name_that_is_stored():
    assert ALGORITHM == "sha256-pick-1"


def test_numbers_are_what_is_left_of_the_digests_of_seed_and_turn():
    """`printf seven:1 | sha256sum`, divided by twelve with `bc`, and one more; and so on."""
    drawn = picks("seven", 6, 12)

    assert [one.number for one in drawn] == [11, 6, 9, 3, 5, 8]
    assert drawn[0].ticket == "a0f27d28bab555f32af1760012fb327d16e1138470252c7d1f5c4fd292879ee6"
    assert [one.rank for one in drawn] == [1, 2, 3, 4, 5, 6]


def test_a_stratum_has_numbers_of_its_own():
    assert [one.number for one in picks("seven", 2, 4, stratum="DOMESTIC")] == [4, 2]
    assert [one.number for one in picks("seven", 4, 8, stratum="CHILD_CONCERN")] == [7, 6, 1, 3]


def test_the_list_is_in_the_order_of_the_ids_whatever_order_they_come_in_and_however_often():
    drawn = draw("seven", FRAME, 3)

    assert [one.id for one in drawn] == [sorted(FRAME)[number - 1] for number in (11, 6, 9)]
    assert draw("seven", reversed(FRAME + FRAME), 3) == drawn


def test_another_seed_draws_others():
    assert [one.id for one in draw("2026-Q4", FRAME, 5)] != [one.id for one in draw("2027-Q1", FRAME, 5)]


def test_a_draw_larger_than_the_frame_takes_all_and_of_nothing_takes_nothing():
    assert {one.id for one in draw("s", FRAME, 100)} == set(FRAME)
    assert draw("s", [], 5) == []
    assert draw_stratified("s", {"north": []}, 5) == []


@pytest.mark.parametrize(("size", "length"), [(-1, 5), (1, -5)])
def test_there_are_no_negative_sizes(size, length):
    with pytest.raises(ValueError, match="negative"):
        picks("s", size, length)


@given(seed=seeds, frame=frames, size=st.integers(0, 40))
def test_a_larger_draw_begins_with_the_smaller_one_and_draws_nobody_twice(seed, frame, size):
    drawn = draw(seed, frame, size)

    assert draw(seed, frame, size + 1)[:size] == drawn
    assert len({one.id for one in drawn}) == len(drawn) == min(size, len(frame))
    assert [one.position for one in drawn] == [one.rank for one in drawn] == list(range(1, len(drawn) + 1))
    assert {one.id for one in drawn} <= frame


@given(seed=seeds, sizes=stratum_sizes, size=st.integers(0, 60))
def test_a_stratified_draw_takes_of_each_stratum_what_its_numbers_say(seed, sizes, size):
    frame = {name: [f"{name}{number}" for number in range(count)] for name, count in sizes.items()}

    drawn = draw_stratified(seed, frame, size)

    places = allocate(sizes, size)
    assert Counter(one.stratum for one in drawn) == Counter(places)
    assert [one.ticket for one in drawn] == sorted(one.ticket for one in drawn)
    for name, ids in frame.items():
        mine = sorted((one.rank, one.id) for one in drawn if one.stratum == name)
        numbers = picks(seed, places[name], len(ids), stratum=name)
        assert mine == [(one.rank, sorted(ids)[one.number - 1]) for one in numbers]


def test_an_id_stands_in_one_stratum_only():
    with pytest.raises(ValueError, match="more than one stratum"):
        draw_stratified("s", {"north": ["a", "b"], "south": ["b"]}, 2)


def test_each_id_is_drawn_about_as_often_as_any_other_and_any_two_together_as_any_other_two():
    """Twelve ids and 66 pairs over ten thousand seeds: a draw could favour no id, and yet always take neighbours together."""
    seeds_tried, size, length = 10_000, 4, len(FRAME)
    drawn = [sorted(one.id for one in draw(str(seed), FRAME, size)) for seed in range(seeds_tried)]
    times = Counter(id for one in drawn for id in one)
    together = Counter(pair for one in drawn for pair in combinations(one, 2))
    expected = seeds_tried * size / length
    chance = size * (size - 1) / (length * (length - 1))
    spread = sqrt(seeds_tried * chance * (1 - chance))

    # 11 degrees of freedom: above 31.3 in one of a thousand fair ways of drawing; the seeds are fixed, so no luck is involved.
    assert sum((times[id] - expected) ** 2 / expected for id in FRAME) < 31.3
    assert len(together) == length * (length - 1) / 2
    # Four standard deviations: one of 66 pairs is so far off in four of a thousand fair ways of drawing.
    assert max(abs(count - seeds_tried * chance) / spread for count in together.values()) < 4


def test_each_place_in_the_sample_is_as_likely_for_each_id():
    """Who comes first decides what is reviewed twice and what a smaller sample holds: the first of four, over ten thousand seeds."""
    seeds_tried = 10_000
    first = Counter(draw(str(seed), FRAME, 4)[0].id for seed in range(seeds_tried))
    expected = seeds_tried / len(FRAME)

    assert sum((first[id] - expected) ** 2 / expected for id in FRAME) < 31.3

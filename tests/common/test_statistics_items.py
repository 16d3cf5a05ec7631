"""Questions of a test: a worked example from outside, one by hand, what is not defined, and what the remarks say."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.statistics.items import Item, analyse, kr20, upper_lower

# Section 6 of the Law School Admission Test, 1,000 sittings of five questions (Bock and Lieberman 1970): how often each pattern of
# right and wrong came, as in the data set LSAT of R's package ltm.
LSAT = {
    "00000": 3, "00001": 6, "00010": 2, "00011": 11, "00100": 1, "00101": 1, "00110": 3, "00111": 4, "01000": 1, "01001": 8,
    "01011": 16, "01101": 3, "01110": 2, "01111": 15, "10000": 10, "10001": 29, "10010": 14, "10011": 81, "10100": 3,
    "10101": 28, "10110": 15, "10111": 80, "11000": 16, "11001": 56, "11010": 21, "11011": 173, "11100": 11, "11101": 61,
    "11110": 28, "11111": 298,
}  # fmt: skip
# What R's package mirt prints for them: itemstats(expand.table(LSAT6)), columns mean and total.r_if_rm, and alpha.
MEANS = [0.924, 0.709, 0.553, 0.763, 0.870]
ITEM_REST = [0.113, 0.153, 0.173, 0.144, 0.122]
ALPHA = 0.295

rows = st.integers(2, 6).flatmap(
    lambda k: st.lists(st.lists(st.booleans(), min_size=k, max_size=k), min_size=2, max_size=40)
)


def sittings() -> list[list[bool]]:
    return [[mark == "1" for mark in pattern] for pattern, count in LSAT.items() for _ in range(count)]


def test_the_law_school_test_as_r_has_it() -> None:
    analysis = analyse(sittings())

    assert analysis.sittings == 1000
    assert [float(item.difficulty) for item in analysis.items] == MEANS
    assert [item.discrimination for item in analysis.items] == [pytest.approx(one, abs=5e-4) for one in ITEM_REST]
    assert analysis.kr20 == pytest.approx(ALPHA, abs=5e-4)


def test_four_sittings_by_hand() -> None:
    # Question 1 is right where the rest is 2, 1, 1 and wrong where it is 0; a question that all have right tells nothing.
    analysis = analyse([[True, True, True], [True, True, False], [True, True, False], [False, True, False]])
    first, second, third = analysis.items

    assert (first.difficulty, second.difficulty, third.difficulty) == (Fraction(3, 4), 1, Fraction(1, 4))
    # r of (1, 1, 1, 0) with (2, 1, 1, 1): (4*4 - 3*5) / √((4*3 - 9) (4*7 - 25)) = 1/3.
    assert first.discrimination == pytest.approx(1 / 3)
    assert second.discrimination is None
    # Σ p q is 3/16 + 0 + 3/16, the scores 3, 2, 2, 1 have variance 1/2: 3/2 (1 - 3/4).
    assert analysis.kr20 == pytest.approx(3 / 8)


def test_the_ends_are_compared_from_thirty_on_and_ties_count_in_part() -> None:
    totals = [*range(1, 31)]
    column = [int(total > 15) for total in totals]
    assert upper_lower(column, totals) == 1
    assert upper_lower(column[:29], totals[:29]) is None
    # All share one score: both ends hold the same part of everybody, however they are sorted.
    assert upper_lower([1] * 10 + [0] * 20, [4] * 30) == 0


def test_nothing_and_one_are_not_analysed() -> None:
    assert analyse([]).items == []
    assert kr20([[True, False]]) is None
    assert kr20([[True], [False]]) is None
    assert kr20([[True, False], [False, True]]) is None
    assert Item(0, 0, None, None).difficulty is None
    with pytest.raises(ValueError, match="."):
        analyse([[True], [True, False]])


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (Item(19, 19, None, None), ""),
        (Item(20, 19, 0.3, None), "Nearly everybody"),
        (Item(20, 4, 0.3, None), "Few are right"),
        (Item(20, 10, -0.01, None), "People who did better on the rest got this one wrong more often"),
        (Item(20, 10, 0.05, None), "hardly go with"),
        (Item(20, 10, 0.1, None), ""),
    ],
)
def test_a_remark_says_what_to_look_at(item: Item, words: str) -> None:
    assert item.remark.startswith(words) or words in item.remark
    assert bool(item.remark) == bool(words)


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_sittings_does_not_matter(marks: list[list[bool]], random) -> None:
    assert analyse(marks) == analyse(random.sample(marks, len(marks)))


@given(rows)
def test_a_share_and_a_correlation_stay_where_they_belong(marks: list[list[bool]]) -> None:
    for item in analyse(marks).items:
        assert 0 <= item.difficulty <= 1
        assert item.discrimination is None or -1 - 1e-9 <= item.discrimination <= 1 + 1e-9
        assert item.upper_lower is None or -1 <= item.upper_lower <= 1

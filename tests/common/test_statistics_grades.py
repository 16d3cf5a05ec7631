from decimal import Decimal
from fractions import Fraction
from statistics import mean, median, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.statistics.grades import GRADES, mean_is_as_published, pool, summarise_counts, summarise_grades
from common.statistics.rounding import round_half_up, rounded_or_none

ROUNDS = {
    "Apr 2022": (1, 5, 3, 1),
    "Sep 2023": (0, 3, 4, 2),
    "Apr 2024": (0, 2, 2, 4),
    "Oct 2024": (1, 3, 4, 1),
    "Mar 2025": (0, 4, 2, 3),
    "Sep 2025": (0, 0, 7, 1),
}

grade_lists = st.lists(st.sampled_from(GRADES), max_size=40)


def counts(*numbers: int) -> dict[int, int]:
    return dict(zip(GRADES, numbers, strict=True))


@pytest.mark.parametrize(
    ("numbers", "n", "total", "mean", "shown", "share_good", "median", "deviation"),
    [
        (ROUNDS["Apr 2022"], 10, 24, Fraction(12, 5), "2.40", "40.0", 2, 0.843),
        (ROUNDS["Sep 2023"], 9, 26, Fraction(26, 9), "2.89", "66.7", 3, 0.782),
        (ROUNDS["Apr 2024"], 8, 26, Fraction(13, 4), "3.25", "75.0", 3.5, 0.886),
        (ROUNDS["Oct 2024"], 9, 23, Fraction(23, 9), "2.56", "55.6", 3, 0.882),
        (ROUNDS["Mar 2025"], 9, 26, Fraction(26, 9), "2.89", "55.6", 3, 0.928),
        (ROUNDS["Sep 2025"], 8, 25, Fraction(25, 8), "3.13", "100.0", 3, 0.354),
    ],
)
def test_a_round_is_summarised_exactly(numbers, n, total, mean, shown, share_good, median, deviation):
    summary = summarise_counts(counts(*numbers))

    assert (summary.counts, summary.n, summary.total, summary.mean) == (numbers, n, total, mean)
    assert rounded_or_none(summary.mean, 2) == Decimal(shown)
    assert str(rounded_or_none(summary.share_good * 100, 1)) == share_good
    assert summary.median == median
    assert summary.standard_deviation == pytest.approx(deviation, abs=0.0005)


def test_rounds_are_pooled_by_item_not_by_mean():
    pooled = pool(summarise_counts(counts(*numbers)) for numbers in ROUNDS.values())

    assert (pooled.counts, pooled.n, pooled.total) == ((2, 17, 22, 12), 53, 150)
    assert (pooled.mean, pooled.median) == (Fraction(150, 53), 3)
    assert str(rounded_or_none(pooled.mean, 2)) == "2.83"
    assert str(rounded_or_none(pooled.share_good * 100, 1)) == "64.2"


def test_an_empty_round_has_no_mean_rather_than_nought():
    summary = summarise_counts({})

    assert (summary.n, summary.total) == (0, 0)
    assert (summary.mean, summary.median, summary.share_good, summary.standard_deviation) == (None, None, None, None)
    assert rounded_or_none(summary.mean, 2) is None


@pytest.mark.parametrize(
    ("round_name", "published", "expected"),
    [
        ("Apr 2022", "2.4", True),
        ("Sep 2023", "2.9", True),
        ("Apr 2024", "3.25", True),
        ("Oct 2024", "2.87", False),
        ("Oct 2024", "2.88", False),
        ("Oct 2024", "2.56", True),
        ("Oct 2024", "2.555", False),
        ("Mar 2025", "2.9", True),
        ("Mar 2025", "2.90", False),
        ("Sep 2025", "3.125", True),
        ("Sep 2025", "3.13", True),
        ("Sep 2025", "3.12", True),
        ("Sep 2025", "3", True),
        ("Apr 2022", Decimal("2.40"), True),
        ("Apr 2022", "2.41", False),
    ],
)
def test_a_published_mean_holds_to_half_a_unit_of_its_last_digit(round_name, published, expected):
    assert mean_is_as_published(counts(*ROUNDS[round_name]), published) is expected


def test_a_published_mean_without_any_item_is_a_discrepancy():
    assert mean_is_as_published({}, "2.4") is False


@pytest.mark.parametrize("figure", ["", "two", "NaN", "Infinity"])
def test_a_published_mean_must_be_a_number(figure):
    with pytest.raises(ValueError, match="not a number"):
        mean_is_as_published(counts(1, 1, 1, 1), figure)


@pytest.mark.parametrize("wrong", [{5: 1}, {0: 2}, {1: -1}])
def test_only_counts_of_grades_1_to_4_are_summarised(wrong):
    with pytest.raises(ValueError, match=r"Grades are 1 to 4|negative"):
        summarise_counts(wrong)


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Fraction(25, 8), 2, "3.13"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(-25, 8), 2, "-3.13"),
        (Fraction(-1, 1000), 2, "0.00"),
        (Fraction(12, 5), 2, "2.40"),
        (Fraction(10**40 + 1, 3), 1, "3333333333333333333333333333333333333333.7"),
        (88, 1, "88.0"),
    ],
)
def test_figures_are_rounded_half_up_for_display(value, places, shown):
    assert str(round_half_up(value, places)) == shown


@given(grades=grade_lists.filter(bool))
def test_summaries_agree_with_the_plain_list_of_grades(grades):
    summary = summarise_grades(grades)

    assert summary.mean == mean(map(Fraction, grades))
    assert summary.median == median(map(Fraction, grades))
    assert summary.share_good == Fraction(sum(grade >= 3 for grade in grades), len(grades))
    if len(grades) > 1:
        assert summary.standard_deviation == pytest.approx(stdev(grades))


@given(grades=grade_lists.filter(bool), places=st.integers(0, 6))
def test_a_mean_that_we_round_ourselves_is_never_a_discrepancy(grades, places):
    summary = summarise_grades(grades)

    assert mean_is_as_published(counts(*summary.counts), str(round_half_up(summary.mean, places)))


@given(first=grade_lists, second=grade_lists)
def test_pooling_two_rounds_is_summarising_them_together(first, second):
    assert pool([summarise_grades(first), summarise_grades(second)]) == summarise_grades(first + second)

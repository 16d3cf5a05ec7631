import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.statistics.agreement import (
    Level,
    Weights,
    agreement_within_one,
    cohen_kappa,
    cohen_kappa_interval,
    exact_agreement,
    gwet_ac,
    krippendorff_alpha,
    paired,
    summarise_agreement,
)
from common.statistics.proportions import Proportion

FIRST = [1, 2, 2, 3, 3, 3, 4, 4, 2, 3]
SECOND = [1, 2, 3, 3, 3, 4, 4, 4, 2, 2]
THIRD = [1, 2, 2, 3, None, 3, 4, 3, 2, 3]
TWO_GRADERS = paired(FIRST, SECOND)
THREE_GRADERS = list(zip(FIRST, SECOND, THIRD, strict=True))
NARROW_FIRST, NARROW_SECOND = [3] * 9 + [2], [3] * 8 + [2, 3]

grades = st.integers(1, 4)
pairs = st.lists(st.tuples(grades, grades), min_size=1, max_size=15)
ratings_with_gaps = st.integers(2, 4).flatmap(
    lambda graders: st.lists(st.lists(st.none() | grades, min_size=graders, max_size=graders), min_size=1, max_size=12)
)


def six(number):
    return pytest.approx(number, abs=0.0000005)


def test_plain_agreement_is_a_share_of_pairs():
    assert exact_agreement(TWO_GRADERS) == Proportion(7, 10)
    assert agreement_within_one(TWO_GRADERS) == Proportion(10, 10)
    assert exact_agreement(THREE_GRADERS) == Proportion(7 + 8 + 5, 10 + 9 + 9)
    assert exact_agreement([[1, None], [None, None]]) == Proportion(0, 0)


@pytest.mark.parametrize(
    ("weights", "kappa", "gwet"),
    [
        (Weights.NOMINAL, 0.583333, 0.606127),
        (Weights.LINEAR, 0.711538, 0.774718),
        (Weights.QUADRATIC, 0.831461, 0.892985),
    ],
)
def test_coefficients_of_two_graders_are_the_known_ones(weights, kappa, gwet):
    assert float(cohen_kappa(FIRST, SECOND, weights=weights)) == six(kappa)
    assert float(gwet_ac(TWO_GRADERS, weights=weights)) == six(gwet)


@pytest.mark.parametrize(
    ("level", "alpha"), [(Level.NOMINAL, 0.601399), (Level.ORDINAL, 0.812028), (Level.INTERVAL, 0.839437)]
)
def test_alpha_of_two_graders_is_the_known_one(level, alpha):
    assert float(krippendorff_alpha(TWO_GRADERS, level=level)) == six(alpha)


def test_alpha_takes_a_third_grader_with_a_gap():
    assert float(krippendorff_alpha(THREE_GRADERS)) == six(0.819277)


def test_ac_learns_the_shares_of_the_grades_from_items_with_one_grade_too():
    # Half the pairs agree; with the third item both grades are equally common, so chance explains the half.
    assert gwet_ac([(1, 1), (1, 2), (2, None)], weights=Weights.NOMINAL, categories=(1, 2)) == 0


def test_narrow_grades_make_kappa_mislead_while_ac2_does_not():
    ratings = paired(NARROW_FIRST, NARROW_SECOND)

    assert exact_agreement(ratings) == Proportion(8, 10)
    assert float(cohen_kappa(NARROW_FIRST, NARROW_SECOND)) == pytest.approx(-0.1111, abs=0.00005)
    assert float(gwet_ac(ratings)) == pytest.approx(0.9731, abs=0.00005)


def test_kappa_and_alpha_are_undefined_when_all_grades_are_the_same():
    same = paired([3, 3, 3], [3, 3, 3])

    assert cohen_kappa([3, 3, 3], [3, 3, 3]) is None
    assert krippendorff_alpha(same) is None
    assert gwet_ac(same) == 1


@pytest.mark.parametrize("ratings", [[], [[None, None]], [[1, None], [None, 2]]])
def test_nothing_is_defined_without_two_grades_for_an_item(ratings):
    assert (gwet_ac(ratings), krippendorff_alpha(ratings)) == (None, None)
    assert cohen_kappa([row[0] for row in ratings], [row[1] for row in ratings]) is None
    assert summarise_agreement(ratings).exact == Proportion(0, 0)


def test_the_summary_leads_with_ac2_and_ordinal_alpha():
    summary = summarise_agreement([*THREE_GRADERS, (4, None, None)])

    assert summary.items == 10
    assert (summary.exact, summary.within_one) == (Proportion(20, 28), Proportion(28, 28))
    assert float(summary.krippendorff_alpha) == six(0.819277)
    assert summary.gwet_ac2 == gwet_ac([*THREE_GRADERS, (4, None, None)])
    assert not summary.is_enough_to_judge
    assert summarise_agreement(TWO_GRADERS * 2).is_enough_to_judge


def test_grades_outside_the_scale_are_refused():
    with pytest.raises(ValueError, match="Not among the categories: 5"):
        gwet_ac([[5, 1]])
    with pytest.raises(ValueError, match="at least two categories"):
        cohen_kappa([1], [1], categories=[1])
    with pytest.raises(ValueError, match="shorter|longer"):
        cohen_kappa([1, 2], [1])


@given(ratings=pairs)
def test_two_graders_can_change_places(ratings):
    first, second = zip(*ratings, strict=True)
    swapped = paired(second, first)

    for weights in Weights:
        assert cohen_kappa(first, second, weights=weights) == cohen_kappa(second, first, weights=weights)
        assert gwet_ac(ratings, weights=weights) == gwet_ac(swapped, weights=weights)
    for level in Level:
        assert krippendorff_alpha(ratings, level=level) == krippendorff_alpha(swapped, level=level)


@given(ratings=ratings_with_gaps)
def test_coefficients_never_pass_one_and_reach_it_only_in_full_agreement(ratings):
    agree_fully = all(len({grade for grade in row if grade is not None}) <= 1 for row in ratings)

    found = [gwet_ac(ratings, weights=weights) for weights in Weights]
    found += [krippendorff_alpha(ratings, level=level) for level in Level]

    for coefficient in found:
        if coefficient is not None:
            assert coefficient <= 1
            assert (coefficient == 1) is agree_fully


@given(ratings=ratings_with_gaps, order=st.randoms(use_true_random=False))
def test_the_order_of_items_and_graders_does_not_matter(ratings, order):
    mixed = [order.sample(row, len(row)) for row in order.sample(ratings, len(ratings))]

    assert summarise_agreement(mixed) == summarise_agreement(ratings)


@given(ratings=pairs)
def test_items_that_nobody_graded_change_nothing(ratings):
    assert summarise_agreement([*ratings, (None, None)]) == summarise_agreement(ratings)


# The two raters of skin conditions in the manual of SAS (PROC FREQ): terrible, poor, marginal, clear.
SKIN = ((10, 4, 1, 0), (5, 10, 12, 2), (2, 4, 12, 5), (0, 2, 6, 13))


@pytest.mark.parametrize(
    ("weights", "kappa", "low", "high"),
    [(Weights.NOMINAL, 0.3449, 0.2030, 0.4868), (Weights.LINEAR, 0.5082, 0.3798, 0.6366)],
)
def test_the_interval_of_kappa_is_that_of_the_published_example(weights, kappa, low, high):
    pairs = [(a, b) for a, row in enumerate(SKIN, 1) for b, count in enumerate(row, 1) for _ in range(count)]
    first, second = zip(*pairs, strict=True)

    interval = cohen_kappa_interval(first, second, weights=weights)

    assert float(cohen_kappa(first, second, weights=weights)) == pytest.approx(kappa, abs=5e-5)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section D: four observers, twelve units, gaps, five values.
FOUR_OBSERVERS = list(
    zip(
        (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
        (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
        (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
        (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
        strict=True,
    )
)


@pytest.mark.parametrize(("level", "alpha"), [(Level.NOMINAL, 0.743), (Level.ORDINAL, 0.815), (Level.INTERVAL, 0.849)])
def test_alpha_of_many_with_gaps_is_that_of_krippendorffs_own_example(level, alpha):
    assert float(krippendorff_alpha(FOUR_OBSERVERS, level=level)) == pytest.approx(alpha, abs=5e-4)


def test_ac1_of_many_with_gaps_is_that_of_gwets_own_package():
    """The same ratings are a data set of Gwet's irrCAC, whose overview prints AC1 0.77544 and alpha 0.74342 of them."""
    given = gwet_ac(FOUR_OBSERVERS, weights=Weights.NOMINAL, categories=(1, 2, 3, 4, 5))

    assert float(given) == pytest.approx(0.77544, abs=5e-6)
    assert float(krippendorff_alpha(FOUR_OBSERVERS, level=Level.NOMINAL)) == pytest.approx(0.74342, abs=5e-6)


def test_ac2_of_many_with_gaps_is_that_of_gwets_own_package():
    """The same ratings with quadratic weights, in the vignette "weighting" of irrCAC: AC2 0.914, alpha 0.84911, chance 0.7137044."""
    given = gwet_ac(FOUR_OBSERVERS, weights=Weights.QUADRATIC, categories=(1, 2, 3, 4, 5))

    assert float(given) == pytest.approx(0.914, abs=5e-4)
    assert float(given) == six((0.9753788 - 0.7137044) / (1 - 0.7137044))
    assert float(krippendorff_alpha(FOUR_OBSERVERS, level=Level.INTERVAL)) == pytest.approx(0.84911, abs=5e-6)


@pytest.mark.parametrize(
    ("weights", "level", "kappa", "ac", "alpha"),
    [
        (Weights.NOMINAL, Level.NOMINAL, 0.7964094, 0.8493305, 0.7972585),
        (Weights.QUADRATIC, Level.INTERVAL, 0.8921569, 0.9402369, 0.8926487),
    ],
)
def test_two_abstractors_agree_as_the_vignettes_of_gwets_package_say(weights, level, kappa, ac, alpha):
    """A hundred records in three classes, cont3x3abstractors of irrCAC: unweighted in "overview", quadratic in "weighting"."""
    table = ((13, 0, 0), (0, 20, 7), (0, 4, 56))
    pairs = [(a, b) for a, row in enumerate(table, 1) for b, count in enumerate(row, 1) for _ in range(count)]
    first, second = zip(*pairs, strict=True)

    assert float(cohen_kappa(first, second, weights=weights)) == six(kappa)
    assert float(gwet_ac(pairs, weights=weights, categories=(1, 2, 3))) == six(ac)
    assert float(krippendorff_alpha(pairs, level=level)) == six(alpha)


@pytest.mark.parametrize("pairs", [[], [(1, 1)], [(2, 2), (2, 2)], [(1, 1), (2, 2), (4, 4)]])
def test_there_is_no_interval_of_kappa_without_spread(pairs):
    assert cohen_kappa_interval([a for a, _ in pairs], [b for _, b in pairs]) is None


def test_the_interval_of_kappa_stays_within_its_bounds():
    interval = cohen_kappa_interval([1, 2, 3, 4, 1], [1, 2, 3, 4, 2])

    assert -1 <= interval.low < interval.high <= 1

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.statistics.proportions import (
    Interval,
    Proportion,
    ReviewCounts,
    ReviewedIncident,
    change_in_points,
    compliance,
    count_outcomes,
    relative_change,
    wilson_interval,
)

Z = 1.959963984540054
bases = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("successes", "n", "percent", "low", "high"),
    [
        (8, 10, "80.0", 0.4902, 0.9433),
        (0, 10, "0.0", 0.0, 0.2775),
        (10, 10, "100.0", 0.7225, 1.0),
        (1, 8, "12.5", 0.0224, 0.4709),
        (176, 200, "88.0", 0.8277, 0.9180),
        (44, 50, "88.0", 0.7620, 0.9438),
        (160, 200, "80.0", 0.7391, 0.8495),
        (129, 200, "64.5", 0.5765, 0.7080),
    ],
)
def test_wilson_intervals_are_the_known_ones(successes, n, percent, low, high):
    proportion = Proportion(successes, n)

    assert str(proportion.percent) == percent
    assert proportion.interval.low == pytest.approx(low, abs=0.00005)
    assert proportion.interval.high == pytest.approx(high, abs=0.00005)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals_are_those_of_newcombes_comparison(successes, n, low, high):
    """R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3: the score method."""
    interval = wilson_interval(successes, n)

    assert (interval.low, interval.high) == pytest.approx((low, high), abs=0.00005)


@given(base=bases)
def test_wilson_intervals_follow_the_closed_formula(base):
    successes, n = base
    share = successes / n
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)

    interval = wilson_interval(successes, n)

    assert interval.low == pytest.approx(centre - half, abs=1e-9)
    assert interval.high == pytest.approx(centre + half, abs=1e-9)
    assert 0 <= interval.low <= share <= interval.high <= 1


def test_more_confidence_needs_a_wider_interval():
    usual, strict = wilson_interval(8, 10), wilson_interval(8, 10, confidence=0.99)

    assert strict.low < usual.low
    assert strict.high > usual.high


def test_nothing_out_of_nothing_has_no_share_and_no_interval():
    nothing = Proportion(0, 0)

    assert (nothing.share, nothing.percent, nothing.interval, wilson_interval(0, 0)) == (None, None, None, None)
    assert nothing.is_small


@pytest.mark.parametrize(("successes", "n"), [(3, 2), (-1, 2), (0, -1)])
def test_a_proportion_lies_between_none_and_all(successes, n):
    with pytest.raises(ValueError, match="not a proportion"):
        Proportion(successes, n)


@pytest.mark.parametrize(
    ("successes", "n", "percent"), [(31, 48, "64.6"), (9, 13, "69.2"), (3, 13, "23.1"), (1, 80, "1.3")]
)
def test_percentages_are_rounded_half_up_to_one_decimal(successes, n, percent):
    assert str(Proportion(successes, n).percent) == percent


@pytest.mark.parametrize(("n", "small"), [(4, True), (5, False)])
def test_bases_under_five_are_small(n, small):
    assert Proportion(0, n).is_small is small


def test_compliance_leaves_out_what_needed_no_form_and_what_is_unclear():
    figures = compliance(
        ReviewCounts(complete=22, partial=2, none=1, not_required_with_form=3, not_required_without_form=10, unclear=2)
    )

    assert (figures.compliance, str(figures.compliance.percent)) == (Proportion(22, 25), "88.0")
    assert (figures.over_submission, str(figures.over_submission.percent)) == (Proportion(3, 13), "23.1")
    assert (figures.unclear, figures.reviewed) == (2, 40)


def test_compliance_of_an_empty_sample_is_unknown():
    figures = compliance(ReviewCounts(unclear=3))

    assert figures.compliance.percent is None
    assert figures.over_submission.percent is None
    assert figures.form_level.percent is None
    assert figures.reviewed == 3


def test_outcomes_are_counted_by_incident_and_by_form():
    counts = count_outcomes(
        [
            ReviewedIncident(forms_required=2, forms_present=2, is_late=True),
            ReviewedIncident(forms_required=2, forms_present=1),
            ReviewedIncident(forms_required=1, forms_present=0, is_late=True),
            ReviewedIncident(forms_required=1, forms_present=1),
            ReviewedIncident(forms_required=0, forms_present=1),
            ReviewedIncident(forms_required=0, forms_present=0),
            ReviewedIncident(forms_required=None, forms_present=1),
        ]
    )
    figures = compliance(counts)

    assert counts == ReviewCounts(
        complete=2,
        partial=1,
        none=1,
        not_required_with_form=1,
        not_required_without_form=1,
        unclear=1,
        late=1,
        forms_required=6,
        forms_present=4,
    )
    assert figures.compliance == Proportion(2, 4)
    assert figures.form_level == Proportion(4, 6)
    assert figures.late == Proportion(1, 4)
    assert figures.over_submission == Proportion(1, 2)
    assert figures.reviewed == 7


@given(
    incidents=st.lists(
        st.builds(
            ReviewedIncident,
            forms_required=st.none() | st.integers(0, 3),
            forms_present=st.integers(0, 4),
            is_late=st.booleans(),
        )
    )
)
def test_every_reviewed_incident_is_counted_once(incidents):
    counts = count_outcomes(incidents)
    figures = compliance(counts)

    assert counts.reviewed == len(incidents)
    assert figures.compliance.n + figures.over_submission.n + figures.unclear == len(incidents)


def test_a_rise_is_told_in_points_and_relative_to_where_it_began():
    assert change_in_points(Decimal("64.6"), Decimal("88")) == Decimal("23.4")
    assert relative_change(Decimal("64.6"), Decimal("88")) == Decimal("36.2")
    assert relative_change(Decimal(0), Decimal("88")) is None


def test_shares_are_exact():
    assert Proportion(1, 3).share == Fraction(1, 3)
    assert wilson_interval(5, 5) == Interval(low=pytest.approx(0.56551, abs=1e-4), high=1.0)

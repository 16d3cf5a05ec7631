"""Compliance figures: the worked examples, the groups, what readers outside the review may see, and what it costs."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest

from common.statistics.proportions import Proportion
from grading.enums import ReviewStatus
from grading.models import SampledIncident
from grading.queries.compliance import Rates, figures_of, without_small_numbers, year_so_far, year_to_date
from grading.queries.counted import NO_TEAM
from referrals.models import Incident
from tests.factories.accounts import AreaFactory
from tests.factories.dip_samples import (
    DRAWN,
    FORTY,
    DipSampleFactory,
    IncidentReviewFactory,
    SampledIncidentFactory,
    reviewed_sample,
)
from tests.people import Cast
from tests.tampering import walls_down


@pytest.fixture
def forty(cast: Cast):
    return reviewed_sample(FORTY, force=cast.police, by=cast.sam, district=cast.district)


def rates(name: str, done: int, needed: int) -> Rates:
    """A group in which so many of those that needed a form have it."""
    some = Proportion(done, needed)
    return Rates(name, some, some, Proportion(0, needed), Proportion(0, 2), 1, needed + 3)


def test_the_forty_incidents_of_the_worked_example(forty):
    figures = figures_of(forty)

    assert figures.all.compliance == Proportion(22, 25)
    assert figures.all.compliance.percent == Decimal("88.0")
    assert figures.all.over_submission == Proportion(3, 13)
    assert figures.all.over_submission.percent == Decimal("23.1")
    assert figures.all.form_level == Proportion(24, 27)
    assert (figures.all.unclear, figures.all.reviewed, figures.size, figures.awaiting) == (2, 40, 40, 0)


@pytest.mark.parametrize(
    ("done", "needed", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (1, 8, 0.0224, 0.4709),
    ],
)
def test_intervals_are_wilsons(cast, done, needed, low, high):
    outcomes = [ReviewStatus.COMPLIANT] * done + [ReviewStatus.MISSING] * (needed - done)
    sample = reviewed_sample(outcomes, force=cast.police, by=cast.sam, district=cast.district)

    interval = figures_of(sample).all.compliance.interval

    assert (interval.low, interval.high) == (pytest.approx(low, abs=0.00005), pytest.approx(high, abs=0.00005))


def test_late_forms_count_as_compliant_and_are_shown_apart(cast):
    sample = reviewed_sample(
        ["LATE", "LATE", "COMPLIANT", "MISSING"], force=cast.police, by=cast.sam, district=cast.district
    )

    figures = figures_of(sample)

    assert figures.all.compliance == Proportion(3, 4)
    assert figures.all.late == Proportion(2, 4)


def test_a_sample_nobody_has_reviewed_has_no_rates(cast):
    sample = DipSampleFactory(force=cast.police, drawn_by=cast.sam)
    SampledIncidentFactory.create_batch(3, sample=sample)

    figures = figures_of(sample)

    assert (figures.size, figures.awaiting) == (3, 3)
    assert figures.all.compliance.percent is None
    assert figures.all.compliance.interval is None
    assert figures.by_kind == []
    assert figures.agreement is None


def test_groups_are_by_kind_in_the_fields_order_and_by_district_and_team_by_name(cast):
    sample = reviewed_sample(
        ["COMPLIANT", "MISSING", "COMPLIANT"],
        force=cast.police,
        by=cast.sam,
        district=cast.district,
        kinds=["MISSING", "DOMESTIC", "DOMESTIC"],
    )
    first, second = SampledIncident.objects.filter(sample=sample).order_by("position")[:2]
    with walls_down(SampledIncident):
        SampledIncident.objects.filter(pk=first.pk).update(team=cast.response_team)
        SampledIncident.objects.filter(pk=second.pk).update(district=AreaFactory(name="Aldertown"))

    figures = figures_of(sample)

    assert [(group.name, group.compliance) for group in figures.by_kind] == [
        ("Domestic incident", Proportion(1, 2)),
        ("Missing person", Proportion(1, 1)),
    ]
    assert [(group.name, group.compliance) for group in figures.by_district] == [
        ("Aldertown", Proportion(0, 1)),
        ("Testham", Proportion(2, 2)),
    ]
    assert [(group.name, group.compliance) for group in figures.by_team] == [
        (NO_TEAM, Proportion(1, 2)),
        ("Testham Response", Proportion(1, 1)),
    ]


def test_only_first_reviews_are_counted_and_second_ones_measure_agreement(forty, cast):
    for sampled in SampledIncident.objects.filter(sample=forty).order_by("position")[:10]:
        outcome = "MISSING" if sampled.position == 1 else "COMPLIANT"
        IncidentReviewFactory(sampled=sampled, reviewer_number=2, reviewed_by=cast.mina, outcome=outcome)

    figures = figures_of(forty)

    assert figures.all.compliance == Proportion(22, 25)
    assert figures.agreement.exact == Proportion(9, 10)
    assert figures.agreement.items == 10
    assert figures.agreement.gwet_ac1.value == Fraction(881, 981)
    interval = figures.agreement.gwet_ac1.interval
    assert interval.low < 881 / 981 <= interval.high == 1
    assert figures.agreement.krippendorff_alpha == 0
    assert not figures.agreement.is_enough_to_judge


@pytest.mark.parametrize("size", [3, 30])
def test_figures_cost_three_queries_however_large_the_sample(cast, django_assert_num_queries, size):
    outcomes = ["COMPLIANT", "OVER_SUBMITTED", "MISSING"] * (size // 3)
    sample = reviewed_sample(outcomes, force=cast.police, by=cast.sam, district=cast.district)

    with django_assert_num_queries(3):
        figures_of(sample, for_readers=True)


def other_sample(cast, outcomes, start, end, **sample):
    return reviewed_sample(
        outcomes, force=cast.police, by=cast.sam, district=cast.district, period_start=start, period_end=end, **sample
    )


MAY, JUNE = date(2026, 5, 1), date(2026, 6, 30)


def test_the_year_to_date_counts_what_was_looked_at_against_two_hundred(forty, cast):
    other_sample(cast, ["COMPLIANT"] * 6, MAY, JUNE, state="PUBLISHED")
    other_sample(cast, ["MISSING"] * 6, date(2025, 11, 1), date(2025, 12, 31), state="PUBLISHED")
    other_sample(cast, ["MISSING"] * 6, date(2026, 3, 1), date(2026, 4, 30), state="REVIEWED")
    reviewed_sample(["MISSING"] * 6, force=cast.council, by=cast.sam, district=cast.district, state="PUBLISHED")

    year = year_to_date(forty)

    assert (year.year, year.reviewed, year.wanted, year.missing) == (2026, 46, 200, 154)
    assert year.compliance == Proportion(28, 31)


def test_the_year_is_one_figure_on_the_list_and_on_the_page_of_the_latest_published_sample(cast):
    other_sample(cast, ["COMPLIANT"] * 6, MAY, JUNE, state="PUBLISHED")
    latest = other_sample(
        cast,
        ["MISSING"] * 2 + ["COMPLIANT"] * 5,
        date(2026, 7, 1),
        date(2026, 8, 31),
        state="PUBLISHED",
        published_at=DRAWN + timedelta(days=99),
    )
    other_sample(cast, ["MISSING"] * 6, date(2026, 9, 1), date(2026, 10, 31), state="REVIEWED")

    assert year_so_far(cast.police, year=2026) == year_to_date(latest) == figures_of(latest).year
    assert year_to_date(latest).reviewed == 13
    assert year_so_far(cast.police, year=2025).reviewed == 0


def test_figures_of_a_published_sample_do_not_move_when_the_year_goes_on(cast):
    sample = reviewed_sample(FORTY, force=cast.police, by=cast.sam, district=cast.district, state="PUBLISHED")
    before = figures_of(sample)

    later = other_sample(
        cast,
        ["MISSING"] * 6,
        date(2026, 9, 1),
        date(2026, 10, 31),
        state="PUBLISHED",
        published_at=sample.published_at + timedelta(days=60),
    )

    assert figures_of(sample) == before
    assert year_to_date(later).reviewed == 46


def test_figures_of_a_published_sample_do_not_move_when_its_incidents_are_imported_again(forty, cast):
    before = figures_of(forty)

    Incident.objects.update(kind="OTHER", district=AreaFactory(), team=cast.response_team)

    assert figures_of(forty) == before


# --- what readers outside the review may see


@pytest.mark.parametrize(("needed", "is_shown"), [(4, False), (5, True), (0, True)])
def test_readers_see_a_rate_from_a_base_of_five_on(cast, needed, is_shown):
    outcomes = ["COMPLIANT"] * needed + ["NOT_NEEDED"] * 5
    sample = reviewed_sample(outcomes, force=cast.police, by=cast.sam, district=cast.district)

    figures = figures_of(sample, for_readers=True)

    shown = (figures.all.compliance, figures.all.form_level, figures.all.late)
    assert [one is not None for one in shown] == [is_shown] * 3
    assert figures.all.over_submission == Proportion(0, 5)


def test_readers_see_over_submission_from_a_base_of_five_on(cast):
    outcomes = ["COMPLIANT"] * 5 + ["OVER_SUBMITTED"] * 4
    sample = reviewed_sample(outcomes, force=cast.police, by=cast.sam, district=cast.district)

    figures = figures_of(sample, for_readers=True)

    assert figures.all.over_submission is None
    assert figures.all.compliance == Proportion(5, 5)


@pytest.mark.parametrize("pairs", [4, 5])
def test_readers_see_agreement_from_five_incidents_on(forty, cast, pairs):
    for sampled in SampledIncident.objects.filter(sample=forty).order_by("position")[:pairs]:
        IncidentReviewFactory(sampled=sampled, reviewer_number=2, reviewed_by=cast.mina)

    assert figures_of(forty).agreement.items == pairs
    assert (figures_of(forty, for_readers=True).agreement is None) == (pairs < 5)


def test_small_groups_are_taken_together_for_readers(forty):
    figures = figures_of(forty)
    object.__setattr__(figures, "by_kind", [rates("A", 9, 10), rates("B", 1, 3), rates("C", 2, 4), rates("D", 4, 8)])

    shown = without_small_numbers(figures).by_kind

    assert [(group.name, group.compliance) for group in shown] == [
        ("A", Proportion(9, 10)),
        ("D", Proportion(4, 8)),
        ("B and C together", Proportion(3, 7)),
    ]
    assert {(group.over_submission, group.unclear, group.reviewed) for group in shown} == {(None, None, None)}


def test_a_lone_small_group_is_taken_together_with_the_next_larger_one(forty):
    figures = figures_of(forty)
    object.__setattr__(figures, "by_kind", [rates("A", 9, 10), rates("B", 1, 3), rates("D", 4, 8)])

    shown = without_small_numbers(figures).by_kind

    assert [(group.name, group.compliance) for group in shown] == [
        ("A", Proportion(9, 10)),
        ("B and D together", Proportion(5, 11)),
    ]


@pytest.mark.parametrize(
    "bases", [(1,), (1, 1), (4, 5), (1, 2, 30), (4, 4, 4), (1, 1, 1, 1, 1, 40), (3, 9, 9, 12), (2, 2, 6, 7), (0, 3, 9)]
)
def test_no_group_below_five_can_be_worked_out_from_the_totals(forty, bases):
    """Nothing that is printed, and no difference between the total and some of the printed lines, rests on fewer than five."""
    figures = figures_of(forty)
    groups = [rates(chr(65 + number), base // 2, base) for number, base in enumerate(bases)]
    object.__setattr__(figures, "by_kind", groups)

    shown = [group.compliance.n for group in without_small_numbers(figures).by_kind]

    total = sum(bases)
    differences = {
        total - sum(some) for size in range(len(shown) + 1) for some in combinations(shown, size) if total >= 5
    }
    assert all(base >= 5 for base in shown)
    assert all(rest == 0 or rest >= 5 for rest in differences)
    assert sum(shown) in (total, 0)


def test_the_year_shown_to_readers_leaves_out_periods_too_small_to_be_shown(forty, cast):
    other_sample(cast, ["MISSING"] * 4, MAY, JUNE, state="PUBLISHED")

    assert year_to_date(forty).compliance == Proportion(22, 29)
    assert year_to_date(forty, for_readers=True).compliance == Proportion(22, 25)
    assert year_to_date(forty, for_readers=True).reviewed == 44

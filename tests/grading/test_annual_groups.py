"""Groups of a year: nothing small can be worked out from the annual report and the reports of its samples."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations
from random import Random
from typing import Any

import numpy as np
import pytest

from accounts.models import Team
from common.clock import two_month_period_of
from common.statistics.small_numbers import taken_together
from grading.models import DipSample
from grading.queries.annual_groups import groups_shown
from grading.queries.annual_samples import samples_of_year
from grading.queries.reports import content_of
from tests.factories.accounts import AreaFactory, TeamFactory
from tests.factories.dip_samples import DipSampleFactory, IncidentReviewFactory, SampledIncidentFactory
from tests.factories.referrals import IncidentFactory

Sizes = Mapping[Any, Mapping[str, int]]


def sums_that_are_known(sizes: Sizes, shown: set[str]) -> tuple[list[int], Iterator[tuple[list[int], set[int]]]]:
    """The cells that no report of a sample shows; and what readers know: sets of these cells, of which they have the total."""
    cells = [(sample, name) for sample, of in sizes.items() for name in taken_together(of)]
    counts = [sizes[sample][name] for sample, name in cells]

    def known() -> Iterator[tuple[list[int], set[int]]]:
        for sample in sizes:
            yield counts, {place for place, cell in enumerate(cells) if cell[0] == sample}
        for name in shown:
            yield counts, {place for place, cell in enumerate(cells) if cell[1] == name}

    return counts, known()


def smallest_that_can_be_worked_out(sizes: Sizes, shown: set[str]) -> int:
    """Over every set of hidden cells whose total follows from what is known, by the rank of the equations: the fewest incidents."""
    counts, known = sums_that_are_known(sizes, shown)
    rows = [[float(place in cells) for place in range(len(counts))] for _, cells in known if cells]
    if not rows:
        return 99
    rank = np.linalg.matrix_rank(np.array(rows))
    found = [99]
    for size in range(1, len(counts) + 1):
        for some in combinations(range(len(counts)), size):
            row = [float(place in some) for place in range(len(counts))]
            total = sum(counts[place] for place in some)
            if 0 < total < 5 and np.linalg.matrix_rank(np.array([*rows, row])) == rank:
                found.append(total)
    return min(found)


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({1: {"A": 6, "B": 7}, 2: {"A": 5, "B": 9}}, {"A", "B"}),  # every report shows both
        ({1: {"A": 6, "B": 7}, 2: {"A": 6, "B": 2}}, set()),  # 8 together there: six of A would leave two of B
        ({1: {"A": 3, "B": 20}, 2: {"A": 3, "B": 20}}, {"A", "B"}),  # of A six over both, in which no one knows
        ({1: {"A": 1, "B": 20}, 2: {"A": 3, "B": 20}}, set()),  # of A four over both; without it B would give them
        ({1: {"A": 3, "B": 3, "C": 9}, 2: {"A": 3, "B": 3, "C": 9}}, {"A", "B", "C"}),
        ({1: {"A": 3, "B": 3, "C": 9}, 2: {"B": 9, "C": 9}}, {"C"}),  # B's three of the first would give A's
    ],
)
def test_a_group_stands_alone_only_where_what_reports_hide_of_it_and_beside_it_is_many(sizes, shown):
    assert groups_shown(sizes, is_complete=True) == shown


def test_while_a_sample_may_still_join_a_group_stands_alone_only_where_every_report_shows_it():
    sizes = {1: {"A": 3, "B": 20, "C": 30}, 2: {"A": 3, "B": 20, "C": 30}}

    assert groups_shown(sizes, is_complete=False) == {"C"}
    assert groups_shown(sizes, is_complete=True) == {"A", "B", "C"}


@pytest.mark.parametrize("seed", range(40))
def test_nothing_small_can_be_worked_out_of_any_years(seed):
    """An oracle of its own: linear algebra over every set of cells, for years that chance made."""
    random = Random(seed)
    sizes = {
        sample: {name: random.choice([1, 2, 3, 4, 5, 6, 9, 15]) for name in "ABCD" if random.random() < 0.8}
        for sample in range(3)
    }
    sizes = {sample: of for sample, of in sizes.items() if sum(of.values()) >= 5}

    assert smallest_that_can_be_worked_out(sizes, groups_shown(sizes, is_complete=True)) >= 5
    assert smallest_that_can_be_worked_out(sizes, groups_shown(sizes, is_complete=False)) >= 5


def test_the_oracle_finds_what_showing_every_group_would_tell():
    sizes = {1: {"A": 6, "B": 7}, 2: {"A": 6, "B": 2}}

    assert smallest_that_can_be_worked_out(sizes, {"A"}) == 2


# --- in the report


def sample_of(cast, month: int, **districts: int) -> DipSample:
    """A published sample of 2025 with so many incidents of each district that needed a form and have it."""
    period = two_month_period_of(date(2025, month, 1))
    made = DipSampleFactory(
        force=cast.police, drawn_by=cast.sam, state="PUBLISHED", period_start=period.start, period_end=period.end
    )
    position = 0
    for name, count in districts.items():
        area = AreaFactory(name=name)
        team = Team.objects.filter(name=f"{name} Response").first() or TeamFactory(
            agency=cast.police, name=f"{name} Response"
        )
        for _ in range(count):
            position += 1
            incident = IncidentFactory(force=cast.police, district=area, team=team)
            one = SampledIncidentFactory(sample=made, incident=incident, position=position)
            IncidentReviewFactory(sampled=one, reviewed_by=cast.sam)
    return made


def districts_of(cast, word: str = "District") -> dict[str, int]:
    (group,) = [one for one in samples_of_year(cast.police, 2025).content["groups"] if one["word"] == word]
    return {line["name"]: line["compliance"]["n"] for line in group["lines"]}


def test_the_year_less_the_reports_of_its_samples_tells_of_no_few_incidents(cast):
    """North 3 and 6 and 5, South 6 and 2 and 5: the first two samples take both together, so the year does so too."""
    samples = [
        sample_of(cast, 1, North=3, South=6),
        sample_of(cast, 3, North=6, South=2),
        sample_of(cast, 5, North=5, South=5),
    ]

    assert districts_of(cast) == {"North and South together": 27}
    told: Counter[str] = Counter()
    for sample in samples:
        (group,) = [one for one in content_of(sample)["groups"] if one["word"] == "District"]
        told.update({line["name"]: line["compliance"]["n"] for line in group["lines"]})
    assert told == {"North and South together": 17, "North": 5, "South": 5}


def test_groups_that_reports_hide_are_shown_once_the_year_is_whole(cast):
    """North 2 in each of six samples: each report hides it, the year has twelve."""
    for month in (1, 3, 5, 7, 9):
        sample_of(cast, month, North=2, South=6)
    assert districts_of(cast) == {"North and South together": 40}

    sample_of(cast, 11, North=2, South=6)

    assert districts_of(cast) == {"North": 12, "South": 36}


def test_teams_do_not_tell_the_district_that_they_make_up(cast):
    """East 6 beside West 2 in one report, which takes both together: the year hides both districts, so it hides their teams."""
    for month in (1, 3, 5, 7, 9):
        sample_of(cast, month, East=6, West=6)
    sample_of(cast, 11, East=6, West=2)

    assert districts_of(cast) == {"East and West together": 68}
    assert districts_of(cast, "Team") == {"East Response and West Response together": 68}


def test_a_team_of_which_reports_hide_many_stays_with_the_others_though_the_district_is_shown(cast):
    for month in (1, 3, 5, 7, 9, 11):
        sample_of(cast, month, North=2, South=6)

    assert set(districts_of(cast)) == {"North", "South"}
    assert districts_of(cast, "Team") == {"North Response and South Response together": 48}

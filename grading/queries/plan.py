"""The plan of a calendar year: six samples of two months, at least 200 incidents, and what is left of it."""

import math
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from accounts.models import Agency
from common.clock import ONE_DAY, Period, two_month_period_of
from grading.enums import SampleState
from grading.models import DipSample
from grading.queries.compliance import WANTED_A_YEAR

PERIODS_A_YEAR = 6


@dataclass(frozen=True)
class PlannedPeriod:
    """Two months of the plan: its sample with how many were drawn, or how many to draw."""

    period: Period
    sample: DipSample | None
    drawn: int
    to_draw: int
    has_ended: bool


@dataclass(frozen=True)
class Plan:
    """The year in order. `drawn` counts every sample of it; `unpublished`: of those, in samples that are not published."""

    year: int
    periods: list[PlannedPeriod]
    wanted: int = WANTED_A_YEAR

    @property
    def drawn(self) -> int:
        return sum(one.drawn for one in self.periods)

    @property
    def unpublished(self) -> int:
        return sum(
            one.drawn for one in self.periods if one.sample is not None and one.sample.state != SampleState.PUBLISHED
        )

    @property
    def next_size(self) -> int:
        """How many each sample that is left must have to reach what is wanted; nought when none is left or needed."""
        return next((one.to_draw for one in self.periods if one.sample is None), 0)

    @property
    def falls_short(self) -> int:
        """How many are missing in a year of which every period has its sample."""
        is_complete = all(one.sample is not None for one in self.periods)
        return max(0, self.wanted - self.drawn) if is_complete else 0


def plan_of(force: Agency, *, year: int, today: date) -> Plan:
    """In one query. What earlier samples fell short of is shared among those that are left, rounded up."""
    samples = DipSample.objects.filter(force=force).of_year(year).annotate(drawn=Count("incidents"))
    by_start = {sample.period_start: sample for sample in samples}
    periods = _periods_of(year)
    left = sum(period.start not in by_start for period in periods)
    drawn = sum(sample.drawn for sample in by_start.values())
    to_draw = math.ceil(max(0, WANTED_A_YEAR - drawn) / left) if left else 0
    return Plan(
        year,
        [
            PlannedPeriod(
                period=period,
                sample=by_start.get(period.start),
                drawn=by_start[period.start].drawn if period.start in by_start else 0,
                to_draw=0 if period.start in by_start else to_draw,
                has_ended=period.end < today,
            )
            for period in periods
        ],
    )


def _periods_of(year: int) -> list[Period]:
    periods = [two_month_period_of(date(year, 1, 1))]
    while len(periods) < PERIODS_A_YEAR:
        periods.append(two_month_period_of(periods[-1].end + ONE_DAY))
    return periods

"""Compliance over the years: what was published before, and what the service's own published samples give."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Agency
from common.charts import PERCENT_TICKS, Chart, Series, line_chart
from common.clock import MONTHS, Period
from common.statistics.proportions import Compliance, Proportion, compliance, count_outcomes
from grading.models import DipSample, IncidentReview, PublishedCompliance
from grading.queries.counted import Row, rows_of
from grading.queries.good_enough import good_enough_of

PERIODS_DRAWN = 12


@dataclass(frozen=True)
class PeriodLine:
    """One published sample. A share is None where it rests on too few incidents for this reader."""

    period: Period
    url: str
    figures: Compliance
    judged: Proportion = Proportion(0, 0)
    for_readers: bool = False

    @property
    def label(self) -> str:
        return self.period.label

    @property
    def short_label(self) -> str:
        return f"{MONTHS[self.period.start.month - 1][:3]} {self.period.start.year % 100:02d}"

    @property
    def compliance(self) -> Proportion | None:
        return self._shown(self.figures.compliance)

    @property
    def late(self) -> Proportion | None:
        return self._shown(self.figures.late)

    @property
    def over_submission(self) -> Proportion | None:
        return self._shown(self.figures.over_submission)

    @property
    def good_enough(self) -> Proportion | None:
        """Of the incidents whose forms a reviewer judged; no grade of a panel."""
        return self._shown(self.judged)

    def _shown(self, share: Proportion) -> Proportion | None:
        return None if self.for_readers and share.n > 0 and share.is_small else share


@dataclass(frozen=True)
class YearLine:
    """A year, or half of one where that was published: what was printed, and what our samples of it give; None without any."""

    label: str
    is_whole_year: bool
    published: PublishedCompliance | None
    own: Proportion | None
    examined: int = 0
    good_enough: Proportion | None = None


@dataclass(frozen=True)
class History:
    """Years and periods, oldest first."""

    years: list[YearLine]
    periods: list[PeriodLine]


def compliance_over_time(force: Agency | None, *, for_readers: bool) -> History:
    """The force's published samples and the published years, in three queries however many they are.

    `for_readers`: without shares of fewer than five incidents; they are left out of the years too, so that no subtraction
    gives them.
    """
    samples = DipSample.objects.published().filter(force=force).order_by("period_start", "pk")
    reviewed: dict[Any, list[Row]] = {}
    reviews = IncidentReview.objects.counted().filter(sampled__sample__in=samples)
    for row in rows_of(reviews):
        reviewed.setdefault(row.sample, []).append(row)
    periods = [
        PeriodLine(
            period=sample.period,
            url=sample.get_absolute_url(),
            figures=compliance(count_outcomes(row.counted_as for row in reviewed.get(sample.pk, ()))),
            judged=good_enough_of(reviewed.get(sample.pk, ())),
            for_readers=for_readers,
        )
        for sample in samples
    ]
    published = list(PublishedCompliance.objects.order_by("period"))
    return History(years=_years(published, periods), periods=periods)


def year_chart(years: list[YearLine]) -> Chart | None:
    """Compliance by year as it was printed and as our samples give it; None when there is nothing to draw."""
    if not years:
        return None
    own = [line.own if line.is_whole_year else None for line in years]
    return line_chart(
        slug="compliance-by-year",
        title=_finding([(line.label, _printed_or_own(line)) for line in years]),
        caption="Per cent of the incidents that needed a form. Solid line with circles: from the service's own samples, with "
        "their 95% intervals. Broken line with squares: as published before.",
        labels=[line.label.replace("first half", "H1").replace("second half", "H2").replace(",", "") for line in years],
        series=[
            Series("From our samples", [_value(share) for share in own], [_bounds(share) for share in own]),
            Series("As published", [float(line.published.value) if line.published else None for line in years]),
        ],
        low=0,
        high=100,
        ticks=PERCENT_TICKS,
    )


def period_chart(periods: list[PeriodLine]) -> Chart | None:
    """Compliance of the last two years of samples; None when there is nothing to draw."""
    shown = [line for line in periods if line.compliance is not None and line.compliance.n][-PERIODS_DRAWN:]
    if not shown:
        return None
    return line_chart(
        slug="compliance-by-period",
        title=_finding([(line.label, f"{line.compliance.percent}" if line.compliance else "") for line in shown]),
        caption="Per cent of the incidents that needed a form, with 95% intervals; each point is named after the first of its "
        "two months.",
        labels=[line.short_label for line in shown],
        series=[
            Series(
                "Compliance",
                [_value(line.compliance) for line in shown],
                [_bounds(line.compliance) for line in shown],
            )
        ],
        low=0,
        high=100,
        ticks=PERCENT_TICKS,
    )


def _years(published: list[PublishedCompliance], periods: list[PeriodLine]) -> list[YearLine]:
    printed = {one.period: one for one in published}
    names = {*printed, *(str(line.period.start.year) for line in periods)}
    # The halves of a year stand before the whole of it.
    ordered = sorted(names, key=lambda name: (name[:4], name[4:] or "~"))
    return [_year(name, printed.get(name), periods) for name in ordered]


def _year(name: str, published: PublishedCompliance | None, periods: list[PeriodLine]) -> YearLine:
    within = _span(name)
    of_it = [line for line in periods if within(line.period.start) and within(line.period.end)]
    return YearLine(
        label=published.label if published else name,
        is_whole_year=len(name) == 4,
        published=published,
        own=_together(line.compliance for line in of_it),
        good_enough=_together(line.good_enough for line in of_it),
        examined=sum(line.figures.reviewed for line in periods if within(line.period.start)),
    )


def _span(name: str) -> Callable[[date], bool]:
    year, _, half = name.partition("-")
    months = {"": range(1, 13), "H1": range(1, 7), "H2": range(7, 13)}[half]
    return lambda day: day.year == int(year) and day.month in months


def _together(shares: Iterable[Proportion | None]) -> Proportion | None:
    """Of those that are shown, see `PeriodLine`."""
    given = [share for share in shares if share is not None]
    if not any(share.n for share in given):
        return None
    return Proportion(sum(share.successes for share in given), sum(share.n for share in given))


def _printed_or_own(line: YearLine) -> str:
    if line.own is not None and line.own.percent is not None and line.is_whole_year:
        return str(line.own.percent)
    return line.published.percent if line.published else ""


def _finding(points: list[tuple[str, str]]) -> str:
    known = [(label, percent) for label, percent in points if percent]
    if not known:
        return "Compliance: no figures yet"
    (first, first_percent), (last, last_percent) = known[0], known[-1]
    if first == last:
        return f"Compliance {first_percent}% in {first}"
    return f"Compliance {first_percent}% in {first}, {last_percent}% in {last}"


def _value(share: Proportion | None) -> float | None:
    return None if share is None or share.percent is None else float(share.percent)


def _bounds(share: Proportion | None) -> tuple[float, float] | None:
    interval = share.interval if share is not None else None
    return None if interval is None else (interval.low * 100, interval.high * 100)

"""The dip samples of a calendar year as its annual report says them to readers."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from statistics import median
from typing import Any
from uuid import UUID

from accounts.models import Agency
from common.statistics.comparisons import Difference
from common.statistics.proportions import SMALLEST_BASE_SHOWN, Proportion
from common.statistics.rounding import round_half_up
from grading.models import DipSample, IncidentReview, LiveGap, Settlement
from grading.queries.annual_groups import YearGroup, year_groups
from grading.queries.comparison import Line, compared_line, together
from grading.queries.compliance import YearToDate, year_so_far
from grading.queries.compliance_history import History, PeriodLine, YearLine, compliance_over_time
from grading.queries.counted import Row, rows_of
from grading.queries.plan import PERIODS_A_YEAR
from grading.queries.report_figures import bounds, rate, text
from referrals.enums import IncidentKind

MEASURES = {
    "Compliance: every form that was needed": "compliance",
    "Form sent after the limit": "late",
    "Form sent though none was needed": "over_submission",
}


@dataclass(frozen=True)
class YearOfSamples:
    """The published samples of a year, oldest first, with its figures for readers."""

    samples: list[DipSample]
    figures: YearToDate
    lines: list[Line]
    content: dict[str, Any]

    @property
    def is_complete(self) -> bool:
        """Whether no sample can join the year any more."""
        return len(self.samples) == PERIODS_A_YEAR


def samples_of_year(force: Agency, year: int) -> YearOfSamples:
    """In eight queries however many samples and incidents there are.

    Samples in which too few incidents needed a form count as examined only, as on every page that speaks of a year.
    """
    samples = list(DipSample.objects.published().filter(force=force).of_year(year).order_by("period_start", "pk"))
    figures = year_so_far(force, year=year, for_readers=True)
    history = compliance_over_time(force, for_readers=True)
    before, periods = (_periods_of(history, one) for one in (year - 1, year))
    lines = [
        compared_line(title, _year_of(before, measure), _year_of(periods, measure))
        for title, measure in MEASURES.items()
    ]
    groups = _groups(samples, is_complete=len(samples) == PERIODS_A_YEAR)
    content = {
        "published": len(samples),
        "expected": PERIODS_A_YEAR,
        "is_complete": len(samples) == PERIODS_A_YEAR,
        "examined": figures.reviewed,
        "wanted": figures.wanted,
        "missing": figures.missing,
        "compliance": rate(lines[0].later),
        "form_level": rate(_forms_of(periods)),
        "late": rate(lines[1].later),
        "over_submission": rate(lines[2].later),
        "good_enough": rate(together((period.judged for period in periods), for_readers=True)),
        "unclear": sum(period.figures.unclear for period in periods),
        "set_aside": Settlement.objects.filter(is_set_aside=True, sampled__sample__in=samples).count(),
        "periods": [_period(period) for period in periods],
        "periods_before": [_period(period) for period in before],
        "groups": groups,
        "comparison": _comparison(year, lines) if before and periods else None,
        "years": [_year(line) for line in history.years if int(line.label[:4]) <= year],
        "live_gaps": _live_gaps(samples),
    }
    return YearOfSamples(samples, figures, lines, content)


def _periods_of(history: History, year: int) -> list[PeriodLine]:
    return [period for period in history.periods if period.period.start.year == year]


def _year_of(periods: Sequence[PeriodLine], measure: str) -> Proportion | None:
    return together((getattr(period.figures, measure) for period in periods), for_readers=True)


def _forms_of(periods: Sequence[PeriodLine]) -> Proportion | None:
    """Forms needed are at least as many as incidents that needed one, so they must not outlive them."""
    shown = [period.figures.form_level for period in periods if period.compliance is not None]
    return None if periods and not shown else together(shown, for_readers=False)


def _groups(samples: Sequence[DipSample], *, is_complete: bool) -> list[dict[str, Any]]:
    rows: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows_of(IncidentReview.objects.counted().filter(sampled__sample__in=samples)):
        rows[row.sample].append(row)
    shown = {sample: found for sample, found in rows.items() if _needing(found) >= SMALLEST_BASE_SHOWN}
    kinds = [str(kind.label) for kind in IncidentKind]
    by_kind = year_groups(shown, lambda row: row.kind, is_complete=is_complete, order=kinds)
    by_district = year_groups(shown, lambda row: row.district, is_complete=is_complete)
    # Teams make up districts: more of them would tell a district that is not shown.
    by_team = year_groups(shown, lambda row: row.team, is_complete=False)
    return [
        {"title": "By kind of incident", "word": "Kind", "lines": [_group(one) for one in by_kind]},
        {"title": "By district", "word": "District", "lines": [_group(one) for one in by_district]},
        {"title": "By team", "word": "Team", "lines": [_group(one) for one in by_team]},
    ]


def _needing(rows: Sequence[Row]) -> int:
    return sum(bool(row.counted_as.forms_required) for row in rows)


def _group(group: YearGroup) -> dict[str, Any]:
    return {"name": group.name, "compliance": rate(group.compliance), "late": rate(group.late)}


def _period(period: PeriodLine) -> dict[str, Any]:
    return {
        "label": period.label,
        "short_label": period.short_label,
        "examined": period.figures.reviewed,
        "compliance": rate(period.compliance),
        "late": rate(period.late),
        "over_submission": rate(period.over_submission),
    }


def _comparison(year: int, lines: Sequence[Line]) -> dict[str, Any]:
    return {"earlier": str(year - 1), "later": str(year), "lines": [_compared(line) for line in lines]}


def _compared(line: Line) -> dict[str, Any]:
    return {
        "title": line.title,
        "earlier": rate(line.earlier),
        "later": rate(line.later),
        "difference": None if line.difference is None else _difference(line.difference),
    }


def _difference(found: Difference) -> dict[str, Any]:
    """In points with one decimal: as words with their sign, and as numbers."""
    points = None if found.difference is None else round_half_up(found.difference * 100, 1)
    return {
        "points": text(points),
        **bounds(found.interval, times=100, places=1),
        "in_words": found.in_words,
        "interval_in_words": found.interval_in_words,
        "may_be_chance": found.may_be_chance,
    }


def _year(line: YearLine) -> dict[str, Any]:
    return {
        "label": line.label,
        "is_whole_year": line.is_whole_year,
        "period": line.published.period if line.published else line.label,
        "printed": line.published.percent if line.published else None,
        "own": rate(line.own),
        "examined": line.examined,
    }


def _live_gaps(samples: Sequence[DipSample]) -> dict[str, Any]:
    """Those that the reviews of these samples raised, and how long it took to close them, from enough of them on."""
    found = LiveGap.objects.filter(sampled__sample__in=samples).values_list("raised_at", "closed_at", "due_at")
    gaps = list(found.order_by())
    closed = [(raised_at, closed_at, due_at) for raised_at, closed_at, due_at in gaps if closed_at is not None]
    hours = [Fraction((closed_at - raised_at) // timedelta(seconds=1), 3600) for raised_at, closed_at, _ in closed]
    is_enough = len(closed) >= SMALLEST_BASE_SHOWN
    in_time = Proportion(sum(closed_at < due_at for _, closed_at, due_at in closed), len(closed))
    return {
        "raised": len(gaps),
        "closed": len(closed),
        "open": len(gaps) - len(closed),
        "in_time": rate(in_time) if is_enough else None,
        "median_hours": text(round_half_up(Fraction(median(hours)), 1)) if is_enough else None,
        "longest_hours": text(round_half_up(max(hours), 1)) if is_enough else None,
    }

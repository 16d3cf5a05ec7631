"""The grading rounds of a calendar year as its annual report says them to readers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Agency
from common.clock import quarter_of
from common.statistics.grades import pool
from common.statistics.proportions import SMALLEST_BASE_SHOWN, Proportion
from common.statistics.resampling import seed_of
from grading.enums import FeedbackState, GroupBy
from grading.models import GradeFeedback, GradingRound, Removal
from grading.queries.agreement import agreement_in
from grading.queries.breakdowns import Group, groups_of_year
from grading.queries.report_figures import rate
from grading.queries.results import Results, results_of
from grading.queries.round_report import ROUNDS_SHOWN, agreement_line, group_line, results_lines, trend_line
from grading.queries.themes import ThemeLine, Themes, themes_for_readers
from grading.queries.trend import trend_until

ROUNDS_A_YEAR = 4


@dataclass(frozen=True)
class YearOfRounds:
    """The published rounds of a year, oldest first, with what all of them together came to for readers."""

    rounds: list[GradingRound]
    all: Results
    criteria: list[Group]
    content: dict[str, Any]


def rounds_of_year(force: Agency, year: int, *, on: date) -> YearOfRounds:
    """In ten queries and two for each round, of which a year has four at most. Training is what there is on that day.

    A round of too few PPNs is named, and counts in no figure.
    """
    published = GradingRound.objects.published().filter(force=force, starts_on__year=year)
    rounds = list(published.order_by("starts_on", "pk"))
    results = {round: results_of(round) for round in rounds}
    shown = [round for round in rounds if results[round].n >= SMALLEST_BASE_SHOWN]
    together = Results(
        summary=pool(results[round].summary for round in shown),
        items=sum(results[round].items for round in shown),
        seed=seed_of(f"{year}:mean"),
    )
    is_complete = len(rounds) == ROUNDS_A_YEAR
    ids = [round.pk for round in shown]
    criteria = groups_of_year(ids, by=GroupBy.CRITERION, is_complete=is_complete)
    types = groups_of_year(ids, by=GroupBy.TYPE, is_complete=is_complete)
    trend = trend_until(force, date(year, 12, 31))[-ROUNDS_SHOWN:]
    content = {
        "published": len(rounds),
        "expected": ROUNDS_A_YEAR,
        "is_complete": is_complete,
        "all": results_lines(together) if shown else None,
        "lines": [
            {
                "label": round.name,
                "short_label": f"Q{quarter_of(round.starts_on).number} {year}",
                "starts_on": round.starts_on.isoformat(),
                "results": results_lines(results[round]) if round in shown else None,
            }
            for round in rounds
        ],
        "trend": [trend_line(one) for one in trend],
        "groups": [
            {
                "title": "By criterion",
                "word": "Criterion",
                "of": "Marks",
                "lines": [group_line(one) for one in criteria],
            },
            {"title": "By type of concern", "word": "Type", "of": "PPNs", "lines": [group_line(one) for one in types]},
        ],
        "agreement": [_agreement(round) for round in shown],
        "themes": _themes(themes_for_readers(ids, force_id=force.pk, on=on)) if is_complete else None,
        "feedback": _feedback(shown),
        **_removed(rounds),
    }
    return YearOfRounds(rounds, together, criteria, content)


def _agreement(round: GradingRound) -> dict[str, Any]:
    """How far the graders of a round agree on the overall grade; None for fewer PPNs than may be shown."""
    found = agreement_in(round, criteria=())
    if found.overall.items < SMALLEST_BASE_SHOWN:
        return {"name": round.name, "items": None}
    return agreement_line(round.name, found.overall) | {
        "graders": found.graders,
        "is_enough_to_judge": found.overall.is_enough_to_judge,
        "seed": str(found.seed),
    }


def _themes(themes: Themes) -> dict[str, Any]:
    return {
        "total": themes.total,
        "is_suppressed": themes.is_suppressed,
        "lines": [_theme(line) for line in themes.lines],
    }


def _theme(line: ThemeLine) -> dict[str, Any]:
    """Its name, or the names of those together; with titles of modules of the force and of courses of the catalogue."""
    suggested = [suggestion for _, suggestion in line.themes if suggestion is not None]
    modules = sorted({str(version.module) for one in suggested for version in one.modules})
    courses = sorted({str(course) for one in suggested for course in one.courses})
    return {
        "name": ", ".join(label for label, _ in line.themes),
        "count": line.count,
        "modules": modules,
        "courses": courses,
    }


def _feedback(rounds: Collection[GradingRound]) -> dict[str, Any]:
    """How many writers were told of their grade, have read it, and disagree with it."""
    told = GradeFeedback.objects.told().filter(item__round__in=rounds)
    states = list(told.order_by().values_list("state", flat=True))
    disagreed = Proportion(states.count(FeedbackState.DISAGREED), len(states))
    read = Proportion(disagreed.successes + states.count(FeedbackState.READ), len(states))
    is_shown = not 0 < len(states) < SMALLEST_BASE_SHOWN
    return {
        "told": len(states) if is_shown else None,
        "read": rate(read) if is_shown else None,
        "disagreed": rate(disagreed) if is_shown else None,
    }


def _removed(rounds: Sequence[GradingRound]) -> dict[str, int]:
    """PPNs of these rounds that the next of the draw stands for, and those that were withdrawn and nothing stands for."""
    successors = list(Removal.objects.filter(item__round__in=rounds).order_by().values_list("successor", flat=True))
    left_out = sum(successor is None for successor in successors)
    return {"replaced": len(successors) - left_out, "left_out": left_out}

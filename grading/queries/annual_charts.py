"""The charts of an annual report, from its stored figures: those of the pages, each above the table that is behind it."""

from datetime import date
from typing import Any

from common.charts import Chart
from common.control_charts import Named, control_chart
from common.statistics.grades import GRADES, summarise_counts
from common.statistics.proportions import Proportion
from grading.models import PublishedCompliance
from grading.queries.compliance_history import YearLine, year_chart
from grading.queries.report_charts import FEWEST_DRAWN, NEEDED, distribution_chart, funnel_of
from grading.queries.round_report import trend_of
from grading.queries.trend import TrendRound


def charts_of(content: dict[str, Any]) -> dict[str, Chart | None]:
    """By what they show; None where there is too little to draw."""
    samples, rounds = content["samples"], content["rounds"]
    return {
        "years": _years(samples["years"]),
        "periods": _periods([*samples["periods_before"], *samples["periods"]]),
        "teams": funnel_of(samples),
        "grades": _grades(rounds["lines"]),
        "trend": trend_of(rounds),
    }


def _years(lines: list[dict[str, Any]]) -> Chart | None:
    return year_chart(
        [
            YearLine(
                label=line["label"],
                is_whole_year=line["is_whole_year"],
                published=PublishedCompliance(period=line["period"], percent=line["printed"])
                if line["printed"]
                else None,
                own=_proportion(line["own"]),
            )
            for line in lines
        ]
    )


def _periods(lines: list[dict[str, Any]]) -> Chart | None:
    shown = [
        Named(line["label"], Proportion(of["successes"], of["n"]), line["short_label"])
        for line in lines
        if (of := line["compliance"]) and of["n"]
    ]
    if len(shown) < FEWEST_DRAWN:
        return None
    return control_chart(slug="compliance-control", periods=shown, of_what=NEEDED, one="period", more="periods")


def _grades(lines: list[dict[str, Any]]) -> Chart | None:
    return distribution_chart(
        [
            TrendRound(
                label=line["label"],
                short_label=line["short_label"],
                starts_on=date.fromisoformat(line["starts_on"]),
                summary=summarise_counts(
                    dict(zip(GRADES, (one["count"] for one in line["results"]["lines"]), strict=True))
                ),
            )
            for line in lines
            if line["results"]
        ]
    )


def _proportion(rate: dict[str, Any] | None) -> Proportion | None:
    return None if rate is None else Proportion(rate["successes"], rate["n"])

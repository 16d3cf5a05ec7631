"""The tables of an annual report as a workbook: the same stored figures as its PDF."""

from typing import Any

from common.xlsx import Cell, Table, make_xlsx
from grading.documents.cells import NOT_SHOWN, RATE_HEADINGS, number, rate_cells
from grading.documents.round_tables import (
    GRADED,
    INTERVAL,
    TREND_HEADINGS,
    agreement_headings,
    agreement_row,
    figure_cells,
    group_table,
    trend_rows,
)

DRAWN = {
    "name": "Of",
    "rule": "Could be drawn",
    "size": "To be drawn",
    "frame_size": "From so many",
    "seed": "Seed",
    "algorithm": "Draw",
    "frame_digest": "Fingerprint of the population (SHA-256)",
    "drawn": "Drawn",
    "published": "Published",
}
ROUND_HEADINGS = ("Round", *GRADED, "PPNs", "Mean", *INTERVAL, "Median", "3 or 4, %", *INTERVAL)
AGREEMENT_CELLS = 14


def xlsx_of(content: dict[str, Any]) -> bytes:
    """The workbook; the same content gives the same bytes."""
    samples, rounds, method = content["samples"], content["rounds"], content["method"]
    facts: list[tuple[str, Cell]] = [
        ("Force", content["force"]),
        ("Year", str(content["year"])),
        *((f"Finding {place}", words) for place, words in enumerate(content["findings"], start=1)),
        *((f"What it does not say, {place}", words) for place, words in enumerate(content["not_said"], start=1)),
        ("Intervals of means and of agreement", method["resampling"]),
        ("Their seed for the mean of the year", method["mean_seed"]),
    ]
    tables = [
        Table("Compliance", ["Figure", *RATE_HEADINGS], _compliance(samples)),
        *_comparison(samples["comparison"]),
        Table("Years", ["Year", "As published, %", *RATE_HEADINGS, "Looked at"], _years(samples["years"])),
        Table("Periods", ["Incidents of", "Looked at", *_three_rates()], _periods(samples)),
        *(_group(group) for group in samples["groups"] if group["lines"]),
        Table("Grades", ROUND_HEADINGS, _grades(rounds)),
        Table("Rounds", TREND_HEADINGS, trend_rows(rounds["trend"])),
        *(group_table(group) for group in rounds["groups"] if group["lines"]),
        Table("Agreement", agreement_headings("Round"), _agreement(rounds["agreement"])),
        *_themes(rounds["themes"]),
        Table("Counts", ["What", "Count"], _counts(samples["live_gaps"], rounds)),
        Table("Draws", list(DRAWN.values()), _draws([*method["samples"], *method["rounds"]])),
    ]
    return make_xlsx(title=f"Annual report of {content['year']}", facts=facts, tables=tables)


def _compliance(samples: dict[str, Any]) -> list[tuple[Cell, ...]]:
    return [
        ("Samples published", samples["published"], samples["expected"], None, None, None),
        ("Incidents looked at, of those that must be", samples["examined"], samples["wanted"], None, None, None),
        ("Compliance: every form that was needed", *rate_cells(samples["compliance"])),
        ("Forms found, of forms needed", *rate_cells(samples["form_level"])),
        ("Form sent after the limit", *rate_cells(samples["late"])),
        ("Form sent though none was needed", *rate_cells(samples["over_submission"])),
        ("Forms found good enough to act on (one reviewer's look, no grade)", *rate_cells(samples["good_enough"])),
        ("Unclear, in no share", samples["unclear"], None, None, None, None),
        ("Set aside", samples["set_aside"], None, None, None, None),
    ]


def _comparison(comparison: dict[str, Any] | None) -> list[Table]:
    if comparison is None:
        return []
    earlier, later = comparison["earlier"], comparison["later"]
    headings = [f"{heading}, {year}" for year in (earlier, later) for heading in RATE_HEADINGS]
    rows = [
        (line["title"], *rate_cells(line["earlier"]), *rate_cells(line["later"]), *_difference(line["difference"]))
        for line in comparison["lines"]
    ]
    return [Table("Year before", ["Figure", *headings, "Difference in points", *INTERVAL], rows)]


def _difference(found: dict[str, Any] | None) -> tuple[Cell, ...]:
    return (None, None, None) if found is None else tuple(number(found[key]) for key in ("points", "low", "high"))


def _years(years: list[dict[str, Any]]) -> list[tuple[Cell, ...]]:
    return [
        (
            line["label"],
            number(line["printed"]),
            *((None,) * len(RATE_HEADINGS) if line["own"] is None else rate_cells(line["own"])),
            line["examined"],
        )
        for line in years
    ]


def _three_rates() -> list[str]:
    return [f"{what}: {heading}" for what in ("Compliance", "Late", "Not needed") for heading in RATE_HEADINGS]


def _periods(samples: dict[str, Any]) -> list[tuple[Cell, ...]]:
    return [
        (
            line["label"],
            line["examined"],
            *(cell for key in ("compliance", "late", "over_submission") for cell in rate_cells(line[key])),
        )
        for line in (*samples["periods_before"], *samples["periods"])
    ]


def _group(group: dict[str, Any]) -> Table:
    rows = [(line["name"], *rate_cells(line["compliance"]), line["late"]["successes"]) for line in group["lines"]]
    return Table(group["title"], [group["word"], "Have it", "Needed a form", *RATE_HEADINGS[2:], "Late"], rows)


def _grades(rounds: dict[str, Any]) -> list[tuple[Cell, ...]]:
    lines = [(line["label"], line["results"]) for line in rounds["lines"]]
    if rounds["all"] is not None:
        lines.append(("All PPNs of the year", rounds["all"]))
    return [_grades_row(name, results) for name, results in lines]


def _grades_row(name: str, results: dict[str, Any] | None) -> tuple[Cell, ...]:
    if results is None:
        return (name, NOT_SHOWN, *[None] * (len(ROUND_HEADINGS) - 2))
    good = results["good"]
    return (
        name,
        *(line["count"] for line in results["lines"]),
        results["n"],
        *figure_cells(results["mean"]),
        number(results["median"]),
        *(number(good[key]) for key in ("percent", "low", "high")),
    )


def _agreement(lines: list[dict[str, Any]]) -> list[tuple[Cell, ...]]:
    return [
        (line["name"], NOT_SHOWN, *[None] * (AGREEMENT_CELLS - 2)) if line["items"] is None else agreement_row(line)
        for line in lines
    ]


def _themes(themes: dict[str, Any] | None) -> list[Table]:
    if themes is None or not themes["lines"]:
        return []
    rows = [
        (line["name"], line["count"], "; ".join(line["modules"]), "; ".join(line["courses"]))
        for line in themes["lines"]
    ]
    return [Table("Themes", ["Theme", "PPNs", "Modules of the force", "Courses of the catalogue"], rows)]


def _counts(gaps: dict[str, Any], rounds: dict[str, Any]) -> list[tuple[Cell, ...]]:
    feedback = rounds["feedback"]
    shown = feedback["told"] is not None
    return [
        ("Live gaps raised", gaps["raised"]),
        ("Live gaps closed", gaps["closed"]),
        ("Live gaps closed on their day", gaps["in_time"]["successes"] if gaps["in_time"] else NOT_SHOWN),
        ("Hours until half were closed", number(gaps["median_hours"]) if gaps["in_time"] else NOT_SHOWN),
        ("Hours until the slowest was closed", number(gaps["longest_hours"]) if gaps["in_time"] else NOT_SHOWN),
        ("Writers told of their grade", feedback["told"] if shown else NOT_SHOWN),
        ("Writers who answered", feedback["read"]["successes"] if shown else NOT_SHOWN),
        ("Writers who disagree", feedback["disagreed"]["successes"] if shown else NOT_SHOWN),
        ("PPNs replaced by the next of the draw", rounds["replaced"]),
        ("PPNs withdrawn and left out", rounds["left_out"]),
    ]


def _draws(draws: list[dict[str, Any]]) -> list[tuple[Cell, ...]]:
    return [tuple(one[key] for key in DRAWN) for one in draws]

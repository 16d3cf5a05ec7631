"""The tables of a grading round's report as a workbook: the same stored figures as its PDF."""

from typing import Any

from common.xlsx import Cell, Table, make_xlsx
from grading.documents.cells import NOT_SHOWN
from grading.documents.cells import number as _number

GRADED = ("Graded 1", "Graded 2", "Graded 3", "Graded 4")
INTERVAL = ("95% interval from", "to")
TREND_HEADINGS = ("Round", *GRADED, "PPNs", "Mean", "Mean as printed", "3 or 4, %", *INTERVAL)
METHOD = {
    "first_day": "PPNs submitted from",
    "last_day": "to",
    "rule": "Could be drawn",
    "strata": "Drawn from",
    "size": "To be drawn",
    "frame_size": "From so many PPNs",
    "seed": "Seed",
    "algorithm": "Draw",
    "frame_digest": "Fingerprint of the population (SHA-256)",
    "drawn": "Drawn",
    "published": "Published",
    "resampling": "Intervals of means and of agreement",
    "mean_seed": "Their seed for the mean",
    "agreement_seed": "Their seed for agreement",
}


def xlsx_of(content: dict[str, Any]) -> bytes:
    """The workbook; the same content gives the same bytes."""
    facts: list[tuple[str, Cell]] = [
        ("Force", content["force"]),
        ("Quarter", content["period"]),
        ("Published", content["published"]),
        *((f"Finding {number}", words) for number, words in enumerate(content["findings"], start=1)),
        *((f"What it does not say, {number}", words) for number, words in enumerate(content["not_said"], start=1)),
    ]
    tables = [
        Table("Grades", ["Figure", "Value", *INTERVAL], _grades(content)),
        Table("Rounds", TREND_HEADINGS, trend_rows(content["trend"])),
        Table("Agreement", agreement_headings("What was graded"), _agreement(content["agreement"])),
        *(group_table(group) for group in content["groups"] if group["lines"]),
        Table("Learning points", ["Learning point"], [(point,) for point in content["learning_points"]]),
        Table("Method", ["What", "Value"], _method(content["method"])),
    ]
    return make_xlsx(title=f"Grades of {content['name']}", facts=facts, tables=tables)


def _method(method: dict[str, Any]) -> list[tuple[Cell, ...]]:
    """What a report says that was made before it said all of this."""
    return [(name, method[key]) for key, name in METHOD.items() if key in method]


def _grades(content: dict[str, Any]) -> list[tuple[Cell, ...]]:
    results = content["results"]
    drawn: tuple[Cell, ...] = ("PPNs drawn", content["size"], None, None)
    if results is None:
        return [drawn, ("Agreed grades", NOT_SHOWN, None, None)]
    kappa = content["agreement"] and content["agreement"]["kappa"]
    return [
        drawn,
        *((f"{line['grade']} {line['label']}", line["count"], None, None) for line in results["lines"]),
        ("PPNs with an agreed grade", results["n"], None, None),
        ("Mean", *figure_cells(results["mean"])),
        ("Median", _number(results["median"]), None, None),
        ("Graded 3 or 4, %", *_rate(results["good"])),
        *([("Weighted kappa of force and partners", *figure_cells(kappa))] if kappa else []),
    ]


def trend_rows(trend: list[dict[str, Any]]) -> list[tuple[Cell, ...]]:
    """The rounds of a trend, under `TREND_HEADINGS`."""
    rows: list[tuple[Cell, ...]] = []
    for line in trend:
        if line["counts"] is None:
            rows.append((line["label"], NOT_SHOWN, *[None] * 9))
            continue
        means = (_number(line["mean"]), line["published_mean"])
        rows.append((line["label"], *line["counts"], line["n"], *means, *_rate(line["good"])))
    return rows


def agreement_headings(of_what: str) -> list[str]:
    """Of a table with a line for each of these."""
    figures = ("Same grade, %", "At most one apart, %", "Gwet's AC2", "Krippendorff's alpha")
    return [of_what, "PPNs", *(heading for figure in figures for heading in (figure, *INTERVAL))]


def _agreement(agreement: dict[str, Any] | None) -> list[tuple[Cell, ...]]:
    if agreement is None:
        return [("Overall grade", NOT_SHOWN, *[None] * 12)]
    return [agreement_row(line) for line in agreement["lines"]]


def agreement_row(line: dict[str, Any]) -> tuple[Cell, ...]:
    """One line of such a table."""
    figures = (cell for key in ("exact", "within_one", "ac2", "alpha") for cell in figure_cells(line[key]))
    return (line["name"], line["items"], *figures)


def group_table(group: dict[str, Any]) -> Table:
    """The sheet of grades or marks by group."""
    rows = [
        (line["name"], NOT_SHOWN, *[None] * 11)
        if line["counts"] is None
        else (
            line["name"],
            *line["counts"],
            line["n"],
            line["items"],
            *figure_cells(line["mean"]),
            *_rate(line["good"]),
        )
        for line in group["lines"]
    ]
    headings = [group["word"], *GRADED, group["of"], "Of so many PPNs", "Mean", *INTERVAL, "3 or 4, %", *INTERVAL]
    return Table(group["title"], headings, rows)


def figure_cells(figure: dict[str, str | None]) -> tuple[Cell, ...]:
    """A figure and its bounds."""
    return (_number(figure["value"]), _number(figure["low"]), _number(figure["high"]))


def _rate(rate: dict[str, Any]) -> tuple[Cell, ...]:
    return (_number(rate["percent"]), _number(rate["low"]), _number(rate["high"]))

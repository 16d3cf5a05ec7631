"""The tables of a dip sample's report as a workbook: the same stored figures as its PDF."""

from typing import Any

from common.xlsx import Cell, Table, make_xlsx
from grading.documents.cells import NOT_SHOWN, RATE_HEADINGS
from grading.documents.cells import number as _number
from grading.documents.cells import rate_cells as _rate

METHOD = {
    "first_day": "Incidents reported from",
    "last_day": "to",
    "rule": "Could be drawn",
    "size": "To be drawn",
    "frame_size": "From so many incidents",
    "seed": "Seed",
    "algorithm": "Draw",
    "frame_digest": "Fingerprint of the population (SHA-256)",
    "drawn": "Drawn",
    "reviewed": "Last review",
}


def xlsx_of(content: dict[str, Any]) -> bytes:
    """The workbook; the same content gives the same bytes."""
    facts: list[tuple[str, Cell]] = [
        ("Force", content["force"]),
        ("Period", content["period"]),
        ("State", "Published" if content["is_published"] else "Not published yet"),
        *((f"Finding {number}", words) for number, words in enumerate(content["findings"], start=1)),
    ]
    tables = [
        Table("Figures", ["Figure", *RATE_HEADINGS], _figures(content)),
        *(
            [Table("Forms found", ["Figure", *RATE_HEADINGS], _beside(content["beside"]))]
            if "beside" in content
            else []
        ),
        *(_group(group) for group in content["groups"] if group["lines"]),
        Table("Agreement", ["Figure", *RATE_HEADINGS], _agreement(content["agreement"])),
        Table("Method", ["What", "Value"], [(name, content["method"][key]) for key, name in METHOD.items()]),
    ]
    return make_xlsx(title=f"Compliance of the dip sample of {content['period']}", facts=facts, tables=tables)


def _figures(content: dict[str, Any]) -> list[tuple[Cell, ...]]:
    everything = content["all"]
    return [
        ("Incidents drawn", content["size"], None, None, None, None),
        ("Incidents reviewed", everything["reviewed"], None, None, None, None),
        ("Compliance: every form that was needed", *_rate(everything["compliance"])),
        ("Forms found, of forms needed", *_rate(everything["form_level"])),
        ("Form sent after the limit", *_rate(everything["late"])),
        ("Form sent though none was needed", *_rate(everything["over_submission"])),
        ("Unclear, for others to settle", everything["unclear"], None, None, None, None),
        (f"Compliance of {content['year']['year']} so far", *_rate(content["year"]["compliance"])),
    ]


def _beside(beside: dict[str, Any]) -> list[tuple[Cell, ...]]:
    """What reviewers said of the forms found; no grade of a panel."""
    return [
        ("Good enough to act on, of those a reviewer judged (no grade of a panel)", *_rate(beside["good_enough"])),
        *(
            (f"Not good enough, missing: {one['name']}", one["count"], None, None, None, None)
            for one in beside["missing"]
        ),
        ("A supervisor looked at it, where that is known", *_rate(beside["supervisor_seen"])),
        ("School told in time, where it had to be told", *_rate(beside["school_told"])),
        ("Both reviewers judged it alike", *_rate(beside["agreement"])),
        *((f"Form found, needed for: {line['name']}", *_rate(line["share"])) for line in beside["needed_for"]),
    ]


def _group(group: dict[str, Any]) -> Table:
    rows = [(line["name"], *_rate(line["compliance"]), _late(line)) for line in group["lines"]]
    return Table(group["title"], [group["word"], "Have it", "Needed a form", *RATE_HEADINGS[2:], "Late"], rows)


def _late(line: dict[str, Any]) -> int | None:
    return line["late"]["successes"] if line["late"] else None


def _agreement(agreement: dict[str, Any] | None) -> list[tuple[Cell, ...]]:
    if agreement is None:
        return [("Reviewed twice, and the same", NOT_SHOWN, None, None, None, None)]
    return [
        ("Reviewed twice, and the same", *_rate(agreement["exact"])),
        ("Gwet's AC1", _number(agreement["gwet_ac1"]), None, None, None, None),
        ("Interval of AC1", agreement.get("gwet_ac1_interval") or NOT_SHOWN, None, None, None, None),
        ("Krippendorff's alpha", _number(agreement["krippendorff_alpha"]), None, None, None, None),
    ]

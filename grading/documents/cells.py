"""Cells of the spreadsheets of reports, from stored figures."""

from decimal import Decimal
from typing import Any

from common.xlsx import Cell
from grading.queries.report_figures import TOO_FEW

NOT_SHOWN = f"{TOO_FEW}, not shown"
RATE_HEADINGS = ("Count", "Of", "Per cent", "95% interval from", "to")


def number(text: str | None) -> Decimal | None:
    """A stored figure as a number; None stays empty."""
    return None if text is None else Decimal(text)


def rate_cells(rate: dict[str, Any] | None) -> tuple[Cell, ...]:
    """A share under `RATE_HEADINGS`; words and empty cells where it is not shown."""
    if rate is None:
        return (NOT_SHOWN, None, None, None, None)
    return (rate["successes"], rate["n"], number(rate["percent"]), number(rate["low"]), number(rate["high"]))

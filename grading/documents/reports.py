"""The files of a report of any kind, from its content."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common.pdf import Pdf
from grading.documents import (
    annual_report,
    annual_tables,
    dip_sample_report,
    dip_sample_tables,
    round_report,
    round_tables,
)
from grading.enums import ReportKind


@dataclass(frozen=True)
class Files:
    """How the files of one kind are made."""

    pdf: Callable[[dict[str, Any]], Pdf]
    xlsx: Callable[[dict[str, Any]], bytes]


FILES = {
    ReportKind.DIP_SAMPLE: Files(dip_sample_report.pdf_of, dip_sample_tables.xlsx_of),
    ReportKind.ROUND: Files(round_report.pdf_of, round_tables.xlsx_of),
    ReportKind.ANNUAL: Files(annual_report.pdf_of, annual_tables.xlsx_of),
}


def pdf_of(content: dict[str, Any]) -> Pdf:
    """The report; the same content gives the same bytes."""
    return FILES[ReportKind(content["kind"])].pdf(content)


def xlsx_of(content: dict[str, Any]) -> bytes:
    """Its tables; the same content gives the same bytes."""
    return FILES[ReportKind(content["kind"])].xlsx(content)

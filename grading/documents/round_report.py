"""The report of a grading round: what `queries.round_report.content_of_round` says, as a page of HTML and as a PDF."""

from typing import Any

from common.pdf import Pdf, make_pdf, render_document
from grading.queries.round_report import distribution_of, trend_of

TEMPLATE = "grading/pdf/round_report.html"


def html_of(content: dict[str, Any]) -> str:
    """The document before it becomes a PDF."""
    return render_document(
        TEMPLATE, {"content": content, "distribution": distribution_of(content), "trend": trend_of(content)}
    )


def pdf_of(content: dict[str, Any]) -> Pdf:
    """The report; the same content gives the same bytes."""
    return make_pdf(html_of(content))

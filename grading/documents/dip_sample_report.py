"""The report of a dip sample: what `queries.reports.content_of` says, as a page of HTML and as a PDF."""

from typing import Any

from common.pdf import Pdf, make_pdf, render_document
from grading.queries.report_charts import funnel_of
from grading.queries.reports import chart_of

TEMPLATE = "grading/pdf/dip_sample_report.html"


def html_of(content: dict[str, Any]) -> str:
    """The document before it becomes a PDF."""
    return render_document(TEMPLATE, {"content": content, "chart": chart_of(content), "funnel": funnel_of(content)})


def pdf_of(content: dict[str, Any]) -> Pdf:
    """The report; the same content gives the same bytes."""
    return make_pdf(html_of(content))

"""The annual report: what `queries.annual.content_of_year` says, as a page of HTML and as a PDF."""

from typing import Any

from common.pdf import Pdf, make_pdf, render_document
from grading.queries.annual_charts import charts_of

TEMPLATE = "grading/pdf/annual_report.html"


def html_of(content: dict[str, Any]) -> str:
    """The document before it becomes a PDF."""
    return render_document(TEMPLATE, {"content": content, "charts": charts_of(content)})


def pdf_of(content: dict[str, Any]) -> Pdf:
    """The report; the same content gives the same bytes."""
    return make_pdf(html_of(content))

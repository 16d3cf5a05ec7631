"""One person's CPD on paper: hours by year and kind, modules, every entry with what was learned, and its evidence."""

from common.pdf import Pdf, make_pdf, render_document

TEMPLATE = "training/pdf/cpd_portfolio.html"


def html_of(content: dict[str, object]) -> str:
    """The document before it becomes a PDF. `content` is what `queries.portfolio.portfolio_of` says."""
    return render_document(TEMPLATE, content)


def pdf_of(content: dict[str, object]) -> Pdf:
    """The portfolio as a tagged PDF."""
    return make_pdf(html_of(content))

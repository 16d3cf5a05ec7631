"""The PDF of a dip sample's report (tagged, PDF/UA-1, nothing fetched) against plain WeasyPrint on the same HTML."""

import logging

from weasyprint import HTML

from benchmarks.measuring import compare
from common.pdf import make_pdf
from grading.documents.dip_sample_report import html_of
from grading.models import DipSample
from grading.queries.reports import content_of

CALLS = 2
LIMIT = 1.25


def main() -> None:
    """Both sides make a whole document of the same number of pages."""
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    sample = DipSample.objects.published().newest_first().first()
    assert sample is not None
    html = html_of(content_of(sample))
    pdf = make_pdf(html)
    plain = HTML(string=html).render()
    assert pdf.content.startswith(b"%PDF")
    assert len(plain.pages) == pdf.pages
    compare(
        "Report as tagged PDF against plain WeasyPrint on the same HTML",
        ours=lambda: make_pdf(html),
        peer=lambda: HTML(string=html).write_pdf(),
        size=f"{pdf.pages} pages",
        calls=CALLS,
        limit=LIMIT,
    )


if __name__ == "__main__":
    main()

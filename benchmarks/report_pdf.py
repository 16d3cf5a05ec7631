"""The PDF of a dip sample's report (tagged, PDF/UA-1, nothing fetched) against plain WeasyPrint on the same HTML."""

import logging
from datetime import date

from django.db import transaction
from weasyprint import HTML

from benchmarks.copying import copy_sample, first_reviews
from benchmarks.measuring import compare
from common.pdf import make_pdf
from grading.documents.dip_sample_report import html_of
from grading.models import DipSample
from grading.queries.reports import content_of

CALLS = 2
LIMIT = 1.25
LARGE = 250
LONG_AGO = (date(1999, 1, 1), date(1999, 2, 28))


def main() -> None:
    """Of a sample as it is, and of one of 250 incidents, copied within a transaction that is taken back."""
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    sample = DipSample.objects.published().newest_first().first()
    assert sample is not None
    measure(sample)
    with transaction.atomic():
        known = first_reviews(DipSample.objects.published().filter(force=sample.force))
        different = list({review.sampled.incident_id: review for review in known}.values())
        assert len(different) >= LARGE
        measure(copy_sample(sample, different[:LARGE], period=LONG_AGO))
        transaction.set_rollback(True)


def measure(sample: DipSample) -> None:
    """Both sides make a whole document of the same number of pages."""
    html = html_of(content_of(sample))
    pdf = make_pdf(html)
    plain = HTML(string=html).render()
    assert pdf.content.startswith(b"%PDF")
    assert len(plain.pages) == pdf.pages
    compare(
        "Report as tagged PDF against plain WeasyPrint on the same HTML",
        ours=lambda: make_pdf(html),
        peer=lambda: HTML(string=html).write_pdf(),
        size=f"{sample.size} incidents, {pdf.pages} pages",
        calls=CALLS,
        limit=LIMIT,
    )


if __name__ == "__main__":
    main()

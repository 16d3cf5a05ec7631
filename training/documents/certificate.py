"""One completed record on paper: who did which module, when, and who signed for it; for an employer or another force."""

from datetime import datetime

from common.pdf import Pdf, make_pdf, render_document
from training.models import TrainingRecord
from training.queries.records import content_of, valid_signatures

TEMPLATE = "training/pdf/certificate.html"


def html_of(record: TrainingRecord, *, address: str, at: datetime) -> str:
    """The document before it becomes a PDF. `record` is read with `records_to_read` and complete; `address`: where it can be checked."""
    signatures = valid_signatures(record)
    content = {
        "record": record,
        "content": content_of(record),
        "signatures": signatures,
        "fingerprint": signatures[-1].content_sha256,
        "address": address,
        "at": at,
    }
    return render_document(TEMPLATE, content)


def pdf_of(record: TrainingRecord, *, address: str, at: datetime) -> Pdf:
    """The certificate as a tagged PDF."""
    return make_pdf(html_of(record, address=address, at=at))

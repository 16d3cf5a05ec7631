"""One completed record on paper: who did which module, when, and who signed for it; for an employer or another force."""

from dataclasses import dataclass
from datetime import datetime

from common.pdf import Pdf, make_pdf, render_document
from training.models import TrainingRecord
from training.queries.records import content_of, revocation_of

TEMPLATE = "training/pdf/certificate.html"


@dataclass(frozen=True)
class SignedLine:
    """One signature as it stands on paper: the role, who signed, and for whom where that was a deputy."""

    role: str
    name: str
    on_behalf_of: str
    signed_at: datetime


def html_of(record: TrainingRecord, *, address: str, at: datetime) -> str:
    """The document before it becomes a PDF. `record` is read with `records_to_read` and complete; `address`: where it can be checked."""
    valid = [one for one in record.signatures.all() if one.version == record.version and revocation_of(one) is None]
    signatures = [
        SignedLine(
            str(one.get_role_display()),
            one.signer.name,
            one.on_behalf_of.name if one.on_behalf_of else "",
            one.signed_at,
        )
        for one in sorted(valid, key=lambda one: one.signed_at)
    ]
    content = {
        "record": record,
        "content": content_of(record),
        "signatures": signatures,
        "fingerprint": valid[0].content_sha256 if valid else "",
        "address": address,
        "at": at,
    }
    return render_document(TEMPLATE, content)


def pdf_of(record: TrainingRecord, *, address: str, at: datetime) -> Pdf:
    """The certificate as a tagged PDF."""
    return make_pdf(html_of(record, address=address, at=at))

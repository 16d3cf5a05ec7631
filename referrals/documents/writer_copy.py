"""What somebody sent, on paper, for themselves: marked, with reference, version and the sum of what it says."""

from typing import Any

from common.pdf import Pdf, make_pdf, render_document
from referrals.models import Referral
from referrals.queries.versions import Version

TEMPLATE = "referrals/pdf/writer_copy.html"


def html_of(referral: Referral, version: Version, content: dict[str, Any], *, sha256: str) -> str:
    """The document before it becomes a PDF. `content` is that of queries.content_of_copy, `sha256` the sum of it."""
    words = content["words"]
    reading = {
        "parts": [_part(part) for part in words["parts"]],
        "people": [_part(person) for person in words["people"]],
        "files": content["files"],
    }
    context = {
        "referral": referral,
        "version": version,
        "reading": reading,
        "relations": content["relations"],
        "sha256": sha256,
    }
    return render_document(TEMPLATE, context)


def pdf_of(html: str) -> Pdf:
    """The copy as a tagged PDF."""
    return make_pdf(html)


def _part(part: dict[str, Any]) -> dict[str, Any]:
    answers = [{"label": label, "value": value} for _, label, value in part["answers"]]
    return {"title": part["title"], "answers": answers}

"""What an agency was given, on paper: marked, and on every page for whom, by whom and when it was made."""

from datetime import datetime
from typing import Any

from accounts.models import User
from common.pdf import Pdf, make_pdf, render_document
from common.templatetags.dates import moment
from referrals.models import Share

TEMPLATE = "referrals/pdf/share_pack.html"


def html_of(share: Share, reading: Any, *, by: User, at: datetime) -> str:
    """The document before it becomes a PDF. `reading` is what the agency was given, in words."""
    receiver = f"Copy for {share.agency}. Made by {by} ({by.agency}) on {moment(at)}."
    context = {
        "share": share,
        "reading": reading,
        "by": by,
        "at": at,
        "watermark": css_string(receiver),
        "receiver": css_string(f"For {share.agency} alone"),
    }
    return render_document(TEMPLATE, context)


def pdf_of(share: Share, reading: Any, *, by: User, at: datetime) -> Pdf:
    """The pack as a tagged PDF."""
    return make_pdf(html_of(share, reading, by=by, at=at))


def css_string(text: str) -> str:
    """Text as it may stand between quotes in a style sheet, whatever is in somebody's name."""
    return "".join(letter if letter.isascii() and letter.isalnum() else f"\\{ord(letter):06x}" for letter in text)

"""That somebody was at a session, on paper: for an employer, and with an address at which anybody can check it."""

from datetime import timedelta

from common.pdf import Pdf, make_pdf, render_document
from common.templatetags.dates import duration
from partners.models import Booking
from partners.queries.diary import spans_of

TEMPLATE = "partners/pdf/certificate.html"


def html_of(booking: Booking, *, address: str) -> str:
    """The document before it becomes a PDF. `booking` with its person, session and host; `address`: where it can be checked."""
    spans = spans_of(booking.session)
    length = sum(((ends_at - starts_at) for starts_at, ends_at in spans), timedelta())
    content = {
        "name": booking.person.name,
        "session": booking.session,
        "dates": [starts_at for starts_at, _ in spans],
        "length": duration(length),
        "address": address,
    }
    return render_document(TEMPLATE, content)


def pdf_of(booking: Booking, *, address: str) -> Pdf:
    """The certificate as a tagged PDF."""
    return make_pdf(html_of(booking, address=address))

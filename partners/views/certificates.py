"""Certificates of attendance: the file, and the page at which anybody who has the address can check one."""

import uuid

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.http import SignedInRequest, attachment
from common.throttle import asks_too_often
from partners import permissions
from partners.documents import certificate
from partners.services import certificates as services
from partners.views.bookings import find_booking

FILE_NAME = "certificate.pdf"
# Neither a link that is followed from there nor a copy on the way passes the address on.
SAYS_NOTHING_ON = {
    "Cache-Control": "no-store, private",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


@require_safe
def booking_certificate(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The certificate of who was there, for them, or for the coordinator of somebody without an account."""
    shown = find_booking(request, pk)
    if not permissions.may_take_certificate(request.user, shown):
        raise PermissionDenied
    try:
        made = services.make_certificate(booking_id=shown.pk, by=request.user, at=timezone.now())
    except services.CannotCertify as error:
        raise Http404(str(error)) from error
    address = request.build_absolute_uri(reverse("certificate_verify", args=[made.token]))
    pdf = certificate.pdf_of(shown, address=address)
    return attachment(pdf.content, name=FILE_NAME, content_type="application/pdf")


@login_not_required
@require_safe
def certificate_verify(request: HttpRequest, token: str) -> HttpResponse:
    """Whether a certificate is genuine, with the kind and the day of the session; no name and no agency."""
    if asks_too_often(request, purpose="verify", most=settings.PUBLIC_PAGES_A_MINUTE):
        return render(request, "429.html", status=429)
    try:
        checked, status = services.check_certificate(token=token), 200
    except services.NoSuchCertificate:
        checked, status = None, 404
    answer = render(request, "partners/certificate_verify.html", {"checked": checked}, status=status)
    for name, value in SAYS_NOTHING_ON.items():
        answer[name] = value
    return answer

"""The code on the trainer's screen, and who types it to say that they are here."""

import secrets
import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.code_form import CodeForm
from common.errors import DomainError
from common.http import SignedInRequest, refusal_as_message
from partners import permissions
from partners.enums import SessionMove, SessionState
from partners.queries import attendance
from partners.services import check_ins as services
from partners.views.bookings import find_booking
from partners.views.sessions import find_session_to_run

DEVICE_COOKIE = "session_device"
DEVICE_COOKIE_SECONDS = 24 * 60 * 60


@require_http_methods(["GET", "HEAD", "POST"])
def session_code(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The screen with the code, and how many are here; POST shows one for half an hour."""
    session = find_session_to_run(request, pk)
    at = timezone.now()
    if request.method == "POST":
        with refusal_as_message(request):
            services.show_code(session_id=session.pk, by=request.user, at=at)
        return redirect("partners:session_code", session.pk)
    moves = permissions.moves_open_to(request.user, session, at=at)
    if session.state != SessionState.OPEN or SessionMove.REGISTER not in moves:
        return redirect(session)
    shown = services.code_shown(session, at=at)
    context = {
        "session": session,
        "shown": shown,
        "seconds": shown.seconds(at=at) if shown else 0,
        "counts": attendance.counts_of(session),
    }
    return render(request, "partners/session_code.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def booking_check_in(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Type the code that is on the screen now. The page gives the device a random word, which says nothing of the person."""
    booking = find_booking(request, pk)
    at = timezone.now()
    if request.method != "POST" and not services.may_check_in(request.user, booking, at=at):
        return redirect(booking)
    device = request.COOKIES.get(DEVICE_COOKIE, "")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.check_in(
                booking_id=booking.pk, code=form.cleaned_data["code"], device=device, by=request.user, at=at
            )
            messages.success(request, "You are in the register.")
            return redirect(booking)
        except DomainError as error:
            form.add_error("code", str(error))
    context = {"booking": booking, "session": booking.session, "form": form}
    answer = render(request, "partners/booking_check_in.html", context, status=422 if form.errors else 200)
    if not device:
        answer.set_cookie(
            DEVICE_COOKIE,
            secrets.token_urlsafe(24),
            max_age=DEVICE_COOKIE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer

"""What people thought of a session: saying it for one's place, once and without one's name, and for trainers what came out."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import DomainError
from common.http import SignedInRequest, keeps_no_words
from common.throttle import asks_too_often
from partners.forms.session_feedback import SessionFeedbackForm
from partners.models.scenarios import last_day_after
from partners.queries import session_feedback as queries
from partners.services import session_feedback as services
from partners.views.bookings import find_booking
from partners.views.certificates import SAYS_NOTHING_ON
from partners.views.sessions import find_session_to_run


@keeps_no_words
@require_http_methods(["GET", "HEAD", "POST"])
def booking_feedback(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say once what one thought. For nobody but whose place it is."""
    shown = find_booking(request, pk)
    if shown.user_id != request.user.pk:
        raise PermissionDenied
    at = timezone.now()
    if request.method != "POST" and not queries.is_asked(shown, at=at):
        messages.info(request, "This session takes no feedback from you: you have given it, or the form is not open.")
        return redirect(shown)
    form = SessionFeedbackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.give_feedback(booking_id=shown.pk, by=request.user, at=at, **form.given())
            messages.success(request, "Thank you. What you said is in, without your name.")
        except DomainError as error:
            messages.error(request, str(error))
        return redirect(shown)
    context = {"booking": shown, "session": shown.session, "form": form, "last_day": last_day_after(shown.session)}
    return render(request, "partners/feedback_give.html", context, status=422 if form.errors else 200)


@require_safe
def session_feedback(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What came out, once the last day is over and where five or more answered. That it was read is recorded."""
    session = find_session_to_run(request, pk)
    at = timezone.now()
    services.read_feedback(session_id=session.pk, by=request.user, at=at)
    context = {
        "session": session,
        "result": queries.result_of(session, at=at),
        "last_day": last_day_after(session),
        "is_over": session.ends_at <= at,
    }
    return render(request, "partners/session_feedback.html", context)


@login_not_required
@keeps_no_words
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Say once what one thought by an address from a mail, without an account. Whoever signs in stays unknown here too."""
    if asks_too_often(request, purpose="feedback", most=settings.PUBLIC_PAGES_A_MINUTE):
        return render(request, "429.html", status=429)
    try:
        link = services.link_of(token)
    except services.NoSuchLink:
        return _by_link(request, {}, status=404)
    at = timezone.now()
    if link.is_used or not queries.is_open_after(link.session, at=at):
        return _by_link(request, {"why_not": "USED" if link.is_used else "CLOSED"})
    form = SessionFeedbackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.give_feedback_by_link(token=token, at=at, **form.given())
            return redirect("partners:feedback_by_link", token)
        except DomainError as error:
            form.add_error(None, str(error))
    shown = {"form": form, "session": link.session, "last_day": last_day_after(link.session)}
    return _by_link(request, shown, status=422 if form.errors else 200)


def _by_link(request: HttpRequest, shown: dict[str, Any], *, status: int = 200) -> HttpResponse:
    answer = render(request, "partners/feedback_by_link.html", shown, status=status)
    # A form whose page sends no referrer at all is sent with the origin "null", which nobody can tell from a stranger's.
    for name, value in (SAYS_NOTHING_ON | {"Referrer-Policy": "same-origin"}).items():
        answer[name] = value
    return answer

"""What people thought of a session: saying it for one's place, once and without one's name, and for trainers what came out."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import DomainError
from common.http import SignedInRequest, keeps_no_words
from partners.forms.session_feedback import SessionFeedbackForm
from partners.models.scenarios import last_day_after
from partners.queries import session_feedback as queries
from partners.services import session_feedback as services
from partners.views.bookings import find_booking
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

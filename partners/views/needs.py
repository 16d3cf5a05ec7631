"""Access and dietary needs: one's own, and those of the people of a session for its trainers."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.http import SignedInRequest, refusal_as_message
from partners import permissions, queries
from partners.forms import NeedsForm
from partners.models import BookingNeeds
from partners.services import needs as services
from partners.views.bookings import find_booking
from partners.views.sessions import find_session


@require_http_methods(["GET", "HEAD", "POST"])
def booking_needs(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what one needs, or change it. Not for who booked in one's place."""
    shown = find_booking(request, pk)
    if shown.user_id != request.user.pk:
        raise PermissionDenied
    at = timezone.now()
    if request.method != "POST" and not permissions.may_say_needs(request.user, shown, at=at):
        return redirect(shown)
    said = BookingNeeds.objects.filter(booking=shown).first()
    initial = {"access": said.access, "dietary": said.dietary} if said else {}
    form = NeedsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            services.say_needs(booking_id=shown.pk, needs=form.needs(), by=request.user, at=at)
            messages.success(request, "What you need is saved. The trainers of this session can read it.")
        return redirect(shown)
    context = {"booking": shown, "session": shown.session, "form": form}
    return render(request, "partners/booking_needs.html", context, status=422 if form.errors else 200)


@require_safe
def session_needs(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What people need at the session, for its trainers alone. That they read it is recorded."""
    session = find_session(request, pk)
    if not permissions.may_read_needs(request.user, session):
        raise PermissionDenied
    found = queries.needs_on(session)
    services.read_needs(session_id=session.pk, by=request.user, at=timezone.now(), count=len(found))
    return render(request, "partners/session_needs.html", {"session": session, "bookings": found})

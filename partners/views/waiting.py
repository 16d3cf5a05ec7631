"""The waiting list from the side of who waits: leave it, accept an offer or turn it down."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.errors import DomainError
from common.http import SignedInRequest, refusal_as_message
from partners import queries
from partners.services import bookings, waiting_list
from partners.views.bookings import find_booking

ANSWERS = {"ACCEPT": waiting_list.accept_offer, "DECLINE": waiting_list.turn_down_offer}


@require_http_methods(["GET", "HEAD", "POST"])
def booking_leave(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask once, then wait no longer."""
    shown = find_booking(request, pk)
    at = timezone.now()
    if request.method == "POST":
        with refusal_as_message(request):
            waiting_list.leave_waiting_list(booking_id=shown.pk, by=request.user, at=at)
            messages.success(request, f"{shown} is no longer on the waiting list.")
        return redirect(shown)
    if not shown.is_waiting:
        return redirect(shown)
    bookings.read_booking(booking_id=shown.pk, by=request.user, at=at)
    context = {"booking": shown, "session": shown.session, "position": queries.position_of(shown)}
    return render(request, "partners/booking_leave.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def booking_offer(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A place that is held for somebody who waited: take it, or leave it to the next."""
    shown = find_booking(request, pk)
    at = timezone.now()
    given = request.POST.get("answer", "") if request.method == "POST" else ""
    if given in ANSWERS:
        accepts, answer = given == "ACCEPT", ANSWERS[given]
        try:
            answer(booking_id=shown.pk, by=request.user, at=at)
        except DomainError as error:
            bookings.read_refusal(error, by=request.user, at=at)
            messages.error(request, str(error))
            return redirect(shown)
        if accepts:
            return redirect("partners:booked", shown.pk)
        messages.success(request, "You turned the offer down. The place goes to the next on the waiting list.")
        return redirect(shown)
    if not shown.is_offered or shown.offer.ends_at <= at:
        return redirect(shown)
    bookings.read_booking(booking_id=shown.pk, by=request.user, at=at)
    clash = queries.places_at_that_time(shown.session, shown.person).select_related("session").first()
    if clash is not None:
        bookings.read_booking(booking_id=clash.pk, by=request.user, at=at)
    is_unclear = request.method == "POST"
    context = {"booking": shown, "session": shown.session, "clash": clash, "is_unclear": is_unclear}
    return render(request, "partners/booking_offer.html", context, status=422 if is_unclear else 200)

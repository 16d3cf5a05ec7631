"""A coordinator gives a place to a colleague of who has it."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.errors import DomainError
from common.http import SignedInRequest
from partners import permissions
from partners.forms import SwapForm
from partners.models import NamedDelegate
from partners.services import bookings, swaps
from partners.views.bookings import find_booking


@require_http_methods(["GET", "HEAD", "POST"])
def booking_swap(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who gets the place instead. It is free at no moment."""
    shown = find_booking(request, pk)
    if not permissions.can_book_for_agency(request.user) or request.user.agency_id != shown.agency_id:
        raise PermissionDenied
    at = timezone.now()
    form = SwapForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            new = swaps.swap_names(
                booking_id=shown.pk,
                delegate=NamedDelegate(given["name"].strip(), given["email"].strip().lower()),
                key=given["key"],
                by=request.user,
                at=at,
                reason=given["reason"],
            )
        except DomainError as error:
            bookings.read_refusal(error, by=request.user, at=at)
            form.add_error("email", str(error))
        else:
            messages.success(request, f"{new.person.name} has the place now. Both are told by e-mail.")
            return redirect(new)
    if request.method != "POST" and not permissions.may_be_swapped(request.user, shown, at=at):
        return redirect(shown)
    bookings.read_booking(booking_id=shown.pk, by=request.user, at=at)
    context = {"booking": shown, "session": shown.session, "form": form}
    return render(request, "partners/booking_swap.html", context, status=422 if form.errors else 200)

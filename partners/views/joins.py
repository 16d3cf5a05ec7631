"""Who walked in without an account: the list, one beside the accounts that may be theirs, and undoing a join."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.http import SignedInRequest
from common.paging import KeysetPage, keyset_page
from partners import permissions
from partners.forms.joins import JoinForm, UndoJoinForm
from partners.models import Booking
from partners.queries import joins as queries
from partners.services import joins as services


@require_safe
def walk_ins(request: SignedInRequest) -> HttpResponse:
    """Walk-ins without an account, with whether there may be one now; or those that were joined. That it was read is recorded."""
    _ask_permission(request)
    at = timezone.now()
    show = "joined" if request.GET.get("show") == "joined" else ""
    cursor = request.GET.get("cursor")
    page: KeysetPage[Any]
    if show:
        page = keyset_page(queries.joined(request.user), order=queries.LAST_JOINED_FIRST, cursor=cursor)
    else:
        page = keyset_page(queries.without_account(request.user), order=queries.NEWEST_FIRST, cursor=cursor)
    services.read_walk_ins(by=request.user, at=at, count=len(page))
    possible = {} if show else services.possible_accounts(list(page), by=request.user)
    context = {
        "page": page,
        "show": show,
        "runs": permissions.can_plan(request.user),
        "lines": [(one, len(possible.get(one.pk, ()))) for one in page],
    }
    return render(request, "partners/walk_ins.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def walk_in(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One walk-in beside the accounts that may be theirs, to be confirmed by hand; and what was joined before."""
    booking = _find(request, pk)
    at = timezone.now()
    possible = services.possible_accounts([booking], by=request.user).get(booking.pk, [])
    form = JoinForm(request.POST if request.method == "POST" else None, accounts=[one.user for one in possible])
    if request.method == "POST" and form.is_valid():
        try:
            made = services.join_walk_in(booking_id=booking.pk, user=form.account, by=request.user, at=at)
            messages.success(request, f"The attendance is {made.user}'s now, with its certificate and its history.")
            return redirect("partners:walk_in", booking.pk)
        except services.CannotJoin as error:
            form.add_error(error.field, str(error))
    services.read_walk_in(booking_id=booking.pk, by=request.user, at=at)
    context = {
        "booking": booking,
        "session": booking.session,
        "possible": possible,
        "form": form,
        "joins": queries.joins_of(booking),
    }
    return render(request, "partners/walk_in.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def walk_in_undo(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say why, then give the attendance back to whom it was entered for."""
    booking = _find(request, pk)
    join = next((one for one in queries.joins_of(booking) if one.undone_at is None), None)
    if join is None:
        return redirect("partners:walk_in", booking.pk)
    form = UndoJoinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.undo_join(join_id=join.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"Undone. The attendance is that of {join.delegate} again.")
            return redirect("partners:walk_in", booking.pk)
        except services.CannotJoin as error:
            form.add_error(error.field, str(error))
    services.read_walk_in(booking_id=booking.pk, by=request.user, at=timezone.now())
    context = {"booking": booking, "session": booking.session, "join": join, "form": form}
    return render(request, "partners/walk_in_undo.html", context, status=422 if form.errors else 200)


def _ask_permission(request: SignedInRequest) -> None:
    if not permissions.can_join_walk_ins(request.user):
        raise PermissionDenied


def _find(request: SignedInRequest, pk: uuid.UUID) -> Booking:
    """403 for who joins none; 404 for what is not a walk-in of the own force."""
    _ask_permission(request)
    return get_object_or_404(queries.walk_ins_of(request.user), pk=pk)

"""The hub's desk: closing, reopening, withdrawing."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.sign_in.confirming import confirmed_recently
from common.http import READ_OR_SEND, SignedInRequest, refusal_as_message
from referrals import permissions, queries, services
from referrals.forms import CloseForm, ReopenForm, VoidForm
from referrals.models import Referral


@require_http_methods(READ_OR_SEND)
def close(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what is still open, ask why it may stay so, then close."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    if not permissions.can_close(request.user, referral):
        raise PermissionDenied
    unfinished = queries.unfinished_of(referral)
    must_end = any(one.must_end for one in unfinished)
    waiting = list(referral.shares.to_supply().select_related("agency").order_by("pk"))
    is_sent = request.method == "POST"
    left_open = unfinished and not must_end
    form = CloseForm(
        request.POST if is_sent else None, needs_reason=bool(waiting or left_open), leaves_open=bool(left_open)
    )
    if is_sent and form.is_valid():
        with refusal_as_message(request):
            services.close_referral(referral_id=referral.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"{referral} is closed.")
        return redirect(referral)
    context = {
        "referral": referral,
        "form": form,
        "waiting": waiting,
        "unfinished": unfinished,
        "must_end": must_end,
    }
    return render(request, "referrals/close.html", context, status=422 if is_sent else 200)


@require_http_methods(READ_OR_SEND)
def reopen(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take up again what was closed, with the reason."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    if not permissions.can_reopen(request.user, referral):
        raise PermissionDenied
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            services.reopen_referral(referral_id=referral.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"{referral} is open again.")
        return redirect(referral)
    context = {"referral": referral, "form": form}
    return render(request, "referrals/reopen.html", context, status=422 if form.is_bound else 200)


@require_http_methods(READ_OR_SEND)
@confirmed_recently
def void(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Withdraw what was sent twice or about the wrong person."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    if not permissions.can_void(request.user, referral):
        raise PermissionDenied
    form = VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.void_referral(referral_id=referral.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"{referral} is withdrawn.")
            return redirect(referral)
        except services.CannotVoid as refusal:
            form.add_error(None, str(refusal))
    shared_with = [share.agency for share in referral.shares.select_related("agency").order_by("shared_at", "pk")]
    context = {"referral": referral, "form": form, "shared_with": shared_with}
    return render(request, "referrals/void.html", context, status=422 if form.is_bound else 200)

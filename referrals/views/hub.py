"""The hub's desk: sharing and closing."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.http import SignedInRequest, refusal_as_message
from referrals import permissions, services
from referrals.enums import ShareState
from referrals.forms import EndShareForm, ShareForm
from referrals.models import Referral


@require_http_methods(["GET", "HEAD", "POST"])
def share(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Share with one agency, with lawful basis and reason."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    if not permissions.can_share(request.user, referral):
        raise PermissionDenied
    form = ShareForm(request.POST or None, referral=referral)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            services.share_referral(referral_id=referral.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"Shared with {form.cleaned_data['agency']}.")
        return redirect(referral)
    context = {"referral": referral, "form": form}
    return render(request, "referrals/share.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def end_share(request: SignedInRequest, pk: uuid.UUID, share_pk: uuid.UUID) -> HttpResponse:
    """Take an agency's access away, with the reason."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    if not permissions.can_share(request.user, referral):
        raise PermissionDenied
    shared = get_object_or_404(referral.shares.select_related("agency"), pk=share_pk)
    form = EndShareForm(request.POST or None)
    if shared.state == ShareState.ENDED:
        return redirect(referral)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            services.end_share(share_id=shared.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"{shared.agency} no longer sees this referral.")
        return redirect(referral)
    context = {"referral": referral, "share": shared, "form": form}
    return render(request, "referrals/end_share.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask once, then close."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    if not permissions.can_close(request.user, referral):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "referrals/close.html", {"referral": referral})
    with refusal_as_message(request):
        services.close_referral(referral_id=referral.pk, by=request.user, at=timezone.now())
        messages.success(request, f"{referral} is closed.")
    return redirect(referral)

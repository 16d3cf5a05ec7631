"""The hub's desk: closing."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.http import SignedInRequest, refusal_as_message
from referrals import permissions, services
from referrals.forms import CloseForm
from referrals.models import Referral


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask once, then close; why, where an agency still waits for what it said was missing."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    if not permissions.can_close(request.user, referral):
        raise PermissionDenied
    waiting = list(referral.shares.to_supply().select_related("agency").order_by("pk"))
    form = CloseForm(request.POST if request.method == "POST" else None, needs_reason=bool(waiting))
    if request.method != "POST" or not form.is_valid():
        context = {"referral": referral, "form": form, "waiting": waiting}
        return render(request, "referrals/close.html", context, status=422 if request.method == "POST" else 200)
    with refusal_as_message(request):
        services.close_referral(referral_id=referral.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, f"{referral} is closed.")
    return redirect(referral)

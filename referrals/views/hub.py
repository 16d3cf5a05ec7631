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
from referrals.models import Referral


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

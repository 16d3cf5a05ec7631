"""The hub records the answer of an agency of which nobody can sign in."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.http import SignedInRequest
from referrals import permissions, queries, services
from referrals.enums import ShareState
from referrals.forms import RecordAnswerForm
from referrals.models import Referral


@require_http_methods(["GET", "HEAD", "POST"])
def record_answer(request: SignedInRequest, pk: uuid.UUID, share_pk: uuid.UUID) -> HttpResponse:
    """From whom the answer came, how and when, and what it is."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    if not permissions.can_share(request.user, referral):
        raise PermissionDenied
    share = get_object_or_404(referral.shares.live().select_related("agency"), pk=share_pk)
    if share.state != ShareState.WAITING:
        # A second click of one's own is no problem to tell of.
        if share.answered_by_id != request.user.pk:
            messages.error(request, "This was answered already.")
        return redirect(referral)
    if queries.has_readers(share.agency, on=timezone.localdate()):
        messages.error(request, f"Somebody of {share.agency} can sign in, and answers there.")
        return redirect(referral)
    form = RecordAnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_answer(share_id=share.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except services.CannotAnswer as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The answer of {share.agency} is recorded.")
            return redirect(referral)
    context = {"referral": referral, "share": share, "form": form}
    return render(request, "referrals/record_answer.html", context, status=422 if request.method == "POST" else 200)

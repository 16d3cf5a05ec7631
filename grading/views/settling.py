"""Settling one incident: its reviews, and the questions for the third person."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.errors import DomainError
from common.http import SignedInRequest
from grading.forms.dip_samples import SettleForm
from grading.models import DipSample
from grading.permissions import dip_samples as permissions
from grading.queries import dip_samples as queries
from grading.services import reviews, settling


@require_http_methods(["GET", "HEAD", "POST"])
def dip_sample_settle(request: SignedInRequest, pk: uuid.UUID, sampled_pk: uuid.UUID) -> HttpResponse:
    """Settle an incident whose reviews do not give one answer; who may not, is sent away."""
    visible = DipSample.objects.visible_to(request.user)
    sampled = get_object_or_404(queries.sampled_to_read().filter(sample__in=visible), sample=pk, pk=sampled_pk)
    standing = queries.review_state(sampled, request.user, is_free=False)
    if not permissions.can_settle(request.user, sampled) or not standing.is_unsettled:
        raise PermissionDenied
    at = timezone.now()
    found = queries.forms_of(sampled.incident, user=request.user)
    form = SettleForm(request.POST if request.method == "POST" else None, found_forms=found)
    if request.method == "POST" and form.is_valid():
        try:
            settling.settle_incident(sampled_id=sampled.pk, by=request.user, at=at, **form.findings())
            messages.success(request, f"{sampled} is settled.")
            return redirect(sampled.sample)
        except DomainError as error:
            form.add_error(None, str(error))
    reviews.read_incident(sampled_id=sampled.pk, by=request.user, at=at)
    context = {
        "sample": sampled.sample,
        "sampled": sampled,
        "incident": sampled.incident,
        "found": found,
        "open_referrals": queries.open_referrals(request.user, found),
        "standing": standing,
        "form": form,
    }
    return render(request, "grading/dip_samples/dip_sample_settle.html", context, status=422 if form.errors else 200)

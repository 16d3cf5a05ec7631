"""Asks why, once an hour for one referral, before somebody reads what is not theirs to work on."""

import uuid
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.http import SignedInRequest
from referrals import services
from referrals.forms.reasons import WhyForm, in_words
from referrals.models import Referral

KEPT_FOR = timedelta(hours=1)
REASONS = "reasons"


@require_http_methods(["GET", "HEAD", "POST"])
def why(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The question; without one to ask, the referral itself."""
    visible = Referral.objects.visible_to(request.user).sent()
    referral = get_object_or_404(visible.prefetch_related("access"), pk=pk)
    if not services.asks_why_of_reading(request.user, referral):
        return redirect(referral)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        until = (timezone.now() + KEPT_FOR).isoformat()
        request.session[REASONS] = request.session.get(REASONS, {}) | {str(pk): [in_words(form.cleaned_data), until]}
        return redirect(referral)
    context = {"form": form, "referral": referral}
    return render(request, "referrals/why.html", context, status=422 if form.errors else 200)


def reason_given(request: SignedInRequest, referral: Referral) -> str:
    """What this person said within the last hour, or nothing."""
    words, until = request.session.get(REASONS, {}).get(str(referral.pk), ("", ""))
    return words if until and datetime.fromisoformat(until) > timezone.now() else ""

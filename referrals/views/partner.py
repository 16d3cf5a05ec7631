"""The receiving agency's desk: what is shared with it, and its answers."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.http import SignedInRequest, refusal_as_message
from common.paging import capped_count, keyset_page
from referrals import permissions, queries, services
from referrals.enums import ShareState
from referrals.forms import AnswerForm, SharedFilterForm, may_filter
from referrals.models import Referral


@require_safe
def shared(request: SignedInRequest) -> HttpResponse:
    """What is shared with one's agency, newest first."""
    if not permissions.can_see_shared(request.user):
        raise PermissionDenied
    form = SharedFilterForm(request.GET)
    filters = may_filter(form)
    shares = queries.shared_with(request.user, **filters)
    context = {
        "form": form,
        "filters": filters,
        "page": keyset_page(shares, order=queries.SHARED_ORDER, cursor=request.GET.get("cursor")),
        "count": capped_count(shares),
        "at": timezone.now(),
    }
    return render(request, "referrals/shared.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: SignedInRequest, pk: uuid.UUID, share_pk: uuid.UUID) -> HttpResponse:
    """Accept, reject with a reason, or say what further work is needed."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    shares = referral.shares.live().select_related("agency", "referral")
    share = get_object_or_404(shares.filter(agency=request.user.agency_id), pk=share_pk)
    if not permissions.can_answer(request.user, share):
        raise PermissionDenied
    if share.state != ShareState.WAITING:
        # A second click of one's own is no problem to tell of.
        if share.answered_by_id != request.user.pk:
            messages.error(request, "This was answered already.")
        return redirect(referral)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            services.answer_share(share_id=share.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Your answer was sent to the hub and to the person who wrote the referral.")
        return redirect(referral)
    context = {"referral": referral, "share": share, "form": form}
    return render(request, "referrals/answer.html", context, status=422 if request.method == "POST" else 200)

"""The supervisor's desk for live gaps: what is open, one of them, closing it."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import capped_count, keyset_page
from grading.forms.live_gaps import CloseLiveGapForm
from grading.models import LiveGap
from grading.permissions import live_gaps as permissions
from grading.permissions.dip_samples import can_open_incidents
from grading.queries import live_gaps as queries
from grading.services import live_gaps as services


@require_safe
def live_gaps(request: SignedInRequest) -> HttpResponse:
    """The open ones, what is due first at the top; or those that were closed."""
    if not permissions.can_see_live_gaps(request.user):
        raise PermissionDenied
    closed = request.GET.get("show") == "closed"
    found = queries.listed_gaps(request.user, closed=closed)
    order = queries.CLOSED_ORDER if closed else queries.OPEN_ORDER
    page = keyset_page(found, order=order, cursor=request.GET.get("cursor"))
    at = timezone.now()
    context = {
        "page": page,
        "lines": [(gap, gap.is_overdue(at)) for gap in page],
        "count": capped_count(found),
        "closed": closed,
    }
    return render(request, "grading/live_gaps/live_gaps.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def live_gap(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Read one, and close it. Who would give up their second review by reading it is asked first."""
    gap = _gap(request, pk)
    may_close = permissions.can_close_gap(request.user, gap)
    if request.method == "POST" and not may_close:
        raise PermissionDenied
    at = timezone.now()
    if queries.would_lose_review(gap, request.user):
        status = 422 if request.method == "POST" else 200
        return render(request, "grading/live_gaps/live_gap_unread.html", {"gap": gap}, status=status)
    form = CloseLiveGapForm(request.POST if request.method == "POST" else None)
    corrections = list(gap.corrections.in_order().select_related("corrected_by"))
    if request.method == "POST" and form.is_valid():
        try:
            services.close_live_gap(gap_id=gap.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, "The live gap is closed.")
            return redirect("grading:live_gaps")
        except DomainError as error:
            form.add_error(None, str(error))
    services.read_live_gap(gap_id=gap.pk, by=request.user, at=at)
    context = {
        "gap": gap,
        "is_overdue": gap.is_overdue(at),
        "form": form,
        "corrections": corrections,
        "is_corrected_since": gap.closed_at is not None and gap.review.reviewed_at > gap.closed_at,
        "may_close": may_close and gap.is_open,
        "may_open": can_open_incidents(request.user, gap.sampled.sample),
    }
    return render(request, "grading/live_gaps/live_gap.html", context, status=422 if form.errors else 200)


@require_POST
def live_gap_read(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Read it, though somebody else has to give the second review then."""
    gap = _gap(request, pk)
    services.read_live_gap(gap_id=gap.pk, by=request.user, at=timezone.now())
    return redirect(gap)


def _gap(request: SignedInRequest, pk: uuid.UUID) -> LiveGap:
    """A live gap that this person may see; else 404."""
    visible = LiveGap.objects.visible_to(request.user).values("pk")
    return get_object_or_404(queries.gaps_to_read().filter(pk__in=visible), pk=pk)

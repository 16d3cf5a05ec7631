"""After the decision: what the hub has still to share or close, and what it completed."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.http import SignedInRequest
from common.paging import capped_count, keyset_page
from referrals import permissions, queries
from referrals.forms import CompletedFilterForm, UnfinishedFilterForm, may_filter


@require_safe
def unfinished(request: SignedInRequest) -> HttpResponse:
    """What was decided on and is not shared or closed yet, most urgent first, with how late the sharing is."""
    if not permissions.can_see_queue(request.user):
        raise PermissionDenied
    at = timezone.now()
    form = UnfinishedFilterForm(request.GET, hub_id=request.user.agency_id, on=timezone.localdate(at))
    chosen = may_filter(form)
    left = queries.unfinished(request.user, at=at, filters=chosen)
    page = keyset_page(left, order=queries.QUEUE_ORDER, cursor=request.GET.get("cursor"))
    rows = queries.unfinished_rows(page.items, at=at)
    return render(request, "referrals/unfinished.html", _context(form, page, rows, count=capped_count(left), at=at))


@require_safe
def completed(request: SignedInRequest) -> HttpResponse:
    """What was closed, the last first."""
    if not permissions.can_see_queue(request.user):
        raise PermissionDenied
    at = timezone.now()
    form = CompletedFilterForm(request.GET, hub_id=request.user.agency_id, on=timezone.localdate(at))
    chosen = may_filter(form)
    closed = queries.completed(request.user, at=at, filters=chosen)
    page = keyset_page(closed, order=queries.COMPLETED_ORDER, cursor=request.GET.get("cursor"))
    rows = queries.unfinished_rows(page.items, at=at)
    return render(request, "referrals/completed.html", _context(form, page, rows, count=capped_count(closed), at=at))


def _context(form: Any, page: Any, rows: Any, **more: Any) -> dict[str, Any]:
    return {"form": form, "is_narrowed": bool(may_filter(form)), "page": page, "rows": rows, **more}

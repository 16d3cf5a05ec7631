"""The receiving agency's desk: what is shared with it, and its answers."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.http import SignedInRequest
from common.paging import capped_count, keyset_page
from referrals import permissions, queries
from referrals.forms import SharedFilterForm, may_filter


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

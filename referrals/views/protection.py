"""Children in police protection, the one whose 72 hours end first at the top."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.http import SignedInRequest
from common.paging import keyset_page
from referrals import permissions, queries


@require_safe
def protection(request: SignedInRequest) -> HttpResponse:
    """What the hub has open about children who may be in police protection now."""
    if not permissions.can_see_queue(request.user):
        raise PermissionDenied
    at = timezone.now()
    found = queries.protected(request.user, at=at)
    page = keyset_page(found, order=queries.PROTECTION_ORDER, cursor=request.GET.get("cursor"))
    context = {"page": page, "rows": queries.queue_rows(page.items, at=at)}
    return render(request, "referrals/protection.html", context)

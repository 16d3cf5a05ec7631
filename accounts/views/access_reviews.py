"""The quarterly review of who holds which role, for administrators."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.enums import ReviewOutcome
from accounts.models import RoleGrant
from accounts.permissions import may_administer
from accounts.services import access_reviews
from audit import services as audit
from audit.enums import Verb
from common.http import SignedInRequest, refusal_as_message
from common.paging import capped_count, keyset_page


@require_GET
def access_review(request: SignedInRequest) -> HttpResponse:
    """The roles that are to be looked at, person by person, with when each was last signed in."""
    if not may_administer(request.user):
        raise PermissionDenied
    at = timezone.now()
    before = at - timedelta(days=settings.ACCESS_REVIEW_DAYS)
    due = RoleGrant.objects.to_review(on=timezone.localdate(at), before=before).with_last_review()
    page = keyset_page(due.select_related("user__agency"), order=("user__name", "pk"), cursor=request.GET.get("cursor"))
    audit.record(verb=Verb.READ, what="access_review.listed", at=at, actor=request.user, shown=len(page))
    context = {
        "page": page,
        "count": capped_count(due),
        "days": settings.ACCESS_REVIEW_DAYS,
        "unseen_since": at - timedelta(days=settings.ACCESS_REVIEW_DAYS),
        "outcomes": ReviewOutcome,
    }
    return render(request, "accounts/access_review.html", context)


@require_POST
def access_review_say(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Still needed, or not."""
    if not may_administer(request.user):
        raise PermissionDenied
    grant = get_object_or_404(RoleGrant.objects.select_related("user"), pk=pk)
    said = request.POST.get("outcome", "")
    if said not in ReviewOutcome.values:
        messages.error(request, "Choose whether the role is still needed.")
        return redirect("access_review")
    with refusal_as_message(request):
        access_reviews.review_grant(grant_id=grant.pk, outcome=ReviewOutcome(said), by=request.user, at=timezone.now())
        is_kept = said == ReviewOutcome.KEPT
        messages.success(
            request, f"{grant.get_role_display()}, {grant.user.name}: {'still needed' if is_kept else 'ended today'}."
        )
    return redirect("access_review")

"""The versions of the threshold document."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.errors import DomainError
from common.http import SignedInRequest
from referrals import permissions, queries, services
from referrals.forms import ThresholdDocumentForm


@require_http_methods(["GET", "HEAD", "POST"])
def thresholds(request: SignedInRequest) -> HttpResponse:
    """Which document counts where and from when, for everybody of the hub; supervisors add versions."""
    if not permissions.can_see_queue(request.user):
        raise PermissionDenied
    may_add = permissions.can_keep_thresholds(request.user)
    form = ThresholdDocumentForm(request.POST if request.method == "POST" else None) if may_add else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            try:
                services.add_threshold_document(by=request.user, at=timezone.now(), **form.cleaned_data)
                return redirect("referrals:thresholds")
            except DomainError as error:
                form.add_error(None, str(error))
    context = {"form": form, "documents": queries.threshold_documents(), "today": timezone.localdate()}
    return render(request, "referrals/thresholds.html", context, status=422 if request.method == "POST" else 200)

"""A person's own views of the queue."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from common.http import SignedInRequest, refusal_as_message
from referrals import permissions, services
from referrals.forms import SaveViewForm
from referrals.models import SavedView
from referrals.views.queue import filters_in, form_of, queue_address


@require_http_methods(["GET", "HEAD", "POST"])
def queue_views(request: SignedInRequest) -> HttpResponse:
    """The views that this person saved, and a name for the filters that the address brings."""
    if not permissions.can_see_queue(request.user):
        raise PermissionDenied
    at = timezone.now()
    asked = form_of(request, at=at)
    filters, words = filters_in(asked)
    form = SaveViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            view = services.save_view(filters=filters, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, f"Your view “{view}” is saved.")
        return redirect("referrals:queue_views")
    views = list(SavedView.objects.of(request.user).order_by("name", "pk"))
    context = {
        "form": form,
        "filters": filters,
        "words": [text for _, text in words],
        "views": views,
        "opens_with": next((view for view in views if view.is_default), None),
        "back": queue_address(request),
    }
    return render(request, "referrals/queue_views.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def queue_view_open(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Open the queue with this view from now on, or with everything again."""
    view = get_object_or_404(SavedView.objects.of(request.user), pk=pk)
    services.open_queue_with(view_id=None if "everything" in request.POST else view.pk, by=request.user)
    return redirect("referrals:queue_views")


@require_POST
def queue_view_remove(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Forget one of one's own views."""
    get_object_or_404(SavedView.objects.of(request.user), pk=pk)
    services.remove_view(view_id=pk, by=request.user)
    return redirect("referrals:queue_views")

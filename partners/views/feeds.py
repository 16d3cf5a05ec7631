"""A trainer's calendar address: shown once when it is made, renewed, ended."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from common.http import SignedInRequest
from partners import permissions
from partners.models import CalendarFeed
from partners.services import feeds as services


@require_http_methods(["GET", "HEAD", "POST"])
def feed(request: SignedInRequest) -> HttpResponse:
    """Whether there is an address; after the button, the new one, this once."""
    if not permissions.can_plan(request.user):
        raise PermissionDenied
    address = ""
    if request.method == "POST":
        token = services.renew_feed(by=request.user, at=timezone.now())
        address = f"{settings.SITE_URL}{reverse('partners:feed_read', args=[token])}"
    context = {"address": address, "feed": CalendarFeed.objects.filter(user=request.user).first()}
    return render(request, "partners/feed.html", context)


@require_POST
def feed_end(request: SignedInRequest) -> HttpResponse:
    """End it: calendars that read it get nothing more."""
    if not permissions.can_plan(request.user):
        raise PermissionDenied
    services.end_feed(by=request.user, at=timezone.now())
    messages.success(request, "The address has ended. Calendars that read it get nothing more.")
    return redirect("partners:feed")

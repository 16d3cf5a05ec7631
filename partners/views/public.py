"""What needs no sign-in: the public list of sessions, and a trainer's own calendar under its secret address."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.throttle import asks_too_often
from partners.notifications.feed import FEED_NAME
from partners.queries.public import public_sessions
from partners.services import feeds


@login_not_required
@require_safe
def sessions_public(request: HttpRequest) -> HttpResponse:
    """Which sessions there are, for people of agencies who have no account yet."""
    if asks_too_often(request, purpose="public-sessions", most=settings.PUBLIC_PAGES_A_MINUTE):
        return render(request, "429.html", status=429)
    return render(request, "partners/sessions_public.html", {"sessions": public_sessions(at=timezone.now())})


@login_not_required
@require_safe
def feed_read(request: HttpRequest, token: str) -> HttpResponse:
    """One trainer's sessions, for their calendar. An address that is wrong, old or ended is not there."""
    if asks_too_often(request, purpose="feed", most=settings.PUBLIC_PAGES_A_MINUTE):
        return HttpResponse(status=429, content_type="text/plain")
    try:
        calendar = feeds.read_feed(token=token, at=timezone.now())
    except feeds.NoSuchFeed as error:
        raise Http404 from error
    return HttpResponse(
        calendar,
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": f'inline; filename="{FEED_NAME}"',
            "Cache-Control": "no-store, private",
            "Referrer-Policy": "no-referrer",
            "X-Robots-Tag": "noindex",
        },
    )

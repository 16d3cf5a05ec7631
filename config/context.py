"""What every page shows around its content."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.middleware import seconds_left
from config.navigation import navigation_for

# How long before somebody has to sign in again every page says so, with and without scripts.
SAID_BEFORE_SECONDS = 15 * 60


def _emergency_access(request: HttpRequest) -> dict[str, Any] | None:
    """The restricted referral that this session has open in an emergency; asks the database nothing."""
    kept = request.session.get("emergency_access") if hasattr(request, "session") else None
    if not kept:
        return None
    until = datetime.fromisoformat(kept["until"])
    return {**kept, "until": until} if until > timezone.now() else None


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Names, marking and navigation for templates/base.html."""
    user = getattr(request, "user", None)
    is_signed_in = user is not None and user.is_authenticated
    left = seconds_left(request) if is_signed_in else 0
    return {
        "force_name": settings.FORCE_NAME,
        "service_name": settings.SERVICE_NAME,
        "classification": settings.CLASSIFICATION,
        "is_demonstration": settings.IS_DEMONSTRATION,
        "session_seconds": settings.SESSION_COOKIE_AGE,
        "emergency_access": _emergency_access(request),
        "session_seconds_left": int(left),
        "session_ends_at": timezone.now() + timedelta(seconds=left) if 0 < left < SAID_BEFORE_SECONDS else None,
        "session_longest_hours": settings.SESSION_LONGEST_SECONDS // 3600,
        "navigation": navigation_for(user, request.path) if user is not None and user.is_authenticated else None,
    }

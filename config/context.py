"""What every page shows around its content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from config.navigation import navigation_for


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Names, marking and navigation for templates/base.html."""
    user = getattr(request, "user", None)
    return {
        "force_name": settings.FORCE_NAME,
        "service_name": settings.SERVICE_NAME,
        "classification": settings.CLASSIFICATION,
        "is_demonstration": settings.IS_DEMONSTRATION,
        "session_seconds": settings.SESSION_COOKIE_AGE,
        "navigation": navigation_for(user, request.path) if user is not None and user.is_authenticated else None,
    }

"""Where GOV.UK Notify says what became of a message."""

import hmac
import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mail.services.bounces import note_notify_status


@login_not_required
@csrf_exempt
@require_POST
def notify_callback(request: HttpRequest) -> HttpResponse:
    """Marks what Notify could not deliver. Calling it twice does no harm, and what it says of unknown messages is left alone."""
    token = settings.NOTIFY_CALLBACK_TOKEN
    given = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    try:
        said = json.loads(request.body)
        reference, status, called = said["reference"], said["status"], said.get("id", "")
    except (ValueError, KeyError, TypeError):
        return HttpResponse("The body must be JSON with reference and status.", status=400, content_type="text/plain")
    note_notify_status(reference=str(reference), status=str(status), called=str(called), at=timezone.now())
    return HttpResponse(status=204)

"""Pages that save by themselves (static/js/autosave.js): what they send, and what they are answered."""

from datetime import datetime

from django.http import JsonResponse
from django.utils import timezone

from common.clock import LONDON
from common.http import SignedInRequest


def is_autosave(request: SignedInRequest) -> bool:
    """Whether the page saves by itself, and wants an answer for its script."""
    return request.POST.get("autosave") == "1"


def autosaved(*, version: int, at: datetime) -> JsonResponse:
    """What the page goes on with: the version that it has read now, and when that was saved."""
    return JsonResponse({"version": version, "saved_at": f"{timezone.localtime(at, LONDON):%H:%M}"})


def not_autosaved(problem: str, *, status: int) -> JsonResponse:
    """Why nothing was saved; 409 where it was changed somewhere else."""
    return JsonResponse({"problem": problem}, status=status)


def version_sent(request: SignedInRequest) -> int:
    """The version at which the page was opened; 0, at which nothing was, for a page that lost it."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else 0

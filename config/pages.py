"""Pages that belong to the service as a whole, and the pages for when something is wrong."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.middleware import send_again, shows_words_again, texts_of, typed_fields
from accounts.services.security_events import record_stopped
from accounts.sign_in.addresses import address_of
from common.problems import problem_response

API = "/api/"


@login_not_required
def show(request: HttpRequest, page: str) -> HttpResponse:
    """Help, accessibility statement and privacy notice: open to anyone, filled from settings."""
    return render(request, f"pages/{page}.html")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem_response(400) if request.path.startswith(API) else render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return problem_response(403)
    return render(request, "403.html", {"texts": _typed(request)}, status=403)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token has gone comes back with what was typed, to send again; one from elsewhere is refused.

    Never on the pages of signing in and of the administration: nothing shows a password again.
    """
    is_ours = reason.startswith("CSRF token from POST")
    if is_ours and request.method == "POST" and shows_words_again(request.path):
        return send_again(request, typed_fields(request), was_signed_out=False, status=403)
    return render(request, "403_form.html", status=403)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Whoever asks too often; on the pages of signing in it stands in the access log, once in a while."""
    if request.path.startswith(reverse("account")):
        address = address_of(request)
        record_stopped(what="sign_in.stopped", about=request.path, email="", at=timezone.now(), address=address)
    return render(request, "429.html", status=429)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return problem_response(404)
    return render(request, "404.html", {"texts": _typed(request)}, status=404)


def broken(request: HttpRequest) -> HttpResponse:
    return problem_response(500) if request.path.startswith(API) else render(request, "500.html", status=500)


def _typed(request: HttpRequest) -> list[str]:
    """What somebody wrote for a page that has gone meanwhile, or that they may no longer change: to copy from."""
    user = getattr(request, "user", None)
    if request.method != "POST" or user is None or not user.is_authenticated or not shows_words_again(request.path):
        return []
    return texts_of(typed_fields(request))

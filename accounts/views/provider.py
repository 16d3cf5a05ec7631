"""To the force's own sign-in and back."""

import secrets
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods


def to_provider(adapter_of: Any) -> Any:
    """The page before the provider, and the way to it, with these checks. `adapter_of` comes from above: views know no checks."""

    @never_cache
    @login_not_required
    @require_http_methods(["GET", "HEAD", "POST"])
    def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
        provider = _provider(request, adapter_of, provider_id)
        confirms = bool(request.user.is_authenticated)
        to = get_next_redirect_url(request)
        if request.method != "POST":
            context = {"provider": provider, "confirms": confirms, "to": to}
            return render(request, "socialaccount/login.html", context)
        nonce = secrets.token_urlsafe(24)
        asked = {**provider.get_auth_params(), "nonce": nonce}
        if confirms:
            asked |= {"prompt": "login", "max_age": "0"}
        response: HttpResponse = provider.redirect(
            request,
            AuthProcess.REDIRECT if confirms else AuthProcess.LOGIN,
            next_url=to,
            auth_params=asked,
            nonce=nonce,
            confirms=confirms,
        )
        return response

    return begin


def from_provider(adapter_of: Any) -> Any:
    """Where the provider sends people back to."""

    @never_cache
    @login_not_required
    @require_GET
    def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
        _provider(request, adapter_of, provider_id)
        response: HttpResponse = OAuth2CallbackView.adapter_view(adapter_of(request, provider_id))(request)
        return response

    return come_back


@login_not_required
def given_up(request: HttpRequest) -> HttpResponse:
    """Somebody pressed Cancel at the provider."""
    return render(request, "socialaccount/login_cancelled.html")


def _provider(request: HttpRequest, adapter_of: Any, provider_id: str) -> Any:
    try:
        return adapter_of(request, provider_id).get_provider()
    except SocialApp.DoesNotExist as error:
        raise Http404 from error

"""What is asked of a signed-in person at every request, whatever page it is."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve

from accounts.models import User

OPEN_TO_ALL = ("mfa_", "account_logout", "account_reauthenticate")


class CurrentAccessMiddleware:
    """A leaver is out at the next request; who sees other agencies' data sets up a second factor first (where required)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            if user.agency_id is None and not user.is_superuser:
                logout(request)
                return redirect(settings.LOGIN_URL)
            if settings.REQUIRE_SECOND_FACTOR and self._must_set_up_second_factor(request, user):
                messages.info(request, "Your role sees other agencies' information, so set up two-step sign-in first.")
                return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _must_set_up_second_factor(self, request: HttpRequest, user: User) -> bool:
        name = resolve(request.path_info).url_name or ""
        if name.startswith(OPEN_TO_ALL) or request.path_info.startswith(settings.STATIC_URL):
            return False
        return (user.is_superuser or user.sees_other_agencies()) and not is_mfa_enabled(user)

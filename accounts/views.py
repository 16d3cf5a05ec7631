"""A person's own account page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.roles import ROLES


def account(request: HttpRequest) -> HttpResponse:
    """Who the service thinks you are: agency, team, roles in words, two-step sign-in."""
    roles = [ROLES[code] for code in sorted(request.user.roles_on(timezone.localdate()))]  # type: ignore[union-attr]
    return render(
        request, "accounts/account.html", {"roles": roles, "second_factor_required": settings.REQUIRE_SECOND_FACTOR}
    )

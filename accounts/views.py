"""A person's own account page, and staying signed in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.roles import ROLES


def account(request: HttpRequest) -> HttpResponse:
    """Who the service thinks you are: agency, team, roles in words, two-step sign-in."""
    roles = [ROLES[code] for code in sorted(request.user.roles_on(timezone.localdate()))]  # type: ignore[union-attr]
    return render(
        request, "accounts/account.html", {"roles": roles, "second_factor_required": settings.REQUIRE_SECOND_FACTOR}
    )


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Whoever asks stays signed in for as long again: the script of the warning, or a person whose script did not run."""
    request.session["renewed_at"] = timezone.now().timestamp()
    if request.headers.get("X-Requested-With") == "session":
        return HttpResponse(status=204)
    return redirect("home")

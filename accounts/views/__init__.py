"""A person's own account page, and staying signed in."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts import services
from accounts.enums import Permission
from accounts.roles import ROLES
from common.http import SignedInRequest


def account(request: SignedInRequest) -> HttpResponse:
    """Who the service thinks you are: agency, team, roles in words, two-step sign-in."""
    roles = [ROLES[code] for code in sorted(request.user.roles_on(timezone.localdate()))]
    context = {
        "roles": roles,
        "second_factor_required": settings.REQUIRE_SECOND_FACTOR,
        "may_grade": request.user.may(Permission.GRADE, Permission.RUN_GRADING),
    }
    return render(request, "accounts/account.html", context)


@require_POST
def keys(request: SignedInRequest) -> HttpResponse:
    """Turn the keys of the grading desk on or off."""
    is_on = request.POST.get("keys") == "on"
    services.set_keyboard_shortcuts(by=request.user, on=is_on)
    messages.success(request, f"The keys 1 to 4 are turned {'on' if is_on else 'off'}.")
    return redirect("account")


@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """Whoever asks stays signed in for as long again: the script of the warning, or a person whose script did not run."""
    request.session["renewed_at"] = timezone.now().timestamp()
    if request.headers.get("X-Requested-With") == "session":
        return HttpResponse(status=204)
    return redirect("home")

"""A person's own account page, and staying signed in."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts import services
from accounts.enums import Permission
from accounts.models import RoleGrant
from accounts.permissions import may_see_holders
from accounts.roles import ROLES
from audit import services as audit
from audit.enums import Verb
from common.http import SignedInRequest
from common.paging import keyset_page

HOLDERS_ORDER = ("user__name", "pk")


def account(request: SignedInRequest) -> HttpResponse:
    """Who the service thinks you are: agency, team, roles in words, two-step sign-in."""
    roles = [ROLES[code] for code in sorted(request.user.roles_on(timezone.localdate()))]
    context = {
        "roles": roles,
        "second_factor_required": settings.REQUIRE_SECOND_FACTOR,
        "may_know_people": request.user.may(
            Permission.WRITE_PPN,
            Permission.WRITE_CPI,
            Permission.SEE_TEAM_REFERRALS,
            Permission.SEE_HUB_REFERRALS,
            Permission.SEE_SHARED_REFERRALS,
        ),
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


@require_safe
def roles(request: SignedInRequest) -> HttpResponse:
    """What each role may do, from the file that the service itself goes by; one's own are marked."""
    held = request.user.roles_on(timezone.localdate())
    rows = [
        {"role": role, "is_mine": role.code in held, "allows": [one.label for one in Permission if one in role.allows]}
        for role in ROLES.values()
    ]
    return render(request, "accounts/roles.html", {"rows": rows, "may_see_holders": may_see_holders(request.user)})


@require_safe
def role_holders(request: SignedInRequest, code: str) -> HttpResponse:
    """Who holds a role today, for who keeps roles and who watches over them."""
    if not may_see_holders(request.user):
        raise PermissionDenied
    if code not in ROLES:
        raise Http404
    at = timezone.now()
    # `current` leaves out roles that do not count for this agency; an account that is closed holds none.
    grants = RoleGrant.objects.current(on=timezone.localdate()).filter(role=code, user__is_active=True)
    shown = grants.select_related("user__agency", "user__team", "granted_by")
    page = keyset_page(shown, order=HOLDERS_ORDER, cursor=request.GET.get("cursor"))
    audit.record(verb=Verb.READ, what="role.holders_read", at=at, actor=request.user, role=code)
    return render(request, "accounts/role_holders.html", {"role": ROLES[code], "page": page})

"""The versions of the rules for cumulative harm."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.errors import DomainError
from common.http import SignedInRequest
from referrals import permissions, queries, services
from referrals.enums import FIRST_CUMULATIVE_RULES
from referrals.forms import HarmRulesForm


@require_http_methods(["GET", "HEAD", "POST"])
def harm_rules(request: SignedInRequest) -> HttpResponse:
    """By which rules the hub speaks of cumulative harm, and from when, for everybody of the hub; supervisors add versions."""
    if not permissions.can_see_queue(request.user):
        raise PermissionDenied
    today = timezone.localdate()
    hub = request.user.agency_id
    in_force = queries.rules_in_force(hub, on=today)
    may_add = permissions.can_keep_thresholds(request.user)
    given = request.POST if request.method == "POST" else None
    form = HarmRulesForm(given, current=in_force.rules) if may_add else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            try:
                services.add_harm_rules(by=request.user, at=timezone.now(), **form.cleaned_data)
                messages.success(
                    request, "The rules are set. Everybody of the hub sees by which version a pattern is told."
                )
                return redirect("referrals:harm_rules")
            except DomainError as error:
                form.add_error(None, str(error))
    context = {
        "form": form,
        "in_force": in_force,
        "versions": queries.harm_rules_of(hub),
        "first": FIRST_CUMULATIVE_RULES,
        "today": today,
    }
    return render(request, "referrals/harm_rules.html", context, status=422 if request.method == "POST" else 200)

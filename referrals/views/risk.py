"""The hub sets the risk level that counts, and everybody who may read it sees how it came to be."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.http import SignedInRequest
from referrals import permissions, queries, services
from referrals.enums import Move
from referrals.forms import RiskLevelForm
from referrals.models import Referral


@require_http_methods(["GET", "HEAD", "POST"])
def set_risk(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Another level, with the reason and the words for who wrote it."""
    visible = Referral.objects.visible_to(request.user).sent().select_related("ppn", "author")
    referral = get_object_or_404(visible.prefetch_related("access"), pk=pk)
    if Move.SET_RISK not in permissions.moves_open_to(request.user, referral):
        raise PermissionDenied
    form = RiskLevelForm(request.POST if request.method == "POST" else None, referral=referral)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_risk(referral_id=referral.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        except services.CannotSetRisk as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The risk level is set, and who wrote it has been told.")
            return redirect(referral)
    audit.record(verb=Verb.READ, what="referral.read", at=timezone.now(), actor=request.user, subject=referral)
    context = {"referral": referral, "form": form, "risk_changes": queries.risk_changes_of(referral)}
    return render(request, "referrals/set_risk.html", context, status=422 if request.method == "POST" else 200)


def risk_panel(user: User, referral: Referral) -> dict[str, Any]:
    """What the page of a referral says of its level: to the writer, the writer's supervisors and the hub."""
    sees_reasons = permissions.sees_casework(user, referral) or permissions.sees_as_team(user, referral)
    if not sees_reasons and not permissions.is_writer(user, referral):
        return {"risk_changes": []}
    return {"risk_changes": queries.risk_changes_of(referral), "sees_risk_reasons": sees_reasons}

"""Deputies: who signs in whose place while they are away."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import keyset_page
from common.templatetags.dates import day
from training import permissions
from training.forms.delegations import DeputyForm
from training.queries import delegations as queries
from training.services import delegations as services
from training.views.frame import show, show_form


@require_safe
def delegations(request: SignedInRequest) -> HttpResponse:
    """When oneself is away or stands in; for trainers and who leads a team, theirs too, whose reading is recorded."""
    user = request.user
    if not permissions.can_name_deputies_at_all(user):
        raise PermissionDenied
    at = timezone.now()
    today = london_day(at)
    page = keyset_page(queries.in_charge_of(user), order=("-starts_on", "-pk"), cursor=request.GET.get("cursor"))
    if page:
        audit.record(verb=Verb.READ, what="training.deputies_listed", at=at, actor=user, deputies=len(page))
    context = {
        "own": list(queries.own(user, on=today)),
        "page": page,
        "in_charge": permissions.can_see_people(user),
        "has_sign_offs": permissions.can_sign_at_all(user) or permissions.can_run_training(user),
        "today": today,
    }
    return show(request, "delegations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def delegation_new(request: SignedInRequest) -> HttpResponse:
    """Name a deputy: for oneself, for the team, or as a trainer for anybody of the agency."""
    user = request.user
    if not permissions.can_name_deputies_at_all(user):
        raise PermissionDenied
    at = timezone.now()
    today = london_day(at)
    signing = queries.signers(user, permissions.SIGNING_PERMISSIONS, on=today)
    places = [
        (person, role)
        for role, people in signing.items()
        for person in people
        if permissions.can_name_deputy_for(user, person)
    ]
    form = DeputyForm(
        request.POST if request.method == "POST" else None,
        places=sorted(places, key=lambda place: place[0].pk != user.pk),
        deputies=queries.roles_by_person(signing),
        user=user,
        today=today,
    )
    if request.method == "POST" and form.is_valid():
        try:
            named = services.name_deputy(by=user, at=at, **form.delegation())
            until = f"from {day(named.starts_on)} to {day(named.last_day)}"
            messages.success(request, f"{named.deputy} signs in the place of {named.absent} {until}.")
            return redirect("training:delegations")
        except DomainError as error:
            form.add_error(None, str(error))
    return show_form(
        request,
        form,
        "Name a deputy",
        button="Name the deputy",
        back="training:delegations",
        words="The deputy signs with their own name. Both names stand on the record. Nobody asks why somebody is away.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def delegation_end(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """End it before its last day, or say no as the deputy."""
    delegation = get_object_or_404(queries.delegations_to_read().of(request.user), pk=pk)
    if not permissions.can_end_delegation(request.user, delegation):
        raise PermissionDenied
    if request.method == "POST":
        try:
            services.end_delegation(delegation_id=delegation.pk, by=request.user, at=timezone.now())
            messages.success(request, f"{delegation.deputy} no longer signs in the place of {delegation.absent}.")
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("training:delegations")
    role = delegation.get_role_display().lower()
    return show_form(
        request,
        None,
        "Say no" if delegation.deputy_id == request.user.pk else "End it now",
        button="Say no" if delegation.deputy_id == request.user.pk else "End it now",
        back="training:delegations",
        caption=f"{delegation.deputy} in the place of {delegation.absent}, {role}",
        words=f"From now on {delegation.absent} is asked again. What was signed until now stays.",
    )

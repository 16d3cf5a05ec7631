"""Who has to catch up, and how many have been trained."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Team
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import keyset_page
from training import permissions
from training.forms.sessions import CatchUpFilterForm, CatchUpForm
from training.models import Programme
from training.queries import coverage as queries
from training.queries import programmes
from training.queries.prerequisites import NotInOrder
from training.services.training_sessions import add_to_session
from training.views.frame import show
from training.views.programmes import trainers_only

WORDS = {
    "all": "everybody",
    "trained": "who has been trained",
    "missed": "who has to catch up",
    "to_come": "whose sessions are still to come",
}


@require_http_methods(["GET", "HEAD", "POST"])
def catch_up(request: SignedInRequest) -> HttpResponse:
    """Who has missed a module, and the next sessions of it: ticked and added in one step. Looking is recorded."""
    trainers_only(request)
    at = timezone.now()
    cohorts = list(programmes.cohorts_of(request.user))
    cohort = next((one for one in cohorts if str(one.pk) == request.GET.get("cohort")), None)
    members = programmes.members_of(request.user, cohort=cohort)
    modules = programmes.modules_to_catch_up(members)
    module = next((one for one in modules if str(one.module.pk) == request.GET.get("module")), None)
    module = module or (modules[0] if modules else None)
    titles = [(str(one.module.pk), f"{one.module} ({one.count})") for one in modules]
    chosen = {"module": str(module.module.pk) if module else "", "cohort": str(cohort.pk) if cohort else ""}
    context: dict[str, Any] = {
        "filter": CatchUpFilterForm(chosen, modules=titles, cohorts=cohorts),
        "module": module,
        "cohort": cohort,
        "has_modules": bool(modules),
    }
    if module is None:
        return show(request, "catch_up.html", context)
    people = list(programmes.to_catch_up(members, module_id=module.module.pk, at=at).order_by("person__name", "pk"))
    sessions = programmes.sessions_to_join(request.user, module_id=module.module.pk, at=at)
    form = CatchUpForm(request.POST if request.method == "POST" else None, members=people, sessions=sessions)
    if request.method == "POST" and form.is_valid():
        try:
            new = add_to_session(by=request.user, at=at, **form.answers())
            messages.success(request, f"{new} added to the session. They are told by e-mail.")
            return redirect("training:session", form.cleaned_data["session"])
        except NotInOrder as error:
            form.warn(error)
        except DomainError as error:
            form.add_error(None, str(error))
    audit.record(verb=Verb.READ, what="training.catch_up_listed", at=at, actor=request.user, people=len(people))
    context |= {"form": form, "people": people, "sessions": sessions}
    return show(request, "catch_up.html", context, status=422 if form.errors else 200)


@require_safe
def coverage(request: SignedInRequest) -> HttpResponse:
    """How many of each programme and department have been trained. Numbers lead trainers to the people they count."""
    if not permissions.can_see_coverage(request.user):
        raise PermissionDenied
    context = {
        "programmes": queries.coverage(request.user),
        "with_names": permissions.can_run_training(request.user),
    }
    return show(request, "coverage.html", context)


@require_safe
def coverage_people(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The people behind one number of the table; looking is recorded."""
    trainers_only(request)
    programme = get_object_or_404(Programme.objects.of(request.user), pk=pk)
    standing, team = request.GET.get("standing", "all"), request.GET.get("team", "")
    found = None
    if team not in ("", queries.NOBODY):
        found = next((one for one in Team.objects.filter(agency=request.user.agency_id) if str(one.pk) == team), None)
        if found is None:
            raise Http404
    if standing not in WORDS:
        raise Http404
    people = queries.people_counted(request.user, programme=programme, team=team, standing=standing)
    page = keyset_page(people, order=("person__name", "pk"), cursor=request.GET.get("cursor"))
    audit.record(
        verb=Verb.READ,
        what="training.coverage_people_listed",
        at=timezone.now(),
        actor=request.user,
        subject=programme,
        people=len(page),
    )
    context = {
        "programme": programme,
        "team": found or (queries.NO_TEAM if team else None),
        "words": WORDS[standing],
        "page": page,
        "back": reverse("training:coverage"),
    }
    return show(request, "coverage_people.html", context)

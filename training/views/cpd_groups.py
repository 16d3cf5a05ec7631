"""One event in the CPD log of many people."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest
from common.row_reports import RowVerdict
from training import permissions
from training.forms.cpd_groups import GroupCpdForm
from training.forms.filters import TeamForm
from training.models import CpdEvent
from training.queries import people as queries
from training.queries.named_people import people_named
from training.services import cpd_groups as services
from training.views.frame import show


@require_http_methods(["GET", "HEAD", "POST"])
def cpd_group(request: SignedInRequest) -> HttpResponse:
    """Enter one event for the people that are ticked and listed. Lines that name nobody are shown before anything is logged."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    at = timezone.now()
    today = london_day(at)
    teams = queries.teams_seen_by(request.user)
    team = next((one for one in teams if str(one.pk) == request.GET.get("team", "")), None)
    people = User.objects.filter(team=team, is_active=True).order_by("name", "pk") if team is not None else ()
    form = GroupCpdForm(
        request.POST if request.method == "POST" else None,
        today=today,
        people=people,
        initial={"done_on": today, "trainer": request.user.name},
    )
    lines = []
    if request.method == "POST" and form.is_valid():
        lines = people_named(form.cleaned_data["listed"], agency_id=request.user.agency_id)
        if unknown := sum(line.person is None for line in lines) if "go_on" not in request.POST else 0:
            form.add_error("listed", f"{unknown} line{' names' if unknown == 1 else 's name'} nobody new. See below.")
        else:
            group = [*form.ticked(), *(line.person for line in lines if line.person)]
            try:
                logged = services.log_cpd_for_group(people=group, by=request.user, at=at, **form.event())
                _tell(request, logged, not_found=sum(line.person is None for line in lines))
                return redirect(logged.event)
            except DomainError as error:
                form.refused(error)
    context = {
        "form": form,
        "team": team,
        "team_form": TeamForm({"team": team.pk if team else ""}, teams=teams),
        "lines": lines,
        "found": len(
            {one.pk for one in (*(form.ticked() if lines else ()), *(line.person for line in lines if line.person))}
        ),
    }
    return show(request, "cpd_group.html", context, status=422 if form.errors else 200)


@require_safe
def cpd_event(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """An event, and who has it in their log; looking is recorded."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    event = get_object_or_404(CpdEvent.objects.select_related("logged_by"), pk=pk, agency=request.user.agency_id)
    entries = event.entries.select_related("person__team").order_by("person__name", "pk")
    audit.record(verb=Verb.READ, what="training.cpd_event_read", at=timezone.now(), actor=request.user, subject=event)
    return show(request, "cpd_event.html", {"event": event, "entries": entries})


def _tell(request: SignedInRequest, logged: services.LoggedForGroup, *, not_found: int) -> None:
    taken, there = logged.count(RowVerdict.TAKEN), logged.count(RowVerdict.ALREADY_THERE)
    refused = logged.count(RowVerdict.REFUSED) + not_found
    messages.success(request, f"Logged for: {taken}. Had it already: {there}. Not logged: {refused}.")
    for row in logged.rows:
        if row.message:
            messages.error(request, f"{row.person}: {row.message}")

"""A group at its table: the sheets that it has been given, what it decides on each, and its strategy meeting."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import DomainError
from common.http import SignedInRequest
from training.enums import RunMove, next_run_state
from training.forms.exercises import DecisionForm, MeetingForm
from training.models import RunGroup
from training.models.exercise_runs import MOST_ACTIONS
from training.queries import exercises as queries
from training.services import exercise_runs as services
from training.views.exercise_runs import note_reading
from training.views.frame import show


@require_safe
def run_group(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Its own group for a member, every group for who leads the run, and all of the run from the debrief on."""
    group = _find(request, pk)
    members = list(group.members.select_related("person").order_by("added_at", "person__name", "pk"))
    own = next((one for one in members if one.person_id == request.user.pk), None)
    if own is None:
        note_reading(request, group.run)
    context = {
        "group": group,
        "run": group.run,
        "members": members,
        "guests": list(group.guests.order_by("agency_name", "name", "pk")),
        "own": own,
        "sheets": queries.sheets_of(group),
        "meetings": queries.meetings_of(group),
        "may_decide": own is not None and next_run_state(RunMove.DECIDE, group.run.state) is not None,
        "may_record": own is not None and next_run_state(RunMove.WRITE, group.run.state) is not None,
    }
    return show(request, "exercise_group.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def group_decide(request: SignedInRequest, pk: uuid.UUID, inject_pk: uuid.UUID) -> HttpResponse:
    """Decide on a sheet that is out. One that is not does not exist."""
    group = _find_own(request, pk)
    release = get_object_or_404(group.run.releases.select_related("inject"), inject=inject_pk)
    if request.method != "POST" and next_run_state(RunMove.DECIDE, group.run.state) is None:
        return redirect(group)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_decision(
                group_id=group.pk, inject_id=inject_pk, by=request.user, at=timezone.now(), **form.decision()
            )
            messages.success(request, "Your decision is kept.")
            return redirect(group)
        except services.TooFewReasons as error:
            form.add_error("reasons", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    last = group.decisions.filter(inject=inject_pk).select_related("written_by").order_by("-number").first()
    context = {"form": form, "group": group, "run": group.run, "inject": release.inject, "last": last}
    return show(request, "exercise_decide.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def group_meeting(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Record the group's strategy meeting. A next version begins with what the last one says."""
    group = _find_own(request, pk)
    if request.method != "POST" and next_run_state(RunMove.WRITE, group.run.state) is None:
        return redirect(group)
    form = MeetingForm(request.POST if request.method == "POST" else None, initial=_last_words(group))
    if request.method == "POST" and form.is_valid():
        try:
            services.record_meeting(group_id=group.pk, words=form.words(), by=request.user, at=timezone.now())
            messages.success(request, "The record of your meeting is kept.")
            return redirect(group)
        except services.TooFewReasonsOfMeeting as error:
            form.add_error("reasons", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"form": form, "group": group, "run": group.run}
    return show(request, "exercise_meeting.html", context, status=422 if form.errors else 200)


def _find(request: SignedInRequest, pk: uuid.UUID) -> RunGroup:
    """A group that this person may look at; for everybody else it does not exist."""
    seen = RunGroup.objects.visible_to(request.user).select_related("run__exercise", "run__facilitator")
    return get_object_or_404(seen, pk=pk)


def _find_own(request: SignedInRequest, pk: uuid.UUID) -> RunGroup:
    """One's own group: 403 for who may look at it alone."""
    group = _find(request, pk)
    if not group.members.filter(person=request.user).exists():
        raise PermissionDenied
    return group


def _last_words(group: RunGroup) -> dict[str, str]:
    last = next(iter(queries.meetings_of(group)), None)
    if last is None:
        return {}
    words = {name: getattr(last, name) for name in ("shared", "outcome", "reasons", "disagreed")}
    for number, action in enumerate(last.actions.all()[:MOST_ACTIONS], start=1):
        words |= {f"{name}_{number}": getattr(action, name) for name in ("what", "owner", "due")}
    return words

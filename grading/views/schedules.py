"""The plan of reports: the list, a new schedule, and the moves of each."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest, refusal_as_message
from grading.enums import ScheduleMove
from grading.forms.schedules import ScheduleForm, answers_of
from grading.models import ReportSchedule
from grading.permissions import schedules as permissions
from grading.queries.reports import possible_readers
from grading.services import schedules as services


@require_safe
def schedules(request: SignedInRequest) -> HttpResponse:
    """Every schedule of the force, with its next three runs on the clock in London."""
    if not permissions.can_plan_reports(request.user):
        raise PermissionDenied
    listed = ReportSchedule.objects.of_force(request.user).prefetch_related("readers").in_order()
    lines = [(schedule, permissions.moves_open_to(request.user, schedule)) for schedule in listed]
    return render(request, "grading/schedules/schedules.html", {"lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
def schedule_plan(request: SignedInRequest) -> HttpResponse:
    """Plan reports for the people of one list."""
    if not permissions.can_plan_reports(request.user):
        raise PermissionDenied
    at = timezone.now()
    form = ScheduleForm(
        request.POST if request.method == "POST" else None,
        people=possible_readers(request.user.agency_id, on=london_day(at)),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.plan_reports(by=request.user, at=at, kind=form.kind, **form.cleaned_data)
            messages.success(request, "The reports are planned.")
            return redirect("grading:schedules")
        except DomainError as error:
            form.add_error(None, str(error))
    return render(request, "grading/schedules/schedule_plan.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def schedule_change(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Another day or time, or other people."""
    schedule = _schedule_to_run(request, pk)
    if request.method != "POST" and ScheduleMove.CHANGE not in permissions.moves_open_to(request.user, schedule):
        return redirect("grading:schedules")
    at = timezone.now()
    form = ScheduleForm(
        request.POST if request.method == "POST" else None,
        people=possible_readers(schedule.force_id, on=london_day(at)),
        kind=schedule.kind,
        initial=answers_of(schedule),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_schedule(schedule_id=schedule.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, "The schedule was changed.")
            return redirect("grading:schedules")
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"form": form, "schedule": schedule}
    return render(request, "grading/schedules/schedule_change.html", context, status=422 if form.errors else 200)


@require_POST
def schedule_pause(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    return _move(request, pk, services.pause_schedule, "The schedule is paused. Nothing is made until it runs again.")


@require_POST
def schedule_resume(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    return _move(request, pk, services.resume_schedule, "The schedule runs again.")


@require_http_methods(["GET", "HEAD", "POST"])
def schedule_end(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask once, then end it for good."""
    schedule = _schedule_to_run(request, pk)
    if request.method == "POST":
        return _move(request, pk, services.end_schedule, "The schedule has ended. Its reports stay.")
    if ScheduleMove.END not in permissions.moves_open_to(request.user, schedule):
        return redirect("grading:schedules")
    return render(request, "grading/schedules/schedule_end.html", {"schedule": schedule})


def _move(request: SignedInRequest, pk: uuid.UUID, service: Callable[..., ReportSchedule], said: str) -> HttpResponse:
    schedule = _schedule_to_run(request, pk)
    with refusal_as_message(request):
        service(schedule_id=schedule.pk, by=request.user, at=timezone.now())
        messages.success(request, said)
    return redirect("grading:schedules")


def _schedule_to_run(request: SignedInRequest, pk: uuid.UUID) -> ReportSchedule:
    """The schedule: 403 for who plans no reports, 404 for one of another force."""
    if not permissions.can_plan_reports(request.user):
        raise PermissionDenied
    return get_object_or_404(ReportSchedule.objects.of_force(request.user), pk=pk)

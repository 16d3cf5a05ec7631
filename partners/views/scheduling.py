"""Copying, moving and repeating a session, and courses of several."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest
from partners import permissions, queries
from partners.enums import SeriesKind, SessionMove, SessionState
from partners.forms import PlanForm, answers_of
from partners.forms.scheduling import CourseForm, MoveForm, RepeatForm, initial_dates, minutes_each
from partners.models import Session, SessionSeries
from partners.queries.diary import spans_of
from partners.services import scheduling as services
from partners.services.staleness import WasChanged
from partners.views.sessions import find_session, find_session_to_run


@require_safe
def session_copy(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The form of a new session, filled in as this one is, without its dates; it is sent to the page that plans one."""
    session = find_session_to_run(request, pk)
    initial = answers_of(session) | {"starts_at": None, "booking_opens_at": None, "booking_closes_at": None}
    people = queries.possible_trainers(request.user, on=london_day(timezone.now()))
    form = PlanForm(people=people, initial=initial)
    return render(request, "partners/session_plan.html", {"form": form, "copied": session})


@require_http_methods(["GET", "HEAD", "POST"])
def session_move(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Other dates and the reason; everybody is told."""
    session = find_session_to_run(request, pk)
    at = timezone.now()
    if request.method != "POST" and SessionMove.CHANGE not in permissions.moves_open_to(request.user, session, at=at):
        return redirect(session)
    spans = spans_of(session)
    initial = initial_dates(spans) | {"minutes": minutes_each(spans)}
    form = MoveForm(request.POST if request.method == "POST" else None, initial=initial)
    form.remember(session)
    if request.method == "POST" and form.is_valid():
        try:
            moved = services.move_session(
                session_id=session.pk,
                spans=form.spans(),
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=at,
                clash_known=form.warning_was_read,
                seen=form.seen,
            )
            if moved.changed_at == session.changed_at:
                messages.info(request, "Nothing was changed and nobody was told: the session has these dates already.")
            else:
                messages.success(request, "The session is moved. Everybody who has a place is told by e-mail.")
            return redirect(session)
        except WasChanged as error:
            session.refresh_from_db()
            now = spans_of(session)
            dates = initial_dates(now) | {"minutes": minutes_each(now)}
            form.show_changes(session, str(error), ["starts_at", "minutes"], dates)
        except services.TrainersAreBusy as error:
            form.warn("starts_at", str(error))
        except DomainError as error:
            form.add_error("starts_at", str(error))
    context = {"session": session, "form": form}
    return render(request, "partners/session_move.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def session_repeat(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The same again in a rhythm; a clash or a bank holiday is a warning first."""
    session = find_session_to_run(request, pk)
    form = RepeatForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            series = services.repeat_session(
                session_id=session.pk,
                every=form.cleaned_data["every"],
                count=form.cleaned_data["count"],
                key=form.cleaned_data["key"],
                by=request.user,
                at=timezone.now(),
                known=form.warning_was_read,
            )
            messages.success(request, "The sessions are planned. Add their links and open them one by one.")
            return redirect("partners:series", series.pk)
        except services.TrainersAreBusy as error:
            form.warn("every", str(error))
        except DomainError as error:
            form.refused(error)
    context = {"session": session, "form": form}
    return render(request, "partners/session_repeat.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def course_new(request: SignedInRequest) -> HttpResponse:
    """A course; sessions are put into it on its page."""
    if not permissions.can_plan(request.user):
        raise PermissionDenied
    form = CourseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            series = services.make_course(by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "The course is made. Add its sessions.")
            return redirect("partners:series", series.pk)
        except DomainError as error:
            form.refused(error)
    return render(request, "partners/course_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def series(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The sessions of a series that this person may see, in order; for its trainers, of a course, what to add and take out."""
    at = timezone.now()
    runs = permissions.can_plan(request.user)
    visible = Session.objects.visible_to(request.user)
    meant = Q(parts__session__in=visible) | (Q(host=request.user.agency_id) if runs else Q(pk__in=[]))
    shown = get_object_or_404(SessionSeries.objects.filter(meant).distinct(), pk=pk)
    may_change = runs and shown.host_id == request.user.agency_id and shown.kind == SeriesKind.COURSE
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        return _change_course(request, shown)
    addable = (
        visible.filter(part=None).exclude(state=SessionState.CANCELLED).coming(at=at).order_by("starts_at", "pk")[:50]
        if may_change
        else []
    )
    context = {
        "series": shown,
        "sessions": visible.filter(part__series=shown).order_by("starts_at", "pk"),
        "may_change": may_change,
        "addable": addable,
    }
    return render(request, "partners/series.html", context)


def _change_course(request: SignedInRequest, shown: SessionSeries) -> HttpResponse:
    """Put a session into the course (`add`) or take it out (`remove`)."""
    chosen = request.POST.get("add") or request.POST.get("remove") or ""
    try:
        session = find_session(request, uuid.UUID(chosen))
        services.set_course(
            session_id=session.pk,
            series_id=shown.pk if request.POST.get("add") else None,
            by=request.user,
            at=timezone.now(),
        )
        done = "is in the course now" if request.POST.get("add") else "is taken out of the course"
        messages.success(request, f"{session.title} {done}.")
    except (ValueError, DomainError) as error:
        messages.error(request, str(error) if isinstance(error, DomainError) else "Choose a session.")
    return redirect("partners:series", shown.pk)

"""The trainer's desk: plan a session, open, change and cancel it."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest, refusal_as_message
from common.templatetags.dates import moment
from partners import permissions, queries
from partners.enums import SessionMove, SessionState, Venue
from partners.forms import CancelSessionForm, PlanForm, SessionForm, answers_of
from partners.models import Session
from partners.services import sessions as services
from partners.services.scheduling import TrainersAreBusy
from partners.services.staleness import WasChanged
from partners.views.sessions import find_session_to_run


@require_http_methods(["GET", "HEAD", "POST"])
def session_plan(request: SignedInRequest) -> HttpResponse:
    """Plan a session; partners see it once it is opened."""
    if not permissions.can_plan(request.user):
        raise PermissionDenied
    at = timezone.now()
    people = queries.possible_trainers(request.user, on=london_day(at))
    initial = {"trainers": [str(request.user.pk)]}
    form = PlanForm(request.POST if request.method == "POST" else None, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(services.plan_session(by=request.user, at=at, **form.answers()))
        except TrainersAreBusy as error:
            form.warn("trainers", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    return render(request, "partners/session_plan.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def session_open(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Let partners see and book it."""
    session = find_session_to_run(request, pk)
    with refusal_as_message(request):
        services.open_session(session_id=session.pk, by=request.user, at=timezone.now())
        messages.success(request, "The session is open. Partners can book places now.")
    return redirect(session)


@require_http_methods(["GET", "HEAD", "POST"])
def session_change(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Change it; who is booked is told of another time, place or link."""
    session = find_session_to_run(request, pk)
    at = timezone.now()
    if request.method != "POST" and SessionMove.CHANGE not in permissions.moves_open_to(request.user, session, at=at):
        return redirect(session)
    people = queries.possible_trainers(request.user, on=london_day(at))
    form = SessionForm(
        request.POST if request.method == "POST" else None,
        people=people,
        initial=answers_of(session),
        has_dates=session.date_count == 1,
        is_open=session.state == SessionState.OPEN,
    )
    form.remember(session)
    if request.method == "POST" and form.is_valid():
        others = queries.places_of_others(session)
        try:
            changed = services.change_session(
                session_id=session.pk, by=request.user, at=at, seen=form.seen, **form.answers()
            )
            if changed.changed_at == session.changed_at:
                messages.info(request, "Nothing was changed: the session is as you sent it.")
            else:
                messages.success(request, " ".join(["The session was changed.", *_worth_knowing(changed, others)]))
            return redirect(session)
        except WasChanged as error:
            session.refresh_from_db()
            form.show_changes(session, str(error), _fields_of(error.fields), answers_of(session))
        except TrainersAreBusy as error:
            form.warn("trainers", str(error))
        except DomainError as error:
            field = getattr(error, "field", None)
            form.add_error(field if field in form.fields else None, str(error))
    context = {"form": form, "session": session}
    return render(request, "partners/session_change.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def session_cancel(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask once and for a reason, then call it off and tell everybody."""
    session = find_session_to_run(request, pk)
    at = timezone.now()
    if request.method != "POST" and SessionMove.CANCEL not in permissions.moves_open_to(request.user, session, at=at):
        return redirect(session)
    if request.method != "POST" and services.is_anybody_marked(session):
        messages.error(request, f"{services.REGISTER_TAKEN} It cannot be cancelled.")
        return redirect(session)
    form = CancelSessionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_session(session_id=session.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, "The session is cancelled. Everybody who had a place is told by e-mail.")
            return redirect(session)
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"form": form, "session": session}
    return render(request, "partners/session_cancel.html", context, status=422 if form.errors else 200)


def _fields_of(names: frozenset[str]) -> frozenset[str]:
    """The fields of the form that ask for these."""
    return names | {"minutes"} if "ends_at" in names else names


def _worth_knowing(changed: Session, others: int) -> list[str]:
    """What follows from a change that the trainer may not have thought of. `others` had a place before and are not meant."""
    found = []
    now = queries.places_of_others(changed)
    if now > others:
        people = (
            "1 person whom it is no longer for keeps" if now == 1 else f"{now} people whom it is no longer for keep"
        )
        found.append(f"{people} their place or place on the waiting list.")
    if changed.venue == Venue.ONLINE and not changed.joining_link and changed.places_taken:
        found.append(f"It has no joining link yet: add it before {moment(changed.link_from)}, when it is sent.")
    return found

"""Sessions of programmes: the list, one of them as trainers and as members see it, planning, moving and calling it off."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Permission
from common.clock import london_day
from common.code_form import CodeForm
from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import keyset_page
from training import permissions
from training.enums import TrainingSessionMove
from training.forms.sessions import (
    CancelTrainingSessionForm,
    MoveSessionForm,
    PlanSessionForm,
    SessionsFilterForm,
    answers_of,
)
from training.models import KnowledgeTest, Module, ModuleVersion, TrainingSession
from training.queries import programmes, registers
from training.queries.prerequisites import NotInOrder
from training.queries.records import people_who_may
from training.services import registers as register_services
from training.services import training_sessions as services
from training.views.frame import show
from training.views.programmes import trainers_only


@require_safe
def sessions(request: SignedInRequest) -> HttpResponse:
    """Sessions of the trainer's agency: coming, past, and those whose register is to be closed."""
    trainers_only(request)
    at = timezone.now()
    form = SessionsFilterForm(request.GET)
    chosen = form.chosen()
    order = registers.COMING_ORDER if chosen == "coming" else registers.PAST_ORDER
    listed = registers.listed_sessions(request.user, at=at, show=chosen)
    page = keyset_page(listed, order=order, cursor=request.GET.get("cursor"))
    return show(request, "sessions.html", {"form": form, "page": page, "chosen": chosen})


@require_safe
def session(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One session: for trainers with its register, for who is expected with what it asks of them."""
    found = find_session(request, pk)
    return show_session(request, found, at=timezone.now())


def show_session(
    request: SignedInRequest, found: TrainingSession, *, at: datetime, form: Any = None, status: int = 200
) -> HttpResponse:
    """The page of a session; `form` is the member's, where something in it was wrong."""
    may_run = permissions.can_run_for(request.user, found.force_id)
    entry = found.entries.filter(person=request.user).select_related("watched_version").first()
    asks = registers.asked_of(entry, at=at) if entry and not may_run else ""
    context: dict[str, Any] = {
        "session": found,
        "cohorts": found.cohorts.select_related("programme").order_by("name", "pk"),
        "may_run": may_run,
        "moves": permissions.session_moves_open_to(request.user, found, at=at),
        "entry": entry,
        "asks": asks,
        "form": form or (CodeForm() if asks == "CODE" else None),
        "has_knowledge_test": KnowledgeTest.objects.of_session(found).exists(),
    }
    if asks == "WATCH":
        taught = ModuleVersion.objects.current(on=london_day(at))
        context["taught"] = taught.filter(module=found.module_version.module_id).first()
    if may_run:
        context["entries"] = registers.entries_of(found)
        context["out_of_order"] = found.out_of_order.select_related("first", "said_by").order_by("said_at", "pk")
        register_services.note_reading(session=found, by=request.user, at=at)
    return show(request, "session.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def session_plan(request: SignedInRequest) -> HttpResponse:
    """Plan a session of a module, for one cohort or several."""
    trainers_only(request)
    at = timezone.now()
    cohorts = list(programmes.cohorts_of(request.user))
    initial = {"cohorts": [request.GET.get("cohort", "")], "trainer": str(request.user.pk)}
    form = PlanSessionForm(
        request.POST if request.method == "POST" else None,
        modules=Module.objects.of(request.user).exclude(retired_on__lte=london_day(at)).by_title(),
        cohorts=cohorts,
        people=_trainers(request, at),
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            planned = services.plan_session(by=request.user, at=at, **form.answers())
            messages.success(request, "The session is planned. Whoever is in the cohort is expected.")
            return redirect(planned)
        except NotInOrder as error:
            form.warn(error)
        except DomainError as error:
            form.add_error(None, str(error))
    return show(request, "session_plan.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def session_change(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Move it; whoever is expected is told."""
    found = find_session_to_run(request, pk)
    at = timezone.now()
    moves = permissions.session_moves_open_to(request.user, found, at=at)
    if request.method != "POST" and TrainingSessionMove.CHANGE not in moves:
        return redirect(found)
    form = MoveSessionForm(
        request.POST if request.method == "POST" else None, people=_trainers(request, at), initial=answers_of(found)
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_session(session_id=found.pk, by=request.user, at=at, **form.answers())
            messages.success(request, "The session was changed. Whoever is expected is told by e-mail.")
            return redirect(found)
        except NotInOrder as error:
            form.warn(error)
        except DomainError as error:
            form.add_error(None, str(error))
    return show(request, "session_change.html", {"form": form, "session": found}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def session_cancel(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask once and for a reason, then call it off and tell whoever is expected."""
    found = find_session_to_run(request, pk)
    at = timezone.now()
    moves = permissions.session_moves_open_to(request.user, found, at=at)
    if request.method != "POST" and TrainingSessionMove.CANCEL not in moves:
        return redirect(found)
    form = CancelTrainingSessionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel_session(
                session_id=found.pk, by=request.user, at=at, knowing=form.knowing(), **form.content()
            )
            messages.success(request, "The session is cancelled. Whoever was expected is told by e-mail.")
            return redirect(found)
        except NotInOrder as error:
            form.warn(error)
        except DomainError as error:
            form.add_error(None, str(error))
    return show(request, "session_cancel.html", {"form": form, "session": found}, status=422 if form.errors else 200)


def find_session(request: SignedInRequest, pk: uuid.UUID) -> TrainingSession:
    """A session that this person may see; else 404."""
    seen = TrainingSession.objects.visible_to(request.user).select_related("module_version__module", "trainer")
    return get_object_or_404(seen, pk=pk)


def find_session_to_run(request: SignedInRequest, pk: uuid.UUID) -> TrainingSession:
    """A session that this person runs: 404 for who may not see it, 403 for who is only expected at it."""
    found = find_session(request, pk)
    if not permissions.can_run_for(request.user, found.force_id):
        raise PermissionDenied
    return found


def _trainers(request: SignedInRequest, at: datetime) -> list[Any]:
    return people_who_may(Permission.RUN_TRAINING, agency_id=request.user.agency_id, on=london_day(at))

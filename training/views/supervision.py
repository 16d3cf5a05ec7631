"""Supervision: one's own, arranging it for others, planning its sessions, and how many were held on time."""

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
from common.paging import keyset_page
from training import permissions
from training.forms.supervision import ArrangeForm, EndSupervisionForm, PlanForm
from training.models import Supervision, SupervisionSession
from training.queries import supervision as queries
from training.queries import supervision_figures as figures_queries
from training.queries.people import people_seen_by
from training.services import supervision as services
from training.views.frame import show, show_form


@require_safe
def supervision(request: SignedInRequest) -> HttpResponse:
    """One's own supervision, as supervisor and as the person supervised."""
    user = request.user
    if not permissions.is_of_an_agency(user):
        raise PermissionDenied
    at = timezone.now()
    with_session = ("session__supervision__supervisee", "session__supervision__supervisor")
    context = {
        "lines": queries.own_supervisions(user, on=london_day(at)),
        "to_read": queries.unread_records(user).select_related(*with_session).order_by("written_at", "pk"),
        "opened": queries.recent_openings(user, at=at)
        .select_related("opened_by", *with_session)
        .order_by("-opened_at", "-pk"),
        "may_arrange": permissions.can_see_people(user),
        "leads": permissions.leads_a_team(user),
        "sees_figures": permissions.can_see_supervision_figures(user),
    }
    return show(request, "supervision.html", context)


@require_safe
def supervision_of_two(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """All sessions of one supervision, for the two."""
    shown = _own(request, pk)
    sessions = shown.sessions.newest_first()
    context = {
        "supervision": shown,
        "other": shown.supervisor if shown.supervisee_id == request.user.pk else shown.supervisee,
        "page": keyset_page(sessions, order=("-day", "-pk"), cursor=request.GET.get("cursor")),
        "planned": shown.sessions.filter(state="PLANNED").first(),
        "is_over": shown.ends_on is not None and shown.ends_on <= london_day(timezone.now()),
    }
    return show(request, "supervision_of_two.html", context)


@require_safe
def supervision_arranged(request: SignedInRequest) -> HttpResponse:
    """Who supervises whom and how often, for who arranges it; no session, and no word of what was said."""
    if not permissions.can_see_people(request.user):
        raise PermissionDenied
    at = timezone.now()
    arranged = queries.arranged_for(request.user)
    order = ("supervisee__name", "-starts_on", "pk")
    page = keyset_page(arranged, order=order, cursor=request.GET.get("cursor"))
    audit.record(verb=Verb.READ, what="training.supervision_listed", at=at, actor=request.user, supervisions=len(page))
    return show(request, "supervision_arranged.html", {"page": page, "today": london_day(at)})


@require_http_methods(["GET", "HEAD", "POST"])
def supervision_new(request: SignedInRequest) -> HttpResponse:
    """Arrange who supervises whom."""
    if not permissions.can_see_people(request.user):
        raise PermissionDenied
    at = timezone.now()
    supervisees = people_seen_by(request.user).exclude(pk=request.user.pk).select_related("team")
    form = ArrangeForm(
        request.POST if request.method == "POST" else None,
        supervisees=supervisees,
        supervisors=User.objects.filter(agency=request.user.agency_id, is_active=True).select_related("team"),
        today=london_day(at),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.arrange_supervision(by=request.user, at=at, **form.cleaned_data)
            messages.success(request, f"Arranged: {made.supervisor} supervises {made.supervisee}.")
            return redirect("training:supervision_arranged")
        except DomainError as error:
            form.add_error(None, str(error))
    words = "The two plan their sessions themselves. Only they read what they write down."
    return show_form(
        request, form, "Arrange supervision", button="Arrange", back="training:supervision_arranged", words=words
    )


@require_http_methods(["GET", "HEAD", "POST"])
def supervision_end(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """End a supervision; its records stay with the two."""
    if not permissions.can_see_people(request.user):
        raise PermissionDenied
    ended: Supervision = get_object_or_404(queries.arranged_for(request.user), pk=pk)
    if not permissions.can_end_supervision(request.user, ended):
        raise PermissionDenied
    form = EndSupervisionForm(
        request.POST if request.method == "POST" else None, initial={"ends_on": london_day(timezone.now())}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.end_supervision(supervision_id=ended.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Ended. What the two wrote down stays theirs to read.")
            return redirect("training:supervision_arranged")
        except DomainError as error:
            form.add_error("ends_on", str(error))
    return show_form(
        request,
        form,
        "End a supervision",
        button="End",
        back="training:supervision_arranged",
        caption=f"{ended.supervisee}, supervised by {ended.supervisor}",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def supervision_plan(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Plan the next session of one's own supervision."""
    planned = _own(request, pk)
    form = PlanForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.plan_session(supervision_id=planned.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "The session is planned.")
            return redirect(planned)
        except DomainError as error:
            form.add_error("planned_on", str(error))
    return show_form(
        request,
        form,
        "Plan a session",
        button="Plan",
        back="training:supervision_of_two",
        back_to=planned.pk,
        caption=_caption(planned),
    )


@require_safe
def supervision_figures(request: SignedInRequest) -> HttpResponse:
    """How many sessions were due in a year, and held on time, by team: counts alone."""
    if not permissions.can_see_supervision_figures(request.user):
        raise PermissionDenied
    today = london_day(timezone.now())
    years = figures_queries.years_with_supervision(request.user, on=today)
    wanted = request.GET.get("year", "")
    year = next((one for one in years if str(one) == wanted), years[0])
    figures = figures_queries.figures_of_year(request.user, year=year, on=today)
    return show(request, "supervision_figures.html", {"years": years, "year": year, "figures": figures})


@require_safe
def supervision_records(request: SignedInRequest) -> HttpResponse:
    """For who leads a team: which sessions of others were held in it, so that one can be opened with a reason; no content."""
    if not permissions.leads_a_team(request.user):
        raise PermissionDenied
    at = timezone.now()
    found = queries.records_under(request.user, at=at)
    page = keyset_page(found, order=("-held_on", "-pk"), cursor=request.GET.get("cursor"))
    audit.record(
        verb=Verb.READ, what="training.supervision_records_listed", at=at, actor=request.user, sessions=len(page)
    )
    return show(request, "supervision_records.html", {"page": page})


def _own(request: SignedInRequest, pk: uuid.UUID) -> Supervision:
    """One's own; for everybody else it does not exist."""
    found = Supervision.objects.of(request.user).select_related("supervisee", "supervisor")
    shown: Supervision = get_object_or_404(found, pk=pk)
    return shown


def _caption(supervision: Supervision) -> str:
    return f"{supervision.get_kind_display()}: {supervision.supervisee} with {supervision.supervisor}"


def caption_of(session: SupervisionSession) -> str:
    """Which supervision it belongs to, in words."""
    return _caption(session.supervision)

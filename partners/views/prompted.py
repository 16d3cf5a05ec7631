"""The log of applications that a partner prompted: the list, one of them, its steps, the figures; and advice before there is one."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.sign_in.confirming import confirmed_recently_for_file
from common.clock import london_day
from common.csv_files import csv_chunks
from common.errors import DomainError, KeyWasUsed
from common.forms import GovukForm
from common.http import SignedInRequest
from common.paging import keyset_page
from partners import permissions
from partners.enums import Advice, ApplicationMove, next_application_state
from partners.forms.prompted import (
    CheckForm,
    EndForm,
    FiguresForm,
    JudgeForm,
    LogFilterForm,
    LogForm,
    StrikeForm,
)
from partners.models import PromptedApplication
from partners.models.prompted import sees_every_agency
from partners.queries import prompted
from partners.services import prompted as services


@require_safe
def prompted_list(request: SignedInRequest) -> HttpResponse:
    """The log of the force, the newest first."""
    _keeper(request)
    today = london_day(timezone.now())
    form = LogFilterForm(request.GET or None, agencies=prompted.partner_agencies())
    filters = form.filters()
    listed = prompted.listed_applications(request.user, on=today, **filters)
    page = keyset_page(listed, order=prompted.LIST_ORDER, cursor=request.GET.get("cursor"))
    context = {
        "form": form,
        "filters": filters,
        "page": page,
        "lines": [(one, one.days_late(on=today), one.is_very_late(on=today)) for one in page],
    }
    return render(request, "partners/prompted_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def prompted_new(request: SignedInRequest) -> HttpResponse:
    """Put an application into the log, once."""
    _keeper(request)
    form = LogForm(request.POST if request.method == "POST" else None, agencies=prompted.partner_agencies())
    if request.method == "POST" and form.is_valid():
        try:
            application = services.log_application(by=request.user, at=timezone.now(), **form.entry())
            messages.success(request, "It is in the log. Say next whether it was appropriate.")
            return redirect(application)
        except KeyWasUsed as error:
            form.refused(error)
        except services.CannotKeepPrompted as error:
            form.add_error(error.field, str(error))
    return _show_form(request, form, "Log a right to ask", button="Log it", words="Write nobody's name anywhere.")


@require_safe
def prompted_application(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One application with every step and its author; opening it is recorded."""
    application = _application(request, pk)
    at = timezone.now()
    services.read_application(application=application, by=request.user, at=at)
    today = london_day(at)
    context = {
        "application": application,
        "days_late": application.days_late(on=today),
        "is_very_late": application.is_very_late(on=today),
        "steps": prompted.steps_of(application),
        "moves": [move for move in ApplicationMove if next_application_state(move, application.state)],
    }
    return render(request, "partners/prompted_application.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def prompted_judge(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Whether it was appropriate; what the answers speak for is said, and nothing is chosen beforehand."""
    application = _application(request, pk)
    names = ("held_information", "shared_itself", "asked_by_person", "judgement", "should_have", "reason")
    form = JudgeForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(application, name) for name in names},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.judge_application(
                application_id=application.pk, by=request.user, at=timezone.now(), **form.judgement_made()
            )
            left_out = " What should have happened instead is left out." if form.drops_instead else ""
            messages.success(request, f"The judgement is kept.{left_out}")
            return redirect(application)
        except services.CannotKeepPrompted as error:
            form.add_error(error.field, str(error))
    suggested = application.answers.suggest
    words = f"The answers so far speak for: {suggested[0].label.lower()}. You decide." if suggested else ""
    return _show_form(request, form, "Was it appropriate?", button="Keep the judgement", about=application, words=words)


@require_http_methods(["GET", "HEAD", "POST"])
def prompted_end(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """How it ended; again to correct it."""
    application = _application(request, pk)
    names = ("outcome", "ended_on", "risk_acted_on")
    form = EndForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(application, name) for name in names},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.end_application(
                application_id=application.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, "How it ended is kept.")
            return redirect(application)
        except services.CannotKeepPrompted as error:
            form.add_error(error.field, str(error))
    return _show_form(request, form, "How did it end?", button="Keep how it ended", about=application)


@require_http_methods(["GET", "HEAD", "POST"])
def prompted_strike(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Strike out what was logged by mistake."""
    application = _application(request, pk)
    form = StrikeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.strike_application(
                application_id=application.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, "It is struck out and counts nowhere.")
            return redirect("partners:prompted")
        except services.CannotKeepPrompted as error:
            form.add_error(error.field, str(error))
    words = "It stays with its steps and this reason, is in no list, and counts in no figure."
    return _show_form(request, form, "Strike it out", button="Strike it out", about=application, words=words)


@require_safe
def prompted_figures(request: SignedInRequest) -> HttpResponse:
    """Applications by month beside the delegates trained, and each agency before and since: counts, and nobody's name."""
    form, chosen = _figures_form(request)
    today = london_day(timezone.now())
    figures = prompted.figures_for(request.user, on=today, **chosen)
    context = {
        "form": form,
        "figures": figures,
        "chart": figures.chart,
        "sees_all": sees_every_agency(request.user),
        "keeps": permissions.can_keep_prompted(request.user),
        "lessons": prompted.lessons_for(request.user, on=today, **chosen),
    }
    return render(request, "partners/prompted_figures.html", context)


@require_safe
@confirmed_recently_for_file
def prompted_figures_csv(request: SignedInRequest) -> StreamingHttpResponse:
    """The series by month as CSV; taking it is recorded."""
    _, chosen = _figures_form(request)
    at = timezone.now()
    figures = prompted.figures_for(request.user, on=london_day(at), **chosen)
    services.export_months(by=request.user, at=at, months=len(figures.months), agency=chosen.get("agency"))
    rows = prompted.month_rows(figures)
    response = StreamingHttpResponse(csv_chunks(prompted.HEADINGS, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="right-to-ask-by-month.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def asking_check(request: SignedInRequest) -> HttpResponse:
    """Four questions and one piece of advice, for who thinks of telling somebody to ask the police."""
    if not permissions.can_check_asking(request.user):
        raise PermissionDenied
    form = CheckForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            check = services.check_before_asking(by=request.user, at=timezone.now(), **form.cleaned_data)
            return redirect("partners:asking_advice", advice=check.advice.lower())
        except DomainError as error:
            form.add_error(None, str(error))
    return render(request, "partners/asking_check.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def asking_advice(request: SignedInRequest, advice: str) -> HttpResponse:
    """The advice, and what to do about it; the address names no person and no agency."""
    if not permissions.can_check_asking(request.user):
        raise PermissionDenied
    found = next((one for one in Advice if one.lower() == advice), None)
    if found is None:
        raise Http404
    context = {"advice": found, "sees_sessions": permissions.can_see_sessions(request.user)}
    return render(request, "partners/asking_advice.html", context)


def _keeper(request: SignedInRequest) -> None:
    if not permissions.can_keep_prompted(request.user):
        raise PermissionDenied


def _application(request: SignedInRequest, pk: uuid.UUID) -> PromptedApplication:
    """One of the own force's log, for who keeps it: 403 for who does not, 404 where another force keeps it."""
    _keeper(request)
    found = PromptedApplication.objects.of_force(request.user).select_related("agency")
    application: PromptedApplication = get_object_or_404(found, pk=pk)
    return application


def _figures_form(request: SignedInRequest) -> tuple[FiguresForm, dict[str, Any]]:
    if not permissions.can_see_prompted_figures(request.user):
        raise PermissionDenied
    agencies = prompted.partner_agencies() if sees_every_agency(request.user) else None
    form = FiguresForm(request.GET or None, agencies=agencies)
    return form, form.chosen()


def _show_form(
    request: SignedInRequest,
    form: GovukForm,
    title: str,
    *,
    button: str,
    about: PromptedApplication | None = None,
    words: str = "",
) -> HttpResponse:
    context = {"form": form, "title": title, "button": button, "about": about, "words": words}
    return render(request, "partners/prompted_form.html", context, status=422 if form.errors else 200)

"""The desk of intelligence staff: CPI forms to evaluate, their reports, and where these go. Each look at words is recorded."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.sign_in.confirming import confirmed_recently
from audit import services as audit
from audit.enums import Verb
from common.http import READ_OR_SEND, SignedInRequest, refusal_as_message
from common.paging import capped_count, keyset_page
from referrals import permissions, queries, services
from referrals.enums import AssessmentMove, AssessmentsShown, AssessmentState, FormKind
from referrals.forms import (
    AssessmentsForm,
    EndAssessmentForm,
    ReportFilterForm,
    ReportForm,
    RouteForm,
    may_filter,
    sections_of,
)
from referrals.models import CpiAssessment, CpiReport, Referral


@require_safe
def assessments(request: SignedInRequest) -> HttpResponse:
    """One of the lists of evaluations, what is due first on top."""
    if not permissions.reads_assessments(request.user):
        raise PermissionDenied
    form = AssessmentsForm(request.GET)
    first = AssessmentsShown.RECEIVED if permissions.reads_reports(request.user) else AssessmentsShown.DOUBTFUL
    shown = AssessmentsShown(may_filter(form).get("show", first))
    found = queries.assessments_shown(request.user, shown=shown)
    at = timezone.now()
    page = keyset_page(found, order=queries.assessments_order(shown), cursor=request.GET.get("cursor"))
    context = {
        "form": AssessmentsForm(initial={"show": shown}),
        "shown": shown,
        "page": page,
        "rows": [{"assessment": one, "is_late": one.is_late(at=at)} for one in page],
        "count": capped_count(found),
    }
    return render(request, "referrals/assessments.html", context)


@require_safe
def reports(request: SignedInRequest) -> HttpResponse:
    """The graded reports, the newest first, by code and priority; nothing of where they came from."""
    if not permissions.reads_reports(request.user):
        raise PermissionDenied
    form = ReportFilterForm(request.GET)
    filters = may_filter(form)
    found = queries.reports_for(request.user, filters=filters)
    page = keyset_page(found, order=queries.REPORTS_ORDER, cursor=request.GET.get("cursor"))
    audit.record(
        verb=Verb.READ,
        what="cpi.reports_listed",
        at=timezone.now(),
        actor=request.user,
        shown=len(page),
        filters=sorted(filters),
    )
    context = {"form": form, "filters": filters, "page": page, "count": capped_count(found)}
    return render(request, "referrals/reports.html", context)


@require_safe
def assessment(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The form beside its evaluation."""
    referral = _form(request, pk)
    if not permissions.sees_assessment(request.user, referral):
        raise PermissionDenied
    at = timezone.now()
    audit.record(verb=Verb.READ, what="referral.read", at=at, actor=request.user, subject=referral)
    found = queries.assessment_of(referral)
    context = {
        "referral": referral,
        "sections": [(page, page.answered(referral)) for page in sections_of(referral)],
        "attachments": queries.attachments_of(referral),
        "clarifications": queries.clarifications_of(referral),
        "may_assess": permissions.can_assess(request.user, referral),
        "key": uuid.uuid4(),
        **_evaluation(request, referral, found),
        "is_late": found is not None and found.is_late(at=at),
    }
    return render(request, "referrals/assessment.html", context)


@require_POST
def assessment_begin(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    return _move(request, pk, services.begin_assessment, "You have begun the evaluation.")


@require_POST
def assessment_grade(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    return _move(request, pk, services.grade_assessment, "The reports are graded. Choose where they go.")


@require_POST
def assessment_close(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    return _move(request, pk, services.close_assessment, "The evaluation is closed.")


@require_http_methods(READ_OR_SEND)
def assessment_route(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Where the reports go: one route or several."""
    referral = _form(request, pk)
    may_act = permissions.can_act_on_doubtful(request.user, referral)
    if not may_act and not permissions.can_assess(request.user, referral):
        raise PermissionDenied
    found = queries.assessment_of(referral)
    if found is None or found.state != AssessmentState.GRADED:
        return redirect("referrals:assessment", referral.pk)
    is_doubtful = any(report.is_suspected_false for report in found.reports.all())
    form = RouteForm(request.POST if request.method == "POST" else None, may_act=may_act or not is_doubtful)
    context = {"form": form, "title": "Choose where the reports go", "is_doubtful": is_doubtful, "may_act": may_act}
    return _asked(request, referral, form, services.route_assessment, context)


@require_http_methods(READ_OR_SEND)
def assessment_end(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """End it without action, with the reason."""
    referral = _to_assess(request, pk)
    form = EndAssessmentForm(request.POST if request.method == "POST" else None)
    return _asked(request, referral, form, services.end_assessment, {"form": form, "title": "End without action"})


@require_http_methods(READ_OR_SEND)
def report_write(request: SignedInRequest, pk: uuid.UUID, report_pk: uuid.UUID) -> HttpResponse:
    """Write a report, or change one, beside the form and the words that lead to its source."""
    referral = _to_assess(request, pk)
    known = CpiReport.objects.filter(pk=report_pk, assessment__referral=referral).first()
    if known is None and CpiReport.objects.filter(pk=report_pk).exists():
        raise Http404
    initial = ReportForm.answers_of(known) if known else None
    form = ReportForm(request.POST if request.method == "POST" else None, initial=initial)
    text = form.data.get("text", "") if form.is_bound else (known.text if known else "")
    if request.method != "POST":
        audit.record(verb=Verb.READ, what="referral.read", at=timezone.now(), actor=request.user, subject=referral)
    context = {
        "form": form,
        "report": known,
        "names": queries.names_of_source(referral),
        "traces": queries.traces_of_source(text, referral),
        "sections": [(page, page.answered(referral)) for page in sections_of(referral)],
    }
    write = partial(services.write_report, key=report_pk)
    return _asked(request, referral, form, write, context, template="referrals/report.html")


@require_POST
@confirmed_recently
def report_remove(request: SignedInRequest, pk: uuid.UUID, report_pk: uuid.UUID) -> HttpResponse:
    return _move(request, pk, services.remove_report, "The report is removed.", report_id=report_pk)


@require_POST
def report_read(request: SignedInRequest, pk: uuid.UUID, report_pk: uuid.UUID) -> HttpResponse:
    done = "It is recorded that you read the report a second time."
    return _move(request, pk, services.read_report_second, done, report_id=report_pk)


def _form(request: SignedInRequest, pk: uuid.UUID) -> Referral:
    """A CPI form that was sent and that this person may see."""
    visible = Referral.objects.visible_to(request.user).sent().filter(kind=FormKind.CPI)
    known = visible.select_related("cpi", "author", "agency", "team", "district").prefetch_related("people", "access")
    referral: Referral = get_object_or_404(known, pk=pk)
    return referral


def _to_assess(request: SignedInRequest, pk: uuid.UUID) -> Referral:
    referral = _form(request, pk)
    if not permissions.can_assess(request.user, referral):
        raise PermissionDenied
    return referral


def _evaluation(request: SignedInRequest, referral: Referral, found: CpiAssessment | None) -> dict[str, Any]:
    """The evaluation, its reports with the words to look at again, and what this person may do with it now."""
    if found is None:
        return {"assessment": None}
    reports = list(found.reports.all())
    doubtful = any(report.is_suspected_false for report in reports)
    moves = permissions.assessment_moves_open_to(request.user, referral, found, is_doubtful=doubtful)
    looks_again = AssessmentMove.WRITE in moves
    return {
        "assessment": found,
        "reports": [
            (report, queries.traces_of_source(report.text, referral) if looks_again else []) for report in reports
        ],
        "moves": moves,
        "is_doubtful": doubtful,
        "told": queries.words_on_routes(found),
        "wants_to_hear": queries.wants_to_hear(referral),
    }


def _move(request: SignedInRequest, pk: uuid.UUID, deed: Callable[..., Any], done: str, **more: Any) -> HttpResponse:
    """One deed without questions, and back to the evaluation."""
    referral = _to_assess(request, pk)
    with refusal_as_message(request):
        deed(referral_id=referral.pk, by=request.user, at=timezone.now(), **more)
        messages.success(request, done)
    return redirect("referrals:assessment", referral.pk)


def _asked(
    request: SignedInRequest,
    referral: Referral,
    form: Any,
    deed: Callable[..., Any],
    context: dict[str, Any],
    *,
    template: str = "referrals/assessment_move.html",
) -> HttpResponse:
    """One deed with questions; what the domain refuses is told beside what was typed."""
    is_sent = request.method == "POST"
    if is_sent and form.is_valid():
        try:
            deed(referral_id=referral.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            return redirect("referrals:assessment", referral.pk)
        except services.CannotAssess as refusal:
            form.add_error(None, str(refusal))
    return render(request, template, {"referral": referral, **context}, status=422 if is_sent else 200)

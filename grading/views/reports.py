"""Reports: the list, asking for one, how far it is, what it says, and its file."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from accounts.sign_in.confirming import confirmed_recently_for_file
from common.errors import DomainError
from common.http import SignedInRequest, refusal_as_message
from common.paging import keyset_page
from common.xlsx import XLSX
from grading.enums import ReportFile, ReportKind
from grading.forms.reports import MakeAnnualReportForm, MakeReportForm
from grading.models import DipSample, Report, ReportYear
from grading.models.dip_sample import DipSampleQuerySet
from grading.permissions import reports as permissions
from grading.permissions.schedules import can_plan_reports
from grading.queries import reports as queries
from grading.queries.annual import years_to_report
from grading.queries.annual_charts import charts_of
from grading.queries.report_charts import funnel_of
from grading.queries.round_report import distribution_of, trend_of
from grading.services import reports as services
from grading.views.finding import round_to_run

CONTENT_TYPES = {
    ReportFile.PDF: "application/pdf",
    ReportFile.XLSX: XLSX,
}
FILE_NAMES = {
    ReportKind.DIP_SAMPLE: "dip-sample",
    ReportKind.ROUND: "grading-round",
    ReportKind.ANNUAL: "annual-report",
}


@require_http_methods(["GET", "HEAD", "POST"])
def reports(request: SignedInRequest) -> HttpResponse:
    """Every report that this person may see, newest first; who runs dip samples has one made here."""
    if not permissions.can_see_reports(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _list(request)
    if not permissions.can_make_reports(request.user):
        raise PermissionDenied
    form = MakeReportForm(request.POST, samples=_samples(request))
    if form.is_valid():
        sample = form.cleaned_data["sample"]
        try:
            return redirect(services.request_report(sample_id=sample.pk, by=request.user, at=timezone.now()))
        except DomainError as error:
            form.add_error("sample", str(error))
    return _list(request, form=form)


@require_POST
def annual_report(request: SignedInRequest) -> HttpResponse:
    """Have the report of a year made."""
    if not permissions.can_make_annual_report(request.user, request.user.agency_id):
        raise PermissionDenied
    at = timezone.now()
    form = MakeAnnualReportForm(request.POST, years=years_to_report(request.user.agency, at=at))
    if form.is_valid():
        try:
            return redirect(services.request_annual_report(year=form.cleaned_data["year"], by=request.user, at=at))
        except DomainError as error:
            form.add_error("year", str(error))
    return _list(request, annual_form=form)


@require_POST
def round_report(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Have the report of a published round made."""
    shown = round_to_run(request, pk)
    with refusal_as_message(request):
        return redirect(services.request_round_report(round_id=shown.pk, by=request.user, at=timezone.now()))
    return redirect(shown)


@require_safe
def report(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What one report says; until it is made, how far it is."""
    shown = _report(request, pk)
    if not shown.is_made:
        return render(request, "grading/reports/report_progress.html", _progress(request, shown))
    if request.htmx:
        # The progress page asked: now there is something else to see.
        return HttpResponseClientRefresh()
    content = shown.figures or {}
    context = {"report": shown, "content": content}
    if shown.kind == ReportKind.ROUND:
        charts = {"distribution": distribution_of(content), "trend": trend_of(content)}
        return render(request, "grading/reports/report_of_round.html", context | charts)
    if shown.kind == ReportKind.ANNUAL:
        return render(request, "grading/reports/report_of_year.html", context | {"charts": charts_of(content)})
    charts = {"chart": queries.chart_of(content), "funnel": funnel_of(content)}
    return render(request, "grading/reports/report.html", context | charts)


@require_POST
def report_cancel(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Stop the making of a report."""
    shown = _report(request, pk)
    if not permissions.can_cancel_report(request.user, shown):
        raise PermissionDenied
    with refusal_as_message(request):
        services.cancel_report(report_id=shown.pk, by=request.user, at=timezone.now())
        messages.success(request, "The report is cancelled. You may have it made again.")
    return redirect(shown)


@require_safe
@confirmed_recently_for_file
def report_download(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The PDF, byte for byte as it was made; recorded in the access log."""
    return _hand_out(request, pk, ReportFile.PDF)


@require_safe
@confirmed_recently_for_file
def report_tables(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The spreadsheet of its tables, as it was made; recorded in the access log."""
    return _hand_out(request, pk, ReportFile.XLSX)


def _list(
    request: SignedInRequest, *, form: MakeReportForm | None = None, annual_form: MakeAnnualReportForm | None = None
) -> HttpResponse:
    """The list with what may be asked for; a form that was sent is shown with what is wrong."""
    sent = form or annual_form
    samples = _samples(request) if permissions.can_make_reports(request.user) else None
    if samples is not None and form is None:
        form = MakeReportForm(samples=samples)
    if annual_form is None and permissions.can_make_annual_report(request.user, request.user.agency_id):
        annual_form = MakeAnnualReportForm(years=years_to_report(request.user.agency, at=timezone.now()))
    listed = queries.listed_reports().visible_to(request.user)
    context = {
        "page": keyset_page(listed, order=("-requested_at", "-pk"), cursor=request.GET.get("cursor")),
        "sent": sent,
        "form": form,
        "annual_form": annual_form,
        "has_samples": samples is not None and samples.exists(),
        "may_plan": can_plan_reports(request.user),
    }
    return render(request, "grading/reports/reports.html", context, status=422 if sent else 200)


def _samples(request: SignedInRequest) -> DipSampleQuerySet:
    """Those that this person may have a report of."""
    return DipSample.objects.visible_to(request.user).reportable().newest_first()


def _hand_out(request: SignedInRequest, pk: uuid.UUID, which: ReportFile) -> HttpResponse:
    shown = _report(request, pk, must_be_made=True)
    try:
        content = services.hand_out(report_id=shown.pk, by=request.user, at=timezone.now(), which=which)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(shown)
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES[which],
        headers={
            "Content-Disposition": f'attachment; filename="{_file_name(shown)}.{which.lower()}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
        },
    )


def _file_name(shown: Report) -> str:
    of = shown.subject
    period = str(of.year) if isinstance(of, ReportYear) else f"{of.period.start:%Y-%m}-to-{of.period.end:%Y-%m}"
    return f"{FILE_NAMES[ReportKind(shown.kind)]}-{period}"


def _report(request: SignedInRequest, pk: uuid.UUID, *, must_be_made: bool = False) -> Report:
    """The report, if this person may see it; else 404."""
    visible = queries.listed_reports().visible_to(request.user)
    return get_object_or_404(visible.made() if must_be_made else visible, pk=pk)


def _progress(request: SignedInRequest, shown: Report) -> dict[str, object]:
    is_over = shown.job.is_finished
    return {
        "report": shown,
        "job": shown.job,
        "is_polling": not is_over,
        "is_stalled": not is_over and shown.job.is_abandoned(at=timezone.now()),
        "may_cancel": not is_over and permissions.can_cancel_report(request.user, shown),
        "may_make": is_over and permissions.can_have_made_again(request.user, shown),
    }

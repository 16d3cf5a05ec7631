"""Outcomes of many people from one file: the list of imports, the file, what would become of each row, and what was logged."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import keyset_page
from common.row_reports import RowVerdict
from common.templatetags.dates import day
from common.waiting_files import WaitingFile
from training.forms.outcomes import LogOutcomesForm, OutcomesForm
from training.queries import outcomes as queries
from training.services import outcome_imports as services
from training.services.outcome_rows import EXPLAINED
from training.views.frame import show
from training.views.programmes import trainers_only


@require_safe
def outcome_imports(request: SignedInRequest) -> HttpResponse:
    """Files whose outcomes were logged, the newest first."""
    trainers_only(request)
    page = keyset_page(queries.outcome_imports(request.user), order=("-at", "-pk"), cursor=request.GET.get("cursor"))
    return show(request, "outcome_imports.html", {"page": page})


@require_safe
def outcome_import(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One of them, with the records that came of it; looking is recorded."""
    trainers_only(request)
    done = get_object_or_404(queries.outcome_imports(request.user), pk=pk)
    rows = keyset_page(queries.rows_of(done), order=("number", "pk"), cursor=request.GET.get("cursor"))
    audit.record(
        verb=Verb.READ,
        what="training.outcomes_read",
        at=timezone.now(),
        actor=request.user,
        subject=done,
        records=len(rows),
    )
    return show(request, "outcome_import.html", {"done": done, "page": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def outcome_import_new(request: SignedInRequest) -> HttpResponse:
    """Choose the file. When it is wrong as a whole the page says so."""
    trainers_only(request)
    form = OutcomesForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if request.method == "POST" and form.is_valid():
        file = WaitingFile("", form.cleaned_data["file"].read())
        try:
            services.check_outcomes(content=file.content, by=request.user, at=timezone.now())
            services.waiting(request.user).keep(file)
            return redirect("training:outcome_import_check")
        except DomainError as error:
            form.add_error("file", str(error))
    context = {"form": form, "columns": EXPLAINED.values()}
    return show(request, "outcome_import_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def outcome_import_check(request: SignedInRequest) -> HttpResponse:
    """What would become of each row; posted, what is right and what was ticked is logged, if all is as it was shown."""
    trainers_only(request)
    at, file = timezone.now(), services.waiting(request.user).file()
    if request.method == "POST" and "throw_away" in request.POST:
        services.waiting(request.user).throw_away()
        messages.success(request, "The file was thrown away. Nothing was logged.")
        return redirect("training:outcome_imports")
    if file is None:
        messages.error(request, "No file waits to be logged. Choose it again.")
        return redirect("training:outcome_import_new")
    try:
        checked = services.check_outcomes(content=file.content, by=request.user, at=at)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("training:outcome_import_new")
    to_tick = [
        (
            row.number,
            f"Row {row.number}: {row.values['person']}, {row.values['module_version'].module}, "
            f"{day(row.values['done_on'])}. Complete first: {row.missing}",
        )
        for row in checked.to_tick
    ]
    given = request.POST if request.method == "POST" else None
    form = LogOutcomesForm(given, rows=to_tick, initial={"shown": checked.shown})
    if request.method == "POST" and form.is_valid():
        try:
            ended, done = services.take_outcomes(
                content=file.content,
                by=request.user,
                at=at,
                shown=form.cleaned_data["shown"],
                ticked=form.ticked(),
            )
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("training:outcome_import_check")
        return _ended(request, ended, done)
    services.record_check(checked, by=request.user, at=at)
    context = {
        "checked": checked,
        "counts": checked.counts,
        "form": form,
        "may_be_logged": checked.count(RowVerdict.TAKEN),
    }
    return show(request, "outcome_import_check.html", context, status=422 if form.errors else 200)


def _ended(
    request: SignedInRequest, ended: services.CheckedOutcomes, done: services.OutcomeImport | None
) -> HttpResponse:
    services.waiting(request.user).throw_away()
    messages.success(request, ended.ended(done.taken if done is not None else 0, did="Logged"))
    return redirect(done) if done is not None else redirect("training:outcome_imports")

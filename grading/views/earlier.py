"""Earlier reviews from spreadsheets: their list, the file, what would become of each row, and taking it over."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import keyset_page
from common.waiting_files import WaitingFile
from common.xlsx import XLSX
from grading.documents.earlier_template import template_of
from grading.forms.earlier import EarlierReviewsForm, TakeBackForm
from grading.models import EarlierImport
from grading.permissions import dip_samples as permissions
from grading.queries.earlier import LIST_ORDER, latest_imports, listed_earlier_reviews, open_forms
from grading.services import earlier_reviews as services
from grading.services.earlier_rows import EXPLAINED

ROWS_A_PAGE = 100


@require_safe
def earlier_reviews(request: SignedInRequest) -> HttpResponse:
    """Every row that was taken over, newest period first. The look is recorded."""
    if not permissions.can_see_earlier(request.user):
        raise PermissionDenied
    page = keyset_page(listed_earlier_reviews(request.user), order=LIST_ORDER, cursor=request.GET.get("cursor"))
    audit.record(
        verb=Verb.READ,
        what="grading.earlier_reviews_listed",
        at=timezone.now(),
        actor=request.user,
        incidents=[review.incident_number for review in page],
    )
    context = {
        "page": page,
        "open_forms": open_forms(request.user, page),
        "imports": latest_imports(request.user),
        "may_take_over": permissions.can_take_over_earlier(request.user),
    }
    return render(request, "grading/dip_samples/earlier_reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def earlier_reviews_import(request: SignedInRequest) -> HttpResponse:
    """Choose the file. When it is wrong as a whole the page says so; else each row is shown before anything is stored."""
    if not permissions.can_take_over_earlier(request.user):
        raise PermissionDenied
    form = EarlierReviewsForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["file"]
        file = WaitingFile(chosen.name, chosen.read())
        try:
            services.check_earlier_reviews(
                content=file.content, file_name=file.name, force=request.user.agency, at=timezone.now()
            )
            services.keep_waiting(file=file, by=request.user)
            return redirect("grading:earlier_reviews_check")
        except DomainError as error:
            form.add_error("file", str(error))
    context = {"form": form, "columns": EXPLAINED}
    return render(
        request, "grading/dip_samples/earlier_reviews_import.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def earlier_reviews_check(request: SignedInRequest) -> HttpResponse:
    """What would become of each row; posted, the rows that are right are taken, if the file is the one that was shown."""
    if not permissions.can_take_over_earlier(request.user):
        raise PermissionDenied
    at, file = timezone.now(), services.waiting_file(request.user)
    if file is None:
        messages.error(request, "No file waits to be taken over. Choose it again.")
        return redirect("grading:earlier_reviews_import")
    if request.method == "POST" and "throw_away" in request.POST:
        services.throw_away(request.user)
        messages.success(request, "The file was thrown away. Nothing was taken over.")
        return redirect("grading:earlier_reviews")
    whose: dict[str, Any] = {"content": file.content, "file_name": file.name, "force": request.user.agency, "at": at}
    if request.method == "POST":
        return _take_over(request, whose)
    checked = services.check_earlier_reviews(**whose)
    services.record_check(checked, by=request.user, at=at)
    return render(request, "grading/dip_samples/earlier_reviews_check.html", checked.page(request.GET))


@require_safe
def earlier_reviews_template(request: SignedInRequest) -> HttpResponse:
    """An empty workbook with the columns."""
    if not permissions.can_take_over_earlier(request.user):
        raise PermissionDenied
    columns = [(column.name, column.meaning, column.example) for column in EXPLAINED]
    return HttpResponse(
        template_of(columns, sheet=services.SHEET),
        content_type=XLSX,
        headers={"Content-Disposition": 'attachment; filename="earlier-reviews.xlsx"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def earlier_reviews_take_back(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Remove what was taken over from one spreadsheet, with the reason."""
    done = get_object_or_404(EarlierImport.objects.visible_to(request.user), pk=pk)
    if not permissions.can_take_over_earlier(request.user):
        raise PermissionDenied
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            count = services.take_back(import_id=done.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"Taken back: {count:,} review{'' if count == 1 else 's'} of {done.file_name}.")
            return redirect("grading:earlier_reviews")
        except DomainError as error:
            form.add_error("why", str(error))
    context = {"done": done, "form": form}
    status = 422 if form.errors else 200
    return render(request, "grading/dip_samples/earlier_reviews_take_back.html", context, status=status)


def _take_over(request: SignedInRequest, whose: dict[str, Any]) -> HttpResponse:
    """The message says what became of the file; of one that was checked in another window meanwhile nothing is taken."""
    try:
        checked, done = services.take_earlier_reviews(
            **whose, by=request.user, expected_sha256=request.POST.get("sha256", "")
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("grading:earlier_reviews_check")
    services.throw_away(request.user)
    messages.success(request, checked.ended(done.taken if done is not None else 0))
    return redirect("grading:earlier_reviews")

"""Somebody's own CPD spreadsheet: the file, its columns, what would become of each row, taking it over, undoing it."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.http import SignedInRequest
from common.mapped_tables import guess_columns
from common.waiting_files import WaitingFile
from training import permissions
from training.forms.cpd import ReasonForm
from training.forms.cpd_imports import ColumnsForm, CpdSpreadsheetForm
from training.models import CpdImport
from training.queries.cpd import imports_of
from training.queries.people import people_seen_by
from training.services import cpd_imports as services
from training.services.cpd_rows import EXPLAINED, NEEDED, WORDS, Fallbacks
from training.views.frame import show
from training.views.people import self_or_seen


@require_http_methods(["GET", "HEAD", "POST"])
def cpd_import(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose the file. When it is wrong as a whole the page says so."""
    learner = _learner(request, pk)
    form = CpdSpreadsheetForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["file"]
        file = WaitingFile(chosen.name, chosen.read())
        try:
            services.read_cpd_file(file)
            services.waiting(person=learner, by=request.user).keep(file)
            return redirect("training:cpd_import_columns", learner.pk)
        except DomainError as error:
            form.add_error("file", str(error))
    imports = [(done, permissions.can_undo_cpd_import(request.user, done)) for done in imports_of(learner)]
    context = _of(request, learner) | {"form": form, "imports": imports, "columns": EXPLAINED.values()}
    return show(request, "cpd_import.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def cpd_import_columns(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say which column is which; what their headings say is filled in."""
    learner = _learner(request, pk)
    file = services.waiting(person=learner, by=request.user).file()
    if file is None:
        return _choose_again(request, learner)
    table = services.read_cpd_file(file)
    form = ColumnsForm(
        request.POST if request.method == "POST" else None,
        columns=EXPLAINED,
        needed=NEEDED,
        headings=table.headings,
        guessed=guess_columns(table.headings, WORDS),
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        fallbacks = Fallbacks(said["usual_kind"], said["usual_hours"], said["usual_learned"].strip())
        mapping = services.ColumnMap(form.places(), fallbacks)
        services.keep_mapping(mapping=mapping, person=learner, by=request.user)
        return redirect("training:cpd_import_check", learner.pk)
    context = _of(request, learner) | {"form": form, "file_name": file.name, "rows": len(table.rows)}
    return show(request, "cpd_import_columns.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def cpd_import_check(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What would become of each row; posted, the rows that are right are taken, if file and columns are those that were shown."""
    learner = _learner(request, pk)
    file = services.waiting(person=learner, by=request.user).file()
    mapping = services.kept_mapping(person=learner, by=request.user)
    if request.method == "POST" and "throw_away" in request.POST:
        services.waiting(person=learner, by=request.user).throw_away()
        messages.success(request, "The file was thrown away. Nothing was taken over.")
        return redirect("training:cpd_import", learner.pk)
    if file is None or mapping is None:
        return _choose_again(request, learner)
    if request.method == "POST":
        return _take_over(request, learner, file, mapping)
    at = timezone.now()
    checked = services.check_cpd_file(file=file, mapping=mapping, person=learner, at=at)
    if learner.pk != request.user.pk:
        audit.record(
            verb=Verb.READ,
            what="training.cpd_file_checked",
            at=at,
            actor=request.user,
            subject=learner,
            rows=len(checked.rows),
        )
    return show(request, "cpd_import_check.html", _of(request, learner) | checked.page(request.GET))


@require_http_methods(["GET", "HEAD", "POST"])
def cpd_import_undo(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back all that was taken over from one spreadsheet, with the reason."""
    seen = people_seen_by(request.user).values("pk")
    done: CpdImport = get_object_or_404(
        CpdImport.objects.select_related("person").filter(person__in=seen)
        | CpdImport.objects.select_related("person").filter(person=request.user),
        pk=pk,
    )
    if not permissions.can_undo_cpd_import(request.user, done):
        raise PermissionDenied
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            count = services.undo_cpd_import(import_id=done.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"Undone: {count:,} entr{'y' if count == 1 else 'ies'} of {done.file_name}.")
            return redirect("training:cpd_import", done.person_id)
        except DomainError as error:
            form.add_error("why", str(error))
    context = _of(request, done.person) | {"done": done, "form": form}
    return show(request, "cpd_import_undo.html", context, status=422 if form.errors else 200)


def _learner(request: SignedInRequest, pk: uuid.UUID) -> User:
    learner = self_or_seen(request, pk)
    if not permissions.can_import_cpd_of(request.user, learner):
        raise PermissionDenied
    return learner


def _of(request: SignedInRequest, learner: User) -> dict[str, object]:
    """Whose log it is, and where its page is."""
    is_own = learner.pk == request.user.pk
    back = reverse("training:mine") if is_own else reverse("training:person", args=[learner.pk])
    return {"learner": learner, "is_own": is_own, "log_url": f"{back}#cpd"}


def _choose_again(request: SignedInRequest, learner: User) -> HttpResponse:
    messages.error(request, "No file waits to be taken over. Choose it again.")
    return redirect("training:cpd_import", learner.pk)


def _take_over(request: SignedInRequest, learner: User, file: WaitingFile, mapping: services.ColumnMap) -> HttpResponse:
    """The message says what became of the file; of one that was checked in another window meanwhile nothing is taken."""
    try:
        checked, done = services.take_cpd_file(
            file=file,
            mapping=mapping,
            person=learner,
            by=request.user,
            at=timezone.now(),
            shown=request.POST.get("shown", ""),
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("training:cpd_import_check", learner.pk)
    services.waiting(person=learner, by=request.user).throw_away()
    messages.success(request, checked.ended(done.taken if done is not None else 0))
    return redirect("training:cpd_import", learner.pk)

"""The desk of who imports incidents: the file, what became of it, and the incidents."""

import uuid
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.sign_in.confirming import confirmed_recently_for_file
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.csv_files import csv_chunks
from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import capped_count, keyset_page
from referrals import permissions, queries
from referrals.forms import ImportIncidentsForm, IncidentFilterForm, may_filter
from referrals.services import incidents as services
from referrals.services.incident_rows import EXPLAINED


@require_safe
def incidents(request: SignedInRequest) -> HttpResponse:
    """Incidents of the own force, newest first, by the filters in the address. The look is recorded."""
    if not permissions.can_import_incidents(request.user):
        raise PermissionDenied
    at = timezone.now()
    form = IncidentFilterForm(request.GET, districts=queries.districts_of(request.user.agency_id))
    filters = may_filter(form)
    wanted = filters | (
        {"reported_from": london_day(at) - timedelta(days=filters["days"])} if "days" in filters else {}
    )
    found = queries.incidents_for(request.user, filters=wanted)
    page = keyset_page(found, order=queries.INCIDENTS_ORDER, cursor=request.GET.get("cursor"))
    audit.record(
        verb=Verb.READ, what="incidents.listed", at=at, actor=request.user, shown=len(page), filters=sorted(filters)
    )
    context = {"form": form, "filters": filters, "page": page, "count": capped_count(found)}
    return render(request, "referrals/incidents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def incidents_import(request: SignedInRequest) -> HttpResponse:
    """Take a file. When it is wrong as a whole nothing is kept, and the page says what to do."""
    if not permissions.can_import_incidents(request.user):
        raise PermissionDenied
    form = ImportIncidentsForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            done = services.import_incidents(
                file=file, file_name=file.name, force=request.user.agency, by=request.user, at=timezone.now()
            )
            return redirect(done)
        except DomainError as error:
            form.add_error("file", str(error))
    context = {"form": form, "columns": EXPLAINED}
    return render(request, "referrals/incidents_import.html", context, status=422 if form.errors else 200)


@require_safe
def incident_imports(request: SignedInRequest) -> HttpResponse:
    """Every import into the own force, newest first."""
    if not permissions.can_import_incidents(request.user):
        raise PermissionDenied
    page = keyset_page(queries.imports_for(request.user), order=queries.IMPORTS_ORDER, cursor=request.GET.get("cursor"))
    return render(request, "referrals/incident_imports.html", {"page": page})


@require_safe
def incident_import(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What became of one file: counts, and each refused row with its reason."""
    imported = get_object_or_404(queries.imports_for(request.user), pk=pk)
    audit.record(verb=Verb.READ, what="incidents.import_read", at=timezone.now(), actor=request.user, subject=imported)
    refusals = queries.refusals_of(imported)
    page = keyset_page(refusals, order=queries.REFUSALS_ORDER, cursor=request.GET.get("cursor"))
    return render(request, "referrals/incident_import.html", {"imported": imported, "page": page})


@require_safe
@confirmed_recently_for_file
def incident_import_refusals(request: SignedInRequest, pk: uuid.UUID) -> StreamingHttpResponse:
    """The refused rows and their reasons as a CSV file. The download is recorded."""
    imported = get_object_or_404(queries.imports_for(request.user), pk=pk)
    audit.record(verb=Verb.EXPORTED, what="incidents.refusals", at=timezone.now(), actor=request.user, subject=imported)
    rows = queries.refusals_of(imported).values_list("number", "column", "message").iterator()
    return StreamingHttpResponse(
        csv_chunks(queries.REFUSALS_HEADING, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="refused-rows-{imported.pk}.csv"'},
    )

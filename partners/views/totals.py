"""Totals of the own force's sessions: the page, and the same as CSV, workbook and one page of paper."""

import hashlib
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.sign_in.confirming import confirmed_recently_for_file
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.csv_files import csv_chunks
from common.http import SignedInRequest, attachment
from common.xlsx import XLSX
from partners import permissions
from partners.documents import totals as documents
from partners.forms.totals import TotalsForm
from partners.queries.totals import Totals, totals_for
from partners.queries.totals_charts import charts_of, never_chart

MOST_LISTED = 100
FILE = "session-totals"


@require_safe
def totals(request: SignedInRequest) -> HttpResponse:
    """Sessions, delegates, averages and shares by kind and period, and agencies nobody came from: counts, and no person's name."""
    form, found = _found(request)
    context = {
        "form": form,
        "totals": found,
        "charts": charts_of(found) if found else [],
        "never_chart": never_chart(found) if found else None,
        "listed": found.missing[:MOST_LISTED] if found else [],
        "keeps_agencies": permissions.can_keep_agencies(request.user),
    }
    return render(request, "partners/totals.html", context, status=422 if form.errors else 200)


@require_safe
@confirmed_recently_for_file
def totals_csv(request: SignedInRequest) -> HttpResponseBase:
    """The same as one list of figures; taking it is recorded."""
    _, found = _found(request)
    if found is None:
        return _back(request)
    _record(request, found, "csv")
    headers = {"Content-Disposition": f'attachment; filename="{FILE}.csv"', "Cache-Control": "no-store, private"}
    chunks = csv_chunks(documents.CSV_HEADINGS, documents.csv_rows(found))
    return StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8", headers=headers)


@require_safe
@confirmed_recently_for_file
def totals_xlsx(request: SignedInRequest) -> HttpResponse:
    """The same as a workbook; taking it is recorded."""
    _, found = _found(request)
    if found is None:
        return _back(request)
    content = documents.workbook(found)
    _record(request, found, "xlsx", content)
    return attachment(content, name=f"{FILE}.xlsx", content_type=XLSX)


@require_safe
@confirmed_recently_for_file
def totals_pdf(request: SignedInRequest) -> HttpResponse:
    """The same on one page of paper; taking it is recorded."""
    _, found = _found(request)
    if found is None:
        return _back(request)
    content = documents.pdf_of(found).content
    _record(request, found, "pdf", content)
    return attachment(content, name=f"{FILE}.pdf", content_type="application/pdf")


def _found(request: SignedInRequest) -> tuple[TotalsForm, Totals | None]:
    """The filter of the address, and the totals where it has no error."""
    user = request.user
    if not permissions.can_see_totals(user):
        raise PermissionDenied
    at = timezone.now()
    form = TotalsForm(request.GET or None, today=london_day(at))
    asked = form.asked()
    return form, None if asked is None else totals_for(user.agency, asked, at=at)


def _back(request: SignedInRequest) -> HttpResponse:
    """To the page, which says what is wrong."""
    return redirect(f"{reverse('partners:totals')}?{request.GET.urlencode()}")


def _record(request: SignedInRequest, found: Totals, form: str, content: bytes = b"") -> None:
    digest: dict[str, Any] = {"sha256": hashlib.sha256(content).hexdigest()} if content else {}
    audit.record(
        verb=Verb.EXPORTED,
        what="partners.totals_exported",
        at=timezone.now(),
        actor=request.user,
        subject=request.user.agency,
        format=form,
        sessions=found.whole.sessions,
        **digest,
    )

"""The consultation log of the hub: record, read, link, count, export. Each look is recorded."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.sign_in.confirming import confirmed_recently_for_file
from audit import services as audit
from audit.enums import Verb
from common.csv_files import csv_chunks
from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import capped_count, keyset_page
from referrals import permissions, queries, services
from referrals.forms import ConsultationFilterForm, ConsultationForm, LinkConsultationForm, may_filter
from referrals.models import Consultation


@require_safe
def consultations(request: SignedInRequest) -> HttpResponse:
    """The log, the latest first, by the filters in the address."""
    _check(request)
    form = ConsultationFilterForm(request.GET)
    filters = may_filter(form)
    found = queries.consultations_for(request.user, filters=filters)
    page = keyset_page(found, order=queries.CONSULTATIONS_ORDER, cursor=request.GET.get("cursor"))
    _record(request, Verb.READ, "consultations.listed", shown=len(page), filters=sorted(filters))
    context = {"form": form, "filters": filters, "page": page, "count": capped_count(found)}
    return render(request, "referrals/consultations.html", context)


@require_safe
@confirmed_recently_for_file
def consultations_export(request: SignedInRequest) -> StreamingHttpResponse:
    """The log as CSV, with the filters of the list."""
    _check(request)
    filters = may_filter(ConsultationFilterForm(request.GET))
    found = queries.consultations_for(request.user, filters=filters)
    _record(request, Verb.EXPORTED, "consultations.exported", shown=found.count(), filters=sorted(filters))
    return StreamingHttpResponse(
        csv_chunks(queries.CONSULTATIONS_HEADING, queries.consultation_rows(found)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="consultations.csv"'},
    )


@require_safe
def consultation_counts(request: SignedInRequest) -> HttpResponse:
    """How often each agency asked, month by month."""
    _check(request)
    form = ConsultationFilterForm(request.GET)
    filters = may_filter(form)
    counts = queries.consultation_counts(queries.consultations_for(request.user, filters=filters))
    return render(request, "referrals/consultation_counts.html", {"counts": counts, "filters": filters})


@require_http_methods(["GET", "HEAD", "POST"])
def consultation_new(request: SignedInRequest) -> HttpResponse:
    """Record a question and the advice."""
    _check(request)
    at = timezone.now()
    form = ConsultationForm(request.POST or None, initial={"key": uuid.uuid4(), "asked_at": at})
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(services.record_consultation(by=request.user, at=at, **form.cleaned_data))
        except DomainError as error:
            form.add_error(None, str(error))
    status = 422 if request.method == "POST" else 200
    return render(request, "referrals/consultation_new.html", {"form": form}, status=status)


@require_safe
def consultation(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One question with its advice, and the referral that followed."""
    shown = _visible(request, pk)
    _record(request, Verb.READ, "consultation.read", subject=shown)
    return render(request, "referrals/consultation.html", {"consultation": shown, "form": LinkConsultationForm()})


@require_POST
def consultation_link(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say which referral followed."""
    shown = _visible(request, pk)
    form = LinkConsultationForm(request.POST)
    if form.is_valid():
        try:
            linked = services.link_consultation(
                consultation_id=shown.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, "The referral that followed is on record.")
            return redirect(linked)
        except DomainError as error:
            form.add_error("reference", str(error))
    _record(request, Verb.READ, "consultation.read", subject=shown)
    return render(request, "referrals/consultation.html", {"consultation": shown, "form": form}, status=422)


def _check(request: SignedInRequest) -> None:
    if not permissions.can_keep_consultations(request.user):
        raise PermissionDenied


def _visible(request: SignedInRequest, pk: uuid.UUID) -> Consultation:
    shown = Consultation.objects.visible_to(request.user)
    return get_object_or_404(shown.select_related("agency", "advised_by", "referral", "linked_by"), pk=pk)


def _record(
    request: SignedInRequest, verb: Verb, what: str, *, subject: Consultation | None = None, **details: Any
) -> None:
    audit.record(verb=verb, what=what, at=timezone.now(), actor=request.user, subject=subject, **details)

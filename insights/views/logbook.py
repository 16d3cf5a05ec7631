"""The access log: what was done, by whom, with which record, when and why. Looking into it is in it too."""

import uuid
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Permission
from accounts.sign_in.confirming import confirmed_recently
from audit import queries as audit_queries
from audit import services as audit
from audit.enums import Verb
from audit.models import LogSearch
from common.clock import start_of_day
from common.http import SignedInRequest, attachment
from common.paging import keyset_page
from insights import services
from insights.forms import AccessLogSearchForm, LogExportForm, LogRowForm, WhoLookedForm
from insights.queries.access_log import (
    EXPORTED_AT_MOST,
    agencies_offered,
    entries_of,
    people_who_looked,
    shown_of,
    with_names,
)
from referrals.models import Referral
from referrals.permissions import can_see_who_looked, sees_all_looks

LOOKS_ON_A_PAGE = 50


def _check_keeps_log(request: SignedInRequest) -> None:
    if not request.user.may(Permission.SEE_ACCESS_LOG):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def access_log(request: SignedInRequest) -> HttpResponse:
    """The newest entries and the form; sending it leads to what it finds."""
    _check_keeps_log(request)
    agencies = agencies_offered()
    if request.method == "POST":
        form = AccessLogSearchForm(request.POST, agencies=agencies)
        if form.is_valid():
            try:
                search = services.begin_log_search(
                    terms=form.terms(), asked=form.asked(), by=request.user, at=timezone.now()
                )
            except services.CannotSearchLog as error:
                form.add_error(error.field, str(error))
            else:
                return redirect("access_log_found", search.pk)
        return render(request, "insights/access_log.html", {"form": form}, status=422)
    ids = LogRowForm(request.GET).ids()
    found = audit_queries.entries(actor_id=ids.get("actor_id", ""), object_id=ids.get("object_id", ""))
    page = keyset_page(found, order=("-pk",), cursor=request.GET.get("cursor"))
    audit.record(
        verb=Verb.READ,
        what="access_log.read",
        at=timezone.now(),
        actor=request.user,
        entries=len(page.items),
        narrowed=ids,
    )
    context = {
        "form": AccessLogSearchForm(agencies=agencies),
        "page": page,
        "lines": with_names(page.items),
        "is_narrowed": bool(ids),
    }
    return render(request, "insights/access_log.html", context)


def _own_search(request: SignedInRequest, search_pk: uuid.UUID) -> LogSearch:
    _check_keeps_log(request)
    return get_object_or_404(LogSearch, pk=search_pk, by_id=str(request.user.pk))


@require_safe
def access_log_found(request: SignedInRequest, search_pk: uuid.UUID) -> HttpResponse:
    """What one's own search finds now, the newest first."""
    search = _own_search(request, search_pk)
    page = keyset_page(entries_of(search), order=("-pk",), cursor=request.GET.get("cursor"))
    audit.record(
        verb=Verb.READ,
        what="access_log.read",
        at=timezone.now(),
        actor=request.user,
        subject=search,
        entries=len(page.items),
    )
    context = {"search": search, "asked": search.terms["asked"], "page": page, "lines": with_names(page.items)}
    return render(request, "insights/access_log_found.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_recently
def access_log_export(request: SignedInRequest, search_pk: uuid.UUID) -> HttpResponse:
    """The same as a file, with a reason."""
    search = _own_search(request, search_pk)
    form = LogExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            content = services.export_log(
                lines=with_names(entries_of(search)[: EXPORTED_AT_MOST + 1]),
                search=search,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except services.CannotExportLog as error:
            form.add_error(None, str(error))
        else:
            return attachment(content, name="access-log.csv", content_type="text/csv; charset=utf-8")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "search": search, "asked": search.terms["asked"]}
    return render(request, "insights/access_log_export.html", context, status=status)


def who_looked(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who read or changed one referral, newest first, by person and day; looking is itself recorded.

    Its writer sees what was done with it, and not what is kept from writers: why, second looks, grading, evaluation.
    """
    keeps_log = request.user.may(Permission.SEE_ACCESS_LOG)
    known = Referral.objects.all() if keeps_log else Referral.objects.visible_to(request.user)
    referral = get_object_or_404(known.submitted(), pk=pk)
    if not can_see_who_looked(request.user, referral):
        raise PermissionDenied
    shown = shown_of(request.user, referral)
    form = WhoLookedForm(request.GET or None, people=people_who_looked(referral, shown))
    asked = form.cleaned_data if form.is_bound and form.is_valid() else {}
    start, end = asked.get("start"), asked.get("end")
    found = audit_queries.entries(
        object_id=str(referral.pk),
        actor_id=asked.get("who", ""),
        since=start_of_day(start) if start else None,
        before=start_of_day(end + timedelta(days=1)) if end else None,
    ).filter(shown)
    page = keyset_page(found, order=("-pk",), cursor=request.GET.get("cursor"), size=LOOKS_ON_A_PAGE)
    audit.record(verb=Verb.READ, what="referral.looks_read", at=timezone.now(), actor=request.user, subject=referral)
    context = {
        "referral": referral,
        "form": form,
        "page": page,
        "lines": with_names(page.items),
        "keeps_log": keeps_log,
        "sees_reasons": sees_all_looks(request.user, referral),
    }
    return render(request, "insights/who_looked.html", context)

"""The home page and the access log."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.enums import Permission
from audit import queries as audit_queries
from audit import services as audit
from audit.enums import Verb
from common.http import SignedInRequest
from common.paging import keyset_page
from insights import queries
from insights.forms import AccessLogSearchForm


def home(request: SignedInRequest) -> HttpResponse:
    """What waits for this person, and the one thing they most likely came for."""
    context = {
        "waiting": queries.waiting_for(request.user, at=timezone.now()),
        "main_action": queries.main_action(request.user),
    }
    return render(request, "insights/home.html", context)


def access_log(request: SignedInRequest) -> HttpResponse:
    """Who did what to which record, newest first; looking is itself recorded."""
    if not request.user.may(Permission.SEE_ACCESS_LOG):
        raise PermissionDenied
    form = AccessLogSearchForm(request.GET or None)
    filters = form.cleaned_data if form.is_bound and form.is_valid() else {}
    page = keyset_page(audit_queries.entries(**filters), order=("-pk",), cursor=request.GET.get("cursor"))
    audit.record(
        verb=Verb.SEARCHED, what="access_log.searched", at=timezone.now(), actor=request.user, fields=sorted(filters)
    )
    context = {"form": form, "page": page, "lines": queries.with_names(page.items)}
    return render(request, "insights/access_log.html", context)

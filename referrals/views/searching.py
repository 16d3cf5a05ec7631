"""Search: what is typed is sent, never put into an address; the results have an address that tells nothing."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit import services as audit
from audit.enums import Verb
from common.http import SignedInRequest
from referrals import permissions, queries, services
from referrals.forms import SearchForm
from referrals.models import Search


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: SignedInRequest) -> HttpResponse:
    """The form; sending it leads to the results."""
    if not permissions.can_search(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "referrals/search.html", {"form": SearchForm(asks_why=services.asks_why_of_search)})
    form = SearchForm(request.POST, asks_why=services.asks_why_of_search)
    if form.is_valid():
        begun = services.begin_search(terms=form.terms(), by=request.user, at=timezone.now(), reason=form.reason())
        return redirect("referrals:search_results", begun.pk)
    return render(request, "referrals/search.html", {"form": form}, status=422)


@require_safe
def search_results(request: SignedInRequest, search_pk: uuid.UUID) -> HttpResponse:
    """What one's own search finds now, the newest first, each with the reason."""
    if not permissions.can_search(request.user):
        raise PermissionDenied
    kept = get_object_or_404(Search.objects.visible_to(request.user), pk=search_pk)
    terms = services.terms_of(kept)
    form = SearchForm(initial=terms, asks_why=services.asks_why_of_search)
    found = queries.search(request.user, terms)
    page = found.page(request.GET.get("cursor"))
    audit.record_each(
        verb=Verb.SEARCHED,
        what="referral.found",
        at=timezone.now(),
        actor=request.user,
        subjects=page.items,
        search=str(kept.pk),
    )
    context = {
        "form": form,
        "page": page,
        "rows": queries.explain(request.user, page.items, terms),
        "count": found.count_beside(page),
        "too_many_officers": queries.names_too_many(terms),
        "asked": form.asked(terms),
    }
    return render(request, "referrals/search.html", context)

"""Access that a rule lists, and what information governance notes of it. Looking here is in the log too."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Permission
from audit import services as audit
from audit.enums import UnusualMove, Verb
from audit.models import Unusual
from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import keyset_page
from insights.forms import UnusualNoteForm, UnusualStateForm
from insights.queries.access_log import with_names
from insights.queries.unusual_cases import cases_with_names, entries_about


def _check_keeps_log(request: SignedInRequest) -> None:
    if not request.user.may(Permission.SEE_ACCESS_LOG):
        raise PermissionDenied


@require_safe
def unusual(request: SignedInRequest) -> HttpResponse:
    """Cases of one state, the newest first."""
    _check_keeps_log(request)
    form = UnusualStateForm({"state": request.GET.get("state", "NEW")})
    cases = Unusual.objects.filter(state=form.chosen())
    page = keyset_page(cases, order=("-found_at", "-pk"), cursor=request.GET.get("cursor"))
    audit.record(
        verb=Verb.READ, what="unusual.listed_read", at=timezone.now(), actor=request.user, cases=len(page.items)
    )
    context = {"form": form, "page": page, "cases": cases_with_names(page.items), "state": form.chosen()}
    return render(request, "insights/unusual.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def unusual_case(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One case: why it is listed, what the person did that day, and what came of it."""
    _check_keeps_log(request)
    case = get_object_or_404(Unusual, pk=pk)
    form = UnusualNoteForm(request.POST if request.method == "POST" else None, moves=case.moves)
    if request.method == "POST" and form.is_valid():
        move = UnusualMove(form.cleaned_data["move"])
        try:
            audit.note_unusual(
                unusual_id=pk, move=move, note=form.cleaned_data["note"], by=request.user, at=timezone.now()
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.info(request, f"Noted: {move.label[0].lower()}{move.label[1:]}.")
            return redirect("unusual")
    page = keyset_page(entries_about(case), order=("-pk",), cursor=request.GET.get("cursor"))
    audit.record(verb=Verb.READ, what="unusual.read", at=timezone.now(), actor=request.user, subject=case)
    context = {
        "case": cases_with_names([case])[0],
        "is_own": case.actor_id == str(request.user.pk),
        "form": form,
        "page": page,
        "lines": with_names(page.items),
    }
    return render(request, "insights/unusual_case.html", context, status=422 if form.errors else 200)

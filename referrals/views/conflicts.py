"""Conflicts of interest: saying that one knows somebody, whom one knows at all, and the supervisor's judgement."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import keyset_page
from referrals import permissions, queries, services
from referrals.forms import ConnectionForm, DeclareForm, JudgeForm, ReferenceForm
from referrals.models import Conflict, Connection, Referral
from referrals.views.emergencies import BANNER

READ_OR_SEND = ["GET", "HEAD", "POST"]


@require_http_methods(READ_OR_SEND)
def conflict_declare(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say that one knows somebody in a referral. Shows nothing of it but its reference, so it can be said before reading."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=pk)
    form = DeclareForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.declare_conflict(referral_id=referral.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            if request.session.get(BANNER, {}).get("referral") == str(referral.pk):
                del request.session[BANNER]
            messages.success(
                request, f"{referral} is closed to you, and a supervisor is told. You need do nothing more."
            )
            return redirect("referrals:connections")
        except DomainError as refusal:
            form.add_error("words", str(refusal))
    context = {
        "referral": referral,
        "form": form,
        "title": "I know somebody in this referral",
        "button": "Close it to me",
        "about": "declare",
    }
    return render(request, "referrals/guard.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(READ_OR_SEND)
def connections(request: SignedInRequest) -> HttpResponse:
    """People and addresses that one knows, for oneself alone; a POST adds one."""
    if not permissions.can_search(request.user):
        raise PermissionDenied
    form = ConnectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_connection(by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Kept. Referrals about them stay closed to you until a supervisor has looked.")
            return redirect("referrals:connections")
        except DomainError as refusal:
            form.add_error("family_name", str(refusal))
    known = Connection.objects.filter(person=request.user).order_by("family_name", "address", "pk")
    context = {"form": form, "known": list(known), "reference_form": ReferenceForm()}
    return render(request, "referrals/connections.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def connection_remove(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Forget one of them."""
    known = get_object_or_404(Connection.objects.filter(person=request.user), pk=pk)
    services.remove_connection(connection_id=known.pk, by=request.user, at=timezone.now())
    messages.success(request, "Removed. What a supervisor judged stays as it is.")
    return redirect("referrals:connections")


@require_http_methods(READ_OR_SEND)
def conflict_find(request: SignedInRequest) -> HttpResponse:
    """From a reference to the page on which one says that one knows somebody, past the referral itself."""
    if not permissions.can_search(request.user):
        raise PermissionDenied
    form = ReferenceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        visible = Referral.objects.visible_to(request.user).sent()
        found = visible.filter(reference=form.cleaned_data["reference"]).values_list("pk", flat=True).first()
        if found is not None:
            return redirect("referrals:conflict_declare", found)
        form.add_error("reference", "There is no referral with this reference that is open to you.")
    context = {"form": form}
    return render(request, "referrals/conflict_find.html", context, status=422 if request.method == "POST" else 200)


@require_safe
def conflicts(request: SignedInRequest) -> HttpResponse:
    """What waits for a supervisor, the oldest at the top. It names colleagues: that it was read is recorded."""
    if not permissions.judges_conflicts(request.user):
        raise PermissionDenied
    page = keyset_page(
        queries.conflicts_to_judge(request.user), order=queries.JUDGE_ORDER, cursor=request.GET.get("cursor")
    )
    at = timezone.now()
    audit.record(verb=Verb.READ, what="conflicts.listed", at=at, actor=request.user, conflicts=len(page))
    return render(request, "referrals/conflicts.html", {"page": page})


@require_http_methods(READ_OR_SEND)
def conflict(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who may be concerned and why the service thinks so, with nothing of what the referral holds; a POST judges it."""
    if not permissions.judges_conflicts(request.user):
        raise PermissionDenied
    visible = Conflict.objects.to_judge_by(request.user)
    shown = get_object_or_404(visible.select_related("person__agency", "referral", "judged_by"), pk=pk)
    form = JudgeForm(request.POST if request.method == "POST" else None, state=shown.state)
    at = timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            services.judge_conflict(conflict_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, "Recorded.")
            return redirect("referrals:conflicts")
        except DomainError as refusal:
            form.add_error("move", str(refusal))
    audit.record(verb=Verb.READ, what="conflict.read", at=at, actor=request.user, subject=shown)
    context = {
        "conflict": shown,
        "form": form,
        "has_it": shown.referral.assigned_to_id == shown.person_id,
        "may_judge": bool(form.fields["move"].choices),  # type: ignore[attr-defined]
        "sees_referral": Referral.objects.visible_to(request.user).filter(pk=shown.referral_id).exists(),
    }
    return render(
        request, "referrals/conflict_of_interest.html", context, status=422 if request.method == "POST" else 200
    )

"""Emergency access to a restricted referral, step by step, and its review."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import queries as audit_queries
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.http import READ_OR_SEND, SignedInRequest
from common.paging import keyset_page
from referrals import permissions, queries, services
from referrals.forms import BreakGlassForm, ReferenceForm, ReviewEmergencyForm
from referrals.models import EmergencyAccess

MOST_READ = 50
# Where the banner of every page finds what is open, without asking the database.
BANNER = "emergency_access"


@require_safe
def emergencies(request: SignedInRequest) -> HttpResponse:
    """Every emergency access at the hub for who reviews them, one's own for who broke the glass; what is late is marked. Looking is recorded."""
    reviews = permissions.reviews_emergencies(request.user)
    if not reviews and not permissions.may_break_glass(request.user):
        raise PermissionDenied
    found = queries.emergencies_for(request.user)
    is_narrowed = request.GET.get("show") == "to_review"
    if is_narrowed:
        found = found.to_review().exclude(opened_by=request.user)
    at = timezone.now()
    page = keyset_page(found, order=queries.EMERGENCIES_ORDER, cursor=request.GET.get("cursor"))
    audit.record(verb=Verb.READ, what="referral.emergencies_listed", at=at, actor=request.user, emergencies=len(page))
    context = {
        "page": page,
        "rows": [
            {"emergency": one, "is_late": one.is_late(on=london_day(at)), "is_open": one.is_open(at=at)} for one in page
        ],
        "reviews": reviews,
        "is_narrowed": is_narrowed,
        "may_break_glass": permissions.may_break_glass(request.user),
    }
    return render(request, "referrals/emergencies.html", context)


@require_http_methods(READ_OR_SEND)
def emergency_start(request: SignedInRequest) -> HttpResponse:
    """Step 1: what emergency access is, and which referral. That a reference was tried is recorded."""
    if not permissions.may_break_glass(request.user):
        raise PermissionDenied
    form = ReferenceForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        audit.record(verb=Verb.SEARCHED, what="referral.emergency_looked_for", at=timezone.now(), actor=request.user)
        behind = queries.closed_behind_glass(request.user).filter(reference=form.cleaned_data["reference"])
        found = behind.values_list("pk", flat=True).first()
        if found is not None:
            return redirect("referrals:emergency_break", found)
        form.add_error("reference", "There is no restricted referral with this reference that you may open.")
    context = {"form": form, "minutes": _minutes()}
    return render(request, "referrals/emergency_start.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(READ_OR_SEND)
def emergency_break(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Step 2: the reason. Then the referral is open, for a time."""
    if not permissions.may_break_glass(request.user):
        raise PermissionDenied
    referral = get_object_or_404(queries.closed_behind_glass(request.user), pk=pk)
    if permissions.is_open_to(request.user, referral):
        return redirect(referral)
    form = BreakGlassForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            opened = services.break_glass(
                referral_id=referral.pk, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
            request.session[BANNER] = {
                "pk": str(opened.pk),
                "referral": str(referral.pk),
                "reference": referral.reference,
                "until": opened.closes_at.isoformat(),
            }
            return redirect(referral)
        except DomainError as refusal:
            form.add_error("reason", str(refusal))
    # Its reference shows before the glass is broken.
    audit.record(
        verb=Verb.READ, what="referral.emergency_offered", at=timezone.now(), actor=request.user, subject=referral
    )
    context = {"referral": referral, "form": form, "minutes": _minutes()}
    return render(request, "referrals/emergency_break.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(READ_OR_SEND)
def emergency(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who opened it, why, and what they did meanwhile; a POST reviews it."""
    visible = EmergencyAccess.objects.visible_to(request.user)
    shown = get_object_or_404(visible.select_related("referral", "opened_by__agency", "reviewed_by"), pk=pk)
    may_review = permissions.can_review_emergency(request.user, shown)
    if request.method == "POST" and not may_review:
        raise PermissionDenied
    form = ReviewEmergencyForm(request.POST if request.method == "POST" else None)
    at = timezone.now()
    if request.method == "POST" and form.is_valid():
        try:
            services.review_emergency(emergency_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, "Recorded.")
            return redirect("referrals:emergencies")
        except DomainError as refusal:
            form.add_error("outcome", str(refusal))
    audit.record(verb=Verb.READ, what="referral.emergency_read", at=at, actor=request.user, subject=shown)
    done = audit_queries.entries(
        actor_id=str(shown.opened_by_id), since=shown.opened_at, before=shown.ended_at or shown.closes_at
    )
    done = done.filter(details__emergency_access=str(shown.pk)).order_by("pk")
    listed = list(done[: MOST_READ + 1])
    context = {
        "emergency": shown,
        "form": form,
        "may_review": may_review and shown.reviewed_at is None,
        "is_open": shown.is_open(at=at),
        "is_late": shown.is_late(on=london_day(at)),
        "is_mine": shown.opened_by_id == request.user.pk,
        "done": listed[:MOST_READ] if may_review else [],
        "is_cut": len(listed) > MOST_READ,
    }
    return render(request, "referrals/emergency.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def emergency_end(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Close it before its time."""
    own = get_object_or_404(EmergencyAccess.objects.filter(opened_by=request.user), pk=pk)
    services.end_emergency(emergency_id=own.pk, by=request.user, at=timezone.now())
    request.session.pop(BANNER, None)
    messages.success(request, "It is closed again.")
    return redirect("referrals:emergencies")


def _minutes() -> int:
    return int(settings.EMERGENCY_ACCESS_FOR.total_seconds() // 60)

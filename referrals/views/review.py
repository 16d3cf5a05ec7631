"""The supervisor's desk: reviewing PPNs of high risk, and the author's answer to what was returned."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.http import SignedInRequest, refusal_as_message
from common.paging import capped_count, keyset_page
from referrals import permissions, queries, services
from referrals.enums import ReviewState
from referrals.forms import ReviewAnswerForm, ReviewForm, sections_of
from referrals.models import Referral


@require_safe
def reviews(request: SignedInRequest) -> HttpResponse:
    """The PPNs that wait for this supervisor, the one that is due first on top."""
    if not permissions.reviews_referrals(request.user):
        raise PermissionDenied
    return _list(request, queries.reviews_to_do(request.user), "referrals/reviews.html")


@require_safe
def returned(request: SignedInRequest) -> HttpResponse:
    """What was returned to this author and waits for an answer."""
    if not permissions.kinds_to_write(request.user):
        raise PermissionDenied
    return _list(request, queries.returned_to(request.user), "referrals/returned.html")


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The PPN beside the supervisor's questions."""
    visible = Referral.objects.visible_to(request.user).sent().select_related("ppn", "author", "team", "agency")
    referral = get_object_or_404(visible.prefetch_related("people"), pk=pk)
    if not permissions.can_review(request.user, referral):
        raise PermissionDenied
    at = timezone.now()
    completeness = queries.completeness_of(referral, at=referral.submitted_at or at)
    form = ReviewForm(request.POST or None, referral=referral, completeness=completeness)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            done = services.review_referral(referral_id=referral.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, f"{referral}: {done.get_state_display().lower()}.")
        return redirect(referral)
    rounds = queries.reviews_of(referral)
    if not rounds or rounds[0].state != ReviewState.WAITING:
        return redirect(referral)
    audit.record(verb=Verb.READ, what="referral.read", at=at, actor=request.user, subject=referral)
    context = {
        "referral": referral,
        "form": form,
        "current": rounds[0],
        "earlier": rounds[1:],
        "sections": [(page, page.answered(referral)) for page in sections_of(referral)],
        "sees_writer": True,
    }
    return render(request, "referrals/review.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def review_answer(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The author answers what the supervisor returned."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=pk)
    if not permissions.is_writer(request.user, referral):
        raise PermissionDenied
    rounds = queries.reviews_of(referral)
    returned_now = rounds[0] if rounds and rounds[0].state == ReviewState.RETURNED else None
    changes = queries.amendments_since_return(returned_now) if returned_now else []
    form = ReviewAnswerForm(request.POST or None, amendments=changes)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            services.answer_review(referral_id=referral.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Your answer went to your supervisor.")
        return redirect(referral)
    if returned_now is None:
        return redirect(referral)
    context = {"referral": referral, "form": form, "current": returned_now, "has_changes": bool(changes)}
    return render(request, "referrals/review_answer.html", context, status=422 if request.method == "POST" else 200)


def review_panel(user: User, referral: Referral) -> dict[str, Any]:
    """What the page of a referral shows of its review: to the author, the supervisor and the hub."""
    may_review = permissions.can_review(user, referral)
    if not may_review and not permissions.sees_answers(user, referral):
        return {"reviews": []}
    rounds = queries.reviews_of(referral)
    latest = rounds[0].state if rounds else None
    return {
        "reviews": rounds,
        "may_review": may_review and latest == ReviewState.WAITING,
        "may_answer_review": permissions.is_writer(user, referral) and latest == ReviewState.RETURNED,
    }


def _list(request: SignedInRequest, found: Any, template: str) -> HttpResponse:
    page = keyset_page(found, order=queries.REVIEWS_ORDER, cursor=request.GET.get("cursor"))
    context = {"page": page, "count": capped_count(found), "at": timezone.now()}
    return render(request, template, context)

"""How long referrals are kept: the queue of reviews, one review, holds, and certificates of what is gone."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Permission
from accounts.sign_in.confirming import confirmed_recently
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.forms import GovukForm
from common.http import SignedInRequest, attachment, refusal_as_message
from common.paging import keyset_page
from insights import services
from insights.documents import disposal_certificate_pdf
from insights.forms import (
    HoldForm,
    LiftHoldForm,
    RetentionDecisionForm,
    RetentionGroupForm,
    RetentionQueueForm,
    SendBackForm,
)
from insights.queries import retention as queries
from referrals import queries as of_referrals
from referrals import services as referrals
from referrals.enums import RetentionCriterion, RetentionGroup, RetentionState
from referrals.models import LegalHold, RetentionReview

READ_OR_SEND = ["GET", "HEAD", "POST"]


def _check_reviews(request: SignedInRequest) -> None:
    if not request.user.may(Permission.REVIEW_RETENTION):
        raise PermissionDenied


def _review(request: SignedInRequest, pk: uuid.UUID) -> RetentionReview:
    """One of the own hub that is open to this person. What was disposed of is gone, as what is somebody else's."""
    known = RetentionReview.objects.visible_to(request.user).with_is_held(on=london_day(timezone.now()))
    review = get_object_or_404(
        known.select_related("referral", "agency", "decided_by", "approved_by", "grouped_by"), pk=pk
    )
    _check_reviews(request)
    return review


@require_safe
def retention(request: SignedInRequest) -> HttpResponse:
    """The queue: what is due for review, or waits for a second person, first what is due first."""
    _check_reviews(request)
    today = london_day(timezone.now())
    form = RetentionQueueForm(request.GET)
    found = queries.review_queue(request.user, on=today, terms=form.terms(on=today))
    page = keyset_page(found, order=of_referrals.RETENTION_ORDER, cursor=request.GET.get("cursor"))
    audit.record(
        verb=Verb.READ, what="retention.listed_read", at=timezone.now(), actor=request.user, reviews=len(page.items)
    )
    context = {
        "form": form,
        "page": page,
        "today": today,
        "restricted": queries.restricted_reviews(request.user),
        "rules": [(group, of_referrals.rule_in_words(group)) for group in RetentionGroup],
    }
    return render(request, "insights/retention.html", context)


def _review_page(request: SignedInRequest, review: RetentionReview, **given: Any) -> HttpResponse:
    at = timezone.now()
    user = request.user
    audit.record(verb=Verb.READ, what="retention.review_read", at=at, actor=user, subject=review.referral)
    is_due, is_proposed = review.state == RetentionState.DUE, review.state == RetentionState.PROPOSED
    obstacles = queries.obstacles_to(review, at=at) if is_due or is_proposed else []
    context: dict[str, Any] = {
        "review": review,
        "referral": review.referral,
        "facts": queries.facts_of(review.referral),
        "holds": queries.holds_of(review.referral),
        "earlier": queries.earlier_reviews(review),
        "obstacles": obstacles,
        "rule": of_referrals.rule_in_words(review.group),
        "next_on": of_referrals.next_by_rule(review.group, london_day(at)),
        "answers": [(item.label, _answer(review, item)) for item in RetentionCriterion] if review.answers else [],
        "today": london_day(at),
        "is_due": is_due,
        "is_proposed": is_proposed,
        "may_approve": is_proposed and review.decided_by_id != user.pk,
        "may_regroup": review.state in (RetentionState.SCHEDULED, RetentionState.DUE),
        "decision_form": RetentionDecisionForm(),
        "group_form": RetentionGroupForm(initial={"group": review.group}),
        "back_form": SendBackForm(),
        "form": None,
    }
    context.update(given)
    return render(request, "insights/retention_review.html", context, status=422 if given else 200)


def _answer(review: RetentionReview, item: RetentionCriterion) -> str:
    return {"YES": "Yes", "NO": "No", "NOT_KNOWN": "Not known"}.get(review.answers.get(item.value, ""), "")


@require_http_methods(READ_OR_SEND)
def retention_review(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One review: what the rule goes by, and the decision of who keeps the records."""
    review = _review(request, pk)
    if request.method != "POST":
        return _review_page(request, review)
    form = RetentionDecisionForm(request.POST)
    if form.is_valid():
        at, answers, reason = timezone.now(), form.answers, form.cleaned_data["reason"]
        asked = {"review_id": pk, "answers": answers, "reason": reason, "by": request.user, "at": at}
        try:
            if form.cleaned_data["decision"] == "retain":
                referrals.retain_referral(**asked)
                messages.info(request, "Retained. The next review is scheduled.")
            else:
                referrals.propose_disposal(**asked, also=queries.obstacles_of_grading(review.referral))
                messages.info(request, "Proposed. A second person decides; nothing is removed until then.")
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect("retention")
    return _review_page(request, review, decision_form=form, form=form)


@require_POST
def retention_group(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Another review group, with why."""
    review = _review(request, pk)
    form = RetentionGroupForm(request.POST)
    if form.is_valid():
        chosen = {"group": form.cleaned_data["group"], "reason": form.cleaned_data["group_reason"]}
        with refusal_as_message(request):
            changed = referrals.regroup_review(review_id=pk, **chosen, by=request.user, at=timezone.now())
            messages.info(request, f"Moved to group {changed.get_group_display()}.")
        return redirect("retention_review", pk)
    return _review_page(request, review, group_form=form, form=form)


@require_POST
@confirmed_recently
def retention_approve(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The second person's yes. What two people agreed on is gone within moments, and cannot be had back."""
    _review(request, pk)
    with refusal_as_message(request):
        services.approve_disposal(review_id=pk, by=request.user, at=timezone.now())
        messages.info(request, "Approved. It is being disposed of; its certificate is in the list in a moment.")
        return redirect("disposal_certificates")
    return redirect("retention_review", pk)


@require_POST
def retention_send_back(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The second person's no, with why."""
    review = _review(request, pk)
    form = SendBackForm(request.POST)
    if form.is_valid():
        with refusal_as_message(request):
            referrals.send_back_proposal(
                review_id=pk, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
            messages.info(request, "Sent back. It is due for review again.")
        return redirect("retention_review", pk)
    return _review_page(request, review, back_form=form, form=form)


@require_http_methods(READ_OR_SEND)
def legal_holds(request: SignedInRequest) -> HttpResponse:
    """Holds that stand (or that are over), and the form to place one."""
    _check_reviews(request)
    at, user = timezone.now(), request.user
    form = HoldForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _is_placed(form, user, at):
        messages.info(request, "Held. Nothing of it is disposed of until the hold is lifted or over.")
        return redirect("legal_holds")
    is_standing = request.GET.get("show") != "over"
    found = queries.holds_seen_by(user, on=london_day(at), is_standing=is_standing)
    page = keyset_page(found, order=queries.HOLDS_ORDER, cursor=request.GET.get("cursor"))
    audit.record(verb=Verb.READ, what="retention.holds_read", at=at, actor=user, holds=len(page.items))
    context = {"form": form, "page": page, "is_standing": is_standing}
    return render(request, "insights/legal_holds.html", context, status=422 if form.errors else 200)


def _is_placed(form: GovukForm, user: Any, at: Any) -> bool:
    try:
        referrals.place_hold(**form.cleaned_data, by=user, at=at)
    except referrals.CannotHold as error:
        form.add_error(error.field, str(error))
    return not form.errors


@require_http_methods(READ_OR_SEND)
def legal_hold_lift(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Lift one hold, with why; others that stand go on."""
    hold = get_object_or_404(LegalHold.objects.visible_to(request.user).select_related("referral", "placed_by"), pk=pk)
    _check_reviews(request)
    form = LiftHoldForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            referrals.lift_hold(hold_id=pk, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.info(request, "The hold is lifted.")
            return redirect("legal_holds")
    at = timezone.now()
    audit.record(verb=Verb.READ, what="retention.hold_read", at=at, actor=request.user, subject=hold.referral)
    context = {"hold": hold, "form": form}
    return render(request, "insights/legal_hold_lift.html", context, status=422 if form.errors else 200)


@require_safe
def disposal_certificates(request: SignedInRequest) -> HttpResponse:
    """What was disposed of, the newest first. There is nothing personal in it."""
    _check_reviews(request)
    found = queries.certificates_seen_by(request.user)
    page = keyset_page(found, order=queries.CERTIFICATES_ORDER, cursor=request.GET.get("cursor"))
    return render(request, "insights/disposal_certificates.html", {"page": page})


@require_safe
def disposal_certificate(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One certificate, with how many files are still to be removed."""
    certificate = get_object_or_404(queries.certificates_seen_by(request.user), pk=pk)
    _check_reviews(request)
    context = {
        "certificate": certificate,
        "rows": queries.counts_in_words(certificate.rows),
        "kept": queries.counts_in_words(certificate.kept),
        "files_left": certificate.doomed_files.count(),
        "days": settings.BACKUPS_KEPT_DAYS,
    }
    return render(request, "insights/disposal_certificate.html", context)


@require_safe
def disposal_certificate_file(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The certificate on paper."""
    certificate = get_object_or_404(queries.certificates_seen_by(request.user), pk=pk)
    _check_reviews(request)
    pdf = disposal_certificate_pdf(
        certificate,
        rows=queries.counts_in_words(certificate.rows),
        kept=queries.counts_in_words(certificate.kept),
        files_left=certificate.doomed_files.count(),
    )
    audit.record(
        verb=Verb.DOWNLOADED,
        what="retention.certificate_downloaded",
        at=timezone.now(),
        actor=request.user,
        subject=certificate,
    )
    return attachment(pdf.content, name=f"{certificate.number}.pdf", content_type="application/pdf")

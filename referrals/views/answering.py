"""Answers of agencies, what they are sent when something was missing, and what hub and writer ask and tell each other."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError
from common.forms import GovukForm
from common.http import SignedInRequest, refusal_as_message
from common.paging import capped_count, keyset_page
from referrals import permissions, queries, services
from referrals.enums import Answers, ShareState
from referrals.forms import AnswerForm, FeedbackForm, QuestionForm, ReplyForm, SupplyForm
from referrals.models import Referral


@require_safe
def awaited(request: SignedInRequest) -> HttpResponse:
    """The answers that the hub waits for, what agencies rejected, and what they need more of; the oldest at the top."""
    if not permissions.can_see_queue(request.user):
        raise PermissionDenied
    at = timezone.now()
    asked = request.GET.get("show", "")
    show = Answers(asked) if asked in Answers.values else Answers.AWAITED
    if request.GET.get("late") == "on":
        show = Answers.LATE
    order = queries.AWAITED_ORDER if show in (Answers.AWAITED, Answers.LATE) else queries.ANSWERED_ORDER
    shares = {
        Answers.AWAITED: lambda: queries.awaited_by(request.user),
        Answers.LATE: lambda: queries.awaited_by(request.user, late_at=at),
        Answers.REJECTED: lambda: queries.rejected_at(request.user),
        Answers.NEEDED: lambda: queries.to_supply_at(request.user),
    }[show]()
    context = {
        "page": keyset_page(
            queries.with_readers(shares, on=timezone.localdate(at)), order=order, cursor=request.GET.get("cursor")
        ),
        "count": capped_count(shares),
        "show": show,
        "choices": Answers.choices,
        "at": at,
    }
    return render(request, "referrals/awaited.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: SignedInRequest, pk: uuid.UUID, share_pk: uuid.UUID) -> HttpResponse:
    """Accept, reject with a reason, or say what further work is needed."""
    referral = _visible(request, pk)
    shares = referral.shares.live().select_related("agency", "referral")
    share = get_object_or_404(shares.filter(agency=request.user.agency_id), pk=share_pk)
    if not permissions.can_answer(request.user, share):
        raise PermissionDenied
    if share.state != ShareState.WAITING:
        # A second click of one's own is no problem to tell of.
        if share.answered_by_id != request.user.pk:
            messages.error(request, "This was answered already.")
        return redirect(referral)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            services.answer_share(share_id=share.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Your answer was sent to the hub and to the person who wrote the referral.")
        return redirect(referral)
    context = {"referral": referral, "share": share, "form": form}
    return render(request, "referrals/answer.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def supply(request: SignedInRequest, pk: uuid.UUID, share_pk: uuid.UUID) -> HttpResponse:
    """Send an agency what it said was missing; by the hub or by who wrote the referral."""
    referral = _visible(request, pk)
    if not permissions.can_supply(request.user, referral):
        raise PermissionDenied
    share = get_object_or_404(referral.shares.live().select_related("agency"), pk=share_pk)
    asked = share.answers.order_by("-number").first()

    def send(words: str) -> None:
        services.supply_missing(share_id=share.pk, words=words, by=request.user, at=timezone.now())
        messages.success(request, f"Sent to {share.agency}, which now answers again.")

    page = _Page("Send what was missing", "Send it", {"share": share, "asked": asked})
    return _one_form(request, referral, SupplyForm, page, send)


@require_POST
def look_again(request: SignedInRequest, pk: uuid.UUID, share_pk: uuid.UUID) -> HttpResponse:
    """Note that somebody of the hub looked again at what an agency rejected."""
    referral = _visible(request, pk)
    if not permissions.can_decide(request.user, referral):
        raise PermissionDenied
    share = get_object_or_404(referral.shares.live(), pk=share_pk)
    with refusal_as_message(request):
        services.look_again(share_id=share.pk, by=request.user, at=timezone.now())
        messages.success(request, "It is recorded that you looked at it again.")
    return redirect(referral)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask who wrote it something."""
    referral = _visible(request, pk)
    if not permissions.can_give_feedback(request.user, referral):
        raise PermissionDenied

    def send(question: str) -> None:
        services.ask_referrer(referral_id=referral.pk, question=question, by=request.user, at=timezone.now())
        messages.success(request, "Your question was sent.")

    return _one_form(request, referral, QuestionForm, _Page("Ask who wrote it", "Send the question"), send)


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: SignedInRequest, pk: uuid.UUID, question_pk: uuid.UUID) -> HttpResponse:
    """Reply to a question of the hub."""
    referral = _visible(request, pk)
    if not permissions.is_writer(request.user, referral):
        raise PermissionDenied
    asked = get_object_or_404(referral.clarifications.all(), pk=question_pk)

    def send(reply: str) -> None:
        services.reply_to_hub(clarification_id=asked.pk, reply=reply, by=request.user, at=timezone.now())
        messages.success(request, "Your reply was sent to the hub.")

    page = _Page("Reply to the hub", "Send the reply", {"question": asked})
    return _one_form(request, referral, ReplyForm, page, send)


@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Tell who wrote it what can be learned, or thank them."""
    referral = _visible(request, pk)
    if not permissions.can_give_feedback(request.user, referral):
        raise PermissionDenied

    def send(kind: str, words: str) -> None:
        services.give_feedback(referral_id=referral.pk, kind=kind, words=words, by=request.user, at=timezone.now())
        messages.success(request, "Your feedback was sent.")

    return _one_form(request, referral, FeedbackForm, _Page("Give feedback", "Send the feedback"), send)


@require_POST
def acknowledge(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Note that the writer read what stood on the page."""
    referral = _visible(request, pk)
    if not permissions.is_writer(request.user, referral):
        raise PermissionDenied
    told = [_uuid(text) for text in request.POST.getlist("feedback")]
    read = [key for key in told if key is not None]
    services.acknowledge_feedback(referral_id=referral.pk, feedback_ids=read, by=request.user, at=timezone.now())
    return redirect(referral)


class _Page:
    """Title, button and surroundings of a page with one form."""

    def __init__(self, title: str, button: str, more: dict[str, Any] | None = None) -> None:
        self.title, self.button, self.more = title, button, more or {}


def _one_form(
    request: SignedInRequest, referral: Referral, kind: type[GovukForm], page: _Page, send: Callable[..., None]
) -> HttpResponse:
    """Show a form; send what it holds; what the domain refuses is told beside what was typed."""
    form = kind(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            send(**form.cleaned_data)
            return redirect(referral)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    context = {"referral": referral, "form": form, "title": page.title, "button": page.button} | page.more
    return render(request, "referrals/words.html", context, status=422 if request.method == "POST" else 200)


def _visible(request: SignedInRequest, pk: uuid.UUID) -> Referral:
    referral: Referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    return referral


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None

"""The desk of challenges, for both sides: raise, respond, step up, meet, resolve."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Permission
from audit import services as audit
from audit.enums import Verb
from common.forms import GovukForm
from common.http import READ_OR_SEND, SignedInRequest, refusal_as_message
from common.paging import capped_count, keyset_page
from referrals import permissions, queries, services
from referrals.enums import ANSWERED, LAST_LEVEL, ChallengeMove
from referrals.forms import (
    ChallengeFilterForm,
    ChallengeMeetingForm,
    RaiseChallengeForm,
    ResolveChallengeForm,
    RespondToChallengeForm,
    StepUpChallengeForm,
    WithdrawChallengeForm,
    may_filter,
)
from referrals.models import Challenge, Referral


@require_safe
def challenges(request: SignedInRequest) -> HttpResponse:
    """The challenges of one's side, what is due first."""
    if not request.user.may(Permission.CHALLENGE):
        raise PermissionDenied
    at = timezone.now()
    form = ChallengeFilterForm(request.GET)
    filters = may_filter(form)
    found = queries.challenges_for(request.user, at=at, filters=filters)
    context = {
        "form": form,
        "filters": filters,
        "page": keyset_page(found, order=queries.challenges_order(filters), cursor=request.GET.get("cursor")),
        "count": capped_count(found),
        "at": at,
    }
    return render(request, "referrals/challenges.html", context)


@require_safe
def challenge(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One challenge: both sides' positions stage by stage, meetings, and how it ended. The look is recorded."""
    shown = _visible(request, pk)
    at = timezone.now()
    _record_read(request, shown, at=at)
    sees_casework = permissions.sees_casework(request.user, shown.referral)
    context = {
        "challenge": shown,
        "challenged": queries.what_is_challenged(shown, of_hub=sees_casework),
        "led_to": queries.what_it_led_to(shown, of_hub=sees_casework),
        "sees_referral": sees_casework
        or Referral.objects.visible_to(request.user).filter(pk=shown.referral_id).exists(),
        "stages": queries.stages_of(shown),
        "moves": permissions.challenge_moves_open_to(request.user, shown, at=at),
        "for_others": permissions.challenge_moves_for_others(request.user, shown, at=at),
        "is_late": shown.is_late(at=at),
    }
    return render(request, "referrals/challenge.html", context)


@require_http_methods(READ_OR_SEND)
def challenge_decision(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """An agency challenges the hub's decision on what it wrote or what is shared with it."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=pk)
    if not permissions.can_challenge_decision(request.user, referral, at=timezone.now()):
        raise PermissionDenied
    form = RaiseChallengeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            return redirect(
                services.challenge_decision(
                    referral_id=referral.pk, by=request.user, at=timezone.now(), **form.cleaned_data
                )
            )
        return redirect(referral)
    return _raise_page(request, form, referral, "the hub's decision", queries.decision_to_challenge(referral))


@require_http_methods(READ_OR_SEND)
def challenge_answer(request: SignedInRequest, pk: uuid.UUID, share_pk: uuid.UUID) -> HttpResponse:
    """The hub challenges what an agency answered, or that it has not answered in time."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user).sent(), pk=pk)
    if not permissions.can_challenge_answers(request.user, referral, at=timezone.now()):
        raise PermissionDenied
    shares = permissions.answers_to_challenge(
        request.user, referral, queries.shares_of(referral, on=timezone.localdate()), at=timezone.now()
    )
    share = next((share for share in shares if share.pk == share_pk), None)
    if share is None:
        raise Http404
    form = RaiseChallengeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            return redirect(
                services.challenge_answer(share_id=share.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            )
        return redirect(referral)
    is_answered = share.state in ANSWERED
    matter = f"the answer of {share.agency}" if is_answered else f"that {share.agency} has not answered"
    return _raise_page(request, form, referral, matter, queries.answer_to_challenge(share))


@require_http_methods(READ_OR_SEND)
def challenge_respond(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say where one's side stands at this stage."""
    form = RespondToChallengeForm(request.POST or None)
    return _move(request, pk, ChallengeMove.RESPOND, lambda _: form, services.respond_to_challenge)


@require_http_methods(READ_OR_SEND)
def challenge_step_up(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take it to the next stage."""
    form = StepUpChallengeForm(request.POST or None)
    return _move(request, pk, ChallengeMove.STEP_UP, lambda _: form, services.step_up_challenge)


@require_http_methods(READ_OR_SEND)
def challenge_resolve(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Accept the response, or record what the safeguarding partners decided."""

    def form_for(shown: Challenge) -> GovukForm:
        return ResolveChallengeForm(request.POST or None, is_last_stage=shown.level == LAST_LEVEL)

    return _move(request, pk, ChallengeMove.RESOLVE, form_for, services.resolve_challenge)


@require_http_methods(READ_OR_SEND)
def challenge_withdraw(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """End it without an outcome."""
    form = WithdrawChallengeForm(request.POST or None)
    return _move(request, pk, ChallengeMove.WITHDRAW, lambda _: form, services.withdraw_challenge)


@require_http_methods(READ_OR_SEND)
def challenge_meet(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Record a meeting of the two sides."""
    form = ChallengeMeetingForm(request.POST or None, initial={"key": uuid.uuid4()})
    return _move(request, pk, ChallengeMove.MEET, lambda _: form, services.record_challenge_meeting)


def _visible(request: SignedInRequest, pk: uuid.UUID) -> Challenge:
    shown = Challenge.objects.visible_to(request.user)
    made = ("decision", "share", "answer", "led_to", "led_to_answer")
    related = ("referral", "hub", "agency", "opened_by", "ended_by", *made)
    return get_object_or_404(shown.select_related(*related).prefetch_related("referral__access"), pk=pk)


def _record_read(request: SignedInRequest, shown: Challenge, *, at: datetime) -> None:
    subject, read = shown.referral, str(shown.pk)
    audit.record(verb=Verb.READ, what="challenge.read", at=at, actor=request.user, subject=subject, challenge=read)


def _move(
    request: SignedInRequest,
    pk: uuid.UUID,
    move: ChallengeMove,
    form_for: Callable[[Challenge], GovukForm],
    service: Callable[..., Any],
) -> HttpResponse:
    """Show the form of a move, or make it. What is no longer possible is told on the challenge's own page."""
    shown = _visible(request, pk)
    if not permissions.can_move_challenge(request.user, shown, move):
        raise PermissionDenied
    form = form_for(shown)
    if request.method == "POST" and form.is_valid():
        with refusal_as_message(request):
            service(challenge_id=shown.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
        return redirect(shown)
    at = timezone.now()
    if not form.is_bound and move not in permissions.challenge_moves_open_to(request.user, shown, at=at):
        return redirect(shown)
    _record_read(request, shown, at=at)
    context = {"challenge": shown, "form": form, "move": move, "last": queries.stages_of(shown)[-1]}
    return render(request, "referrals/challenge_move.html", context, status=422 if form.is_bound else 200)


def _raise_page(
    request: SignedInRequest, form: GovukForm, referral: Referral, matter: str, challenged: queries.Challenged | None
) -> HttpResponse:
    context = {"referral": referral, "form": form, "matter": matter, "challenged": challenged}
    return render(request, "referrals/challenge_raise.html", context, status=422 if form.is_bound else 200)

"""Sessions that agencies ask for: the list of each side, one request, and its moves."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import keyset_page
from partners import permissions
from partners.enums import Side, TailoredMove, TailoredState
from partners.forms.tailored import OTHERS, AnswerForm, AskForm, DeclineForm, ProposeForm, ScheduleForm, WithdrawForm
from partners.models import Session, TailoredRequest
from partners.services import tailored as services
from partners.services.scheduling import TrainersAreBusy

ORDER = ("-moved_at", "-pk")
# Where one form makes two moves.
TITLES = {TailoredMove.AGREE: "Answer the proposal"}
DONE = {
    TailoredMove.PROPOSE: "The dates are proposed.",
    TailoredMove.AGREE: "You agreed to the date.",
    TailoredMove.ASK_OTHERS: "You asked for other dates.",
    TailoredMove.SCHEDULE: "The session is planned. Open it for booking when it is ready.",
    TailoredMove.DECLINE: "The request is declined.",
    TailoredMove.WITHDRAW: "The request is withdrawn.",
}


@require_safe
def tailored_requests(request: SignedInRequest) -> HttpResponse:
    """Those of the own agency, or those that the own force was asked for; what waits for this person first, if they want."""
    side = _side(request)
    listed = TailoredRequest.objects.visible_to(request.user).select_related("agency")
    only_turn = request.GET.get("show") == "turn"
    if only_turn:
        listed = listed.awaiting(side)
    page = keyset_page(listed, order=ORDER, cursor=request.GET.get("cursor"))
    context = {
        "page": page,
        "side": side,
        "only_turn": only_turn,
        "may_ask": permissions.can_ask_tailored(request.user) and side == Side.AGENCY,
    }
    return render(request, "partners/tailored_requests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tailored_ask(request: SignedInRequest) -> HttpResponse:
    """Ask for a session, once for each form."""
    if not permissions.can_ask_tailored(request.user):
        raise PermissionDenied
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = services.ask_for_session(by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Your request is with the trainers. You hear by e-mail when they propose dates.")
            return redirect(asked)
        except DomainError as error:
            form.refused(error)
    return render(request, "partners/tailored_ask.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def tailored_request(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One request: what is wanted, what was proposed, every step."""
    shown = _find(request, pk)
    context = {
        "tailored": shown,
        "moves": permissions.tailored_moves_open_to(request.user, shown),
        "dates": services.last_proposed(shown).order_by("starts_at"),
        "steps": shown.steps.select_related("by").order_by("number"),
        "sees_session": Session.objects.visible_to(request.user).filter(tailored=shown).exists(),
        "may_ask": permissions.can_ask_tailored(request.user),
        "is_own_turn": shown.turn is not None and shown.turn == permissions.side_of(request.user, shown),
    }
    return render(request, "partners/tailored_request.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tailored_propose(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A trainer proposes dates."""
    shown = _to_move(request, pk, TailoredMove.PROPOSE)

    def save(form: ProposeForm, **who: Any) -> TailoredMove:
        services.propose_dates(request_id=shown.pk, starts=form.starts(), words=form.cleaned_data["words"], **who)
        return TailoredMove.PROPOSE

    standing = shown.state == TailoredState.PROPOSED
    proposed = (
        services.last_proposed(shown).order_by("starts_at").values_list("starts_at", flat=True) if standing else []
    )
    initial = {f"date_{number}": starts_at for number, starts_at in enumerate(proposed, 1)}
    return _asked(request, shown, TailoredMove.PROPOSE, ProposeForm, save, initial=initial)


@require_http_methods(["GET", "HEAD", "POST"])
def tailored_answer(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The agency takes a date or asks for others."""
    shown = _to_move(request, pk, TailoredMove.AGREE)

    def save(form: AnswerForm, **who: Any) -> TailoredMove:
        answer, words = form.cleaned_data["answer"], form.cleaned_data["words"]
        if answer == OTHERS:
            services.ask_for_other_dates(request_id=shown.pk, words=words, **who)
            return TailoredMove.ASK_OTHERS
        services.agree_to_date(request_id=shown.pk, date_id=uuid.UUID(answer), words=words, **who)
        return TailoredMove.AGREE

    dates = services.last_proposed(shown).order_by("starts_at")
    return _asked(request, shown, TailoredMove.AGREE, AnswerForm, save, dates=dates)


@require_http_methods(["GET", "HEAD", "POST"])
def tailored_schedule(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A trainer plans the session at the agreed date, for this agency alone."""
    shown = _to_move(request, pk, TailoredMove.SCHEDULE)

    def save(form: ScheduleForm, **who: Any) -> TailoredMove:
        services.schedule_session(
            request_id=shown.pk, clash_known=form.warning_was_read, **_without_warning(form.cleaned_data), **who
        )
        return TailoredMove.SCHEDULE

    return _asked(request, shown, TailoredMove.SCHEDULE, ScheduleForm, save, venue=shown.venue)


@require_http_methods(["GET", "HEAD", "POST"])
def tailored_decline(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A trainer says that there will be none, and why."""
    shown = _to_move(request, pk, TailoredMove.DECLINE)

    def save(form: DeclineForm, **who: Any) -> TailoredMove:
        services.decline_request(request_id=shown.pk, words=form.cleaned_data["words"], **who)
        return TailoredMove.DECLINE

    return _asked(request, shown, TailoredMove.DECLINE, DeclineForm, save)


@require_http_methods(["GET", "HEAD", "POST"])
def tailored_withdraw(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The agency takes it back."""
    shown = _to_move(request, pk, TailoredMove.WITHDRAW)

    def save(form: WithdrawForm, **who: Any) -> TailoredMove:
        services.withdraw_request(request_id=shown.pk, words=form.cleaned_data["words"], **who)
        return TailoredMove.WITHDRAW

    return _asked(request, shown, TailoredMove.WITHDRAW, WithdrawForm, save)


def _asked(
    request: SignedInRequest,
    shown: TailoredRequest,
    move: TailoredMove,
    form_class: Callable[..., Any],
    save: Callable[..., TailoredMove],
    **options: Any,
) -> HttpResponse:
    """The form of one move. In a state in which it is not allowed the page is that of the request."""
    if request.method != "POST" and move not in permissions.tailored_moves_open_to(request.user, shown):
        return redirect(shown)
    form = form_class(request.POST if request.method == "POST" else None, **options)
    if request.method == "POST" and form.is_valid():
        try:
            done = save(form, by=request.user, at=timezone.now())
            messages.success(request, f"{DONE[done]} The other side is told by e-mail.")
            return redirect(shown)
        except TrainersAreBusy as error:
            form.warn("title", str(error))
        except DomainError as error:
            form.add_error(getattr(error, "field", None), str(error))
    context = {"tailored": shown, "form": form, "title": TITLES.get(move, move.label)}
    return render(request, "partners/tailored_form.html", context, status=422 if form.errors else 200)


def _without_warning(cleaned: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in cleaned.items() if name != "warning_read"}


def _side(request: SignedInRequest) -> Side:
    if permissions.can_plan(request.user):
        return Side.TRAINER
    if permissions.can_ask_tailored(request.user):
        return Side.AGENCY
    raise PermissionDenied


def _find(request: SignedInRequest, pk: uuid.UUID) -> TailoredRequest:
    """The request, if this person is of one of its two sides; else 404."""
    return get_object_or_404(
        TailoredRequest.objects.visible_to(request.user).select_related("agency", "session"), pk=pk
    )


def _to_move(request: SignedInRequest, pk: uuid.UUID, move: TailoredMove) -> TailoredRequest:
    """For the side whose move it is; the other side, which sees the request, gets 403."""
    shown = _find(request, pk)
    if permissions.side_of(request.user, shown) != permissions.TAILORED_MOVERS[move]:
        raise PermissionDenied
    return shown

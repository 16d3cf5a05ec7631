"""Inviting agencies to grade in a round, and the desk of who is invited."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest, refusal_as_message
from grading.forms.invitations import InviteForm, ReplyForm
from grading.models import Invitation
from grading.models.invitation import usual_reply_day
from grading.permissions import invitations as permissions
from grading.queries import invitations as queries
from grading.queries.panel import possible_graders
from grading.services import invitations as services
from grading.views.finding import round_to_run


@require_http_methods(["GET", "HEAD", "POST"])
def round_invitations(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Who was invited and what they answered; until graders are assigned, invite another agency."""
    shown = round_to_run(request, pk)
    at = timezone.now()
    may_invite = permissions.can_invite(request.user, shown)
    if request.method == "POST" and not may_invite:
        messages.error(request, "Graders are assigned already, so nobody is invited any more.")
        return redirect(shown)
    people = possible_graders(shown.force, on=london_day(at))
    answers = queries.answers_to(shown, people)
    form = InviteForm(
        request.POST if request.method == "POST" else None,
        agencies=queries.agencies_to_invite(people, answers),
        initial={"reply_by": usual_reply_day(at)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            invited = services.invite_agency(round_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, f"{invited.agency} is invited. Its people who may grade get an e-mail.")
            return redirect("grading:round_invitations", shown.pk)
        except services.ReplyDayIsOver as error:
            form.add_error("reply_by", str(error))
        except DomainError as error:
            form.add_error("agency", str(error))
    context = {
        "round": shown,
        "form": form,
        "answers": answers,
        "may_invite": may_invite,
        "no_partner": queries.no_partner_accepted(answers),
        "today": london_day(at),
    }
    return render(request, "grading/rounds/round_invitations.html", context, status=422 if form.errors else 200)


@require_POST
def invitation_withdraw(request: SignedInRequest, pk: uuid.UUID, invitation_pk: uuid.UUID) -> HttpResponse:
    """Ask an agency no longer."""
    shown = round_to_run(request, pk)
    invited = get_object_or_404(shown.invitations.select_related("agency"), pk=invitation_pk)
    with refusal_as_message(request):
        services.withdraw_invitation(invitation_id=invited.pk, by=request.user, at=timezone.now())
        messages.success(request, f"{invited.agency} is not asked any more.")
    return redirect("grading:round_invitations", shown.pk)


@require_safe
def invitations(request: SignedInRequest) -> HttpResponse:
    """The invitations that this person can answer, those without their answer first."""
    if not permissions.can_see_invitations(request.user):
        raise PermissionDenied
    today = london_day(timezone.now())
    asked = list(queries.asked_of(request.user, on=today).order_by("reply_by", "pk"))
    context = {
        "to_answer": [one for one in asked if not one.mine and one.accepted < one.places],
        "answered": [one for one in asked if one.mine],
        "today": today,
    }
    return render(request, "grading/invitations/invitations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What is asked, and one's own answer: the round's sample stays closed to who only was invited."""
    known = Invitation.objects.visible_to(request.user).select_related("round__force", "agency", "invited_by")
    shown = get_object_or_404(known, pk=pk)
    if not permissions.is_asked(request.user, shown):
        raise PermissionDenied
    at = timezone.now()
    mine = shown.replies.filter(person=request.user).first()
    # The reason of before stands on the page: in the field it would be in the way of who takes part after all.
    initial = {"state": mine.state} if mine else None
    form = ReplyForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_invitation(invitation_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, "Your answer was recorded. You can change it until graders are assigned.")
            return redirect("grading:invitations")
        except services.ReasonDoesNotFit as error:
            form.add_error("reason", str(error))
        except DomainError as error:
            form.add_error("state", str(error))
    context = {"invitation": shown, "mine": mine, "form": form, "today": london_day(at)}
    return render(request, "grading/invitations/invitation.html", context, status=422 if form.errors else 200)

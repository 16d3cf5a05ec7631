"""Strategy discussions and their actions."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.http import SignedInRequest, refusal_as_message
from common.paging import count_beside, keyset_page
from referrals import permissions, queries, services
from referrals.forms import ActionFormSet, AttendanceFormSet, StrategyForm
from referrals.models import Referral, StrategyAction


@require_safe
def actions(request: SignedInRequest) -> HttpResponse:
    """The open actions of strategy discussions, the one that is due first at the top."""
    return _actions(request, queries.open_actions, order=queries.ACTIONS_ORDER, of_meetings=False)


@require_safe
def meeting_actions(request: SignedInRequest) -> HttpResponse:
    """The open actions of daily meetings, the one that is due first at the top."""
    return _actions(request, queries.open_meeting_actions, order=queries.MEETING_ACTIONS_ORDER, of_meetings=True)


def _actions(
    request: SignedInRequest, found_for: Callable[[Any], QuerySet[Any]], *, order: Sequence[str], of_meetings: bool
) -> HttpResponse:
    if not permissions.can_see_actions(request.user):
        raise PermissionDenied
    found = found_for(request.user)
    page = keyset_page(found, order=order, cursor=request.GET.get("cursor"))
    # What is to be done tells of people.
    told_of = {action.referral.pk: action.referral for action in page}
    what = "referral.seen_in_actions"
    audit.record_each(verb=Verb.READ, what=what, at=timezone.now(), actor=request.user, subjects=told_of.values())
    context = {
        "page": page,
        "count": count_beside(page, found),
        "today": timezone.localdate(),
        "of_meetings": of_meetings,
    }
    return render(request, "referrals/actions.html", context)


@require_POST
def meeting_action_done(request: SignedInRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """Note that an action of a meeting was done."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    item = get_object_or_404(referral.meeting_items.actions().select_related("referral"), pk=item_pk)
    if not permissions.can_finish_action(request.user, item):
        raise PermissionDenied
    with refusal_as_message(request):
        services.finish_meeting_action(item_id=item.pk, by=request.user, at=timezone.now())
        messages.success(request, "The action is done.")
    return redirect("referrals:meeting_actions")


@require_http_methods(["GET", "HEAD", "POST"])
def discussion(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Record a strategy discussion: who was invited and came, what each shared, the decision, the actions."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    if not permissions.can_decide(request.user, referral):
        raise PermissionDenied
    is_sent = request.method == "POST"
    data = request.POST if is_sent else None
    form = StrategyForm(data, initial={"key": uuid.uuid4()})
    invited, agreed = AttendanceFormSet(data, prefix="invited"), ActionFormSet(data, prefix="actions")
    if is_sent and all([form.is_valid(), invited.is_valid(), agreed.is_valid()]):
        given = form.cleaned_data
        try:
            recorded = services.record_strategy_discussion(
                referral_id=referral.pk,
                key=given["key"],
                held_at=given["held_at"],
                outcome=given["outcome"],
                reasons=given["reasons"],
                attended=[
                    services.Attended(agency=row["agency"], presence=row["presence"], shared=row["shared"].strip())
                    for row in invited.cleaned_data
                    if row.get("agency")
                ],
                agreed=[
                    services.Agreed(what=row["what"].strip(), owner=row["owner"], due_on=row["due_on"])
                    for row in agreed.cleaned_data
                    if row.get("owner")
                ],
                by=request.user,
                at=timezone.now(),
            )
            for agency in queries.owners_who_see_nothing(recorded):
                messages.warning(
                    request, f"{agency} has an action and does not see it, until this referral is shared with it."
                )
            return redirect(referral)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    rows = [form, *invited, *agreed]
    context = {
        "referral": referral,
        "form": form,
        "invited": invited,
        "agreed": agreed,
        "faults": [fault for row in rows for fault in row.faults] if is_sent else [],
    }
    return render(request, "referrals/strategy.html", context, status=422 if is_sent else 200)


@require_POST
def action_done(request: SignedInRequest, pk: uuid.UUID, action_pk: uuid.UUID) -> HttpResponse:
    """Note that an action was done."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user), pk=pk)
    known = StrategyAction.objects.select_related("discussion__referral").filter(discussion__referral=referral)
    action = get_object_or_404(known, pk=action_pk)
    if not permissions.can_finish_action(request.user, action):
        raise PermissionDenied
    with refusal_as_message(request):
        services.finish_action(action_id=action.pk, by=request.user, at=timezone.now())
        messages.success(request, "The action is done.")
    return redirect("referrals:actions")

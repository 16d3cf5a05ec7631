"""Dividing up what nobody has among those on shift: who is on shift, who would get what and why, and then it is done."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.http import SignedInRequest, refusal_as_message
from referrals import permissions, queries, services
from referrals.forms import DivideForm
from referrals.views.queue import queue_address, tell_assigned, to_queue


@require_http_methods(["GET", "HEAD", "POST"])
def divide(request: SignedInRequest) -> HttpResponse:
    """Ask who is on shift; with them show who would get what; what was shown is given when it is confirmed."""
    if not permissions.works_queue(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _given(request)
    at = timezone.now()
    people = queries.deciders_of(request.user.agency_id, on=timezone.localdate(at))
    held = queries.held_by(request.user, list(people))
    shift = {"people": [one.pk for one in queries.on_shift(request.user, at=at)]}
    form = DivideForm(request.GET or None, people=people, held=held, initial=shift)
    context = {"form": form, "back": queue_address(request)}
    if not form.is_valid():
        return render(request, "referrals/divide.html", context, status=422 if form.is_bound else 200)
    context["division"] = queries.division(request.user, list(form.cleaned_data["people"]), at=at)
    return render(request, "referrals/divide_confirm.html", context)


def _given(request: SignedInRequest) -> HttpResponse:
    to = {}
    for pair in request.POST.getlist("to")[: queries.MOST_DIVIDED]:
        try:
            referral_id, person_id = map(uuid.UUID, pair.split(" "))
        except ValueError:
            continue
        to[referral_id] = person_id
    if not to:
        return redirect("referrals:divide")
    with refusal_as_message(request):
        result = services.divide_referrals(to=to, by=request.user, at=timezone.now())
        tell_assigned(request, result, "{} divided up.")
    return to_queue(request)

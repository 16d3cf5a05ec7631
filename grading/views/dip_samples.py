"""The desk of a dip sample: the list, the draw, one sample, publication."""

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
from common.paging import keyset_page
from grading.enums import SampleState
from grading.forms.dip_samples import DrawForm
from grading.models import DipSample
from grading.models.dip_sample import USUAL_SIZE
from grading.permissions import dip_samples as permissions
from grading.permissions.live_gaps import can_see_live_gaps
from grading.queries import dip_samples as queries
from grading.queries.compliance import SampleFigures, figures_of, year_so_far
from grading.queries.plan import plan_of
from grading.services import dip_samples as services


@require_safe
def dip_samples(request: SignedInRequest) -> HttpResponse:
    """Every sample that this person may see, newest first, and the year so far."""
    if not permissions.can_see_samples(request.user):
        raise PermissionDenied
    state = request.GET.get("state", "")
    states = [(queries.TO_BE_REVIEWED, "To be reviewed"), *SampleState.choices]
    listed = queries.listed_samples(request.user, state=state)
    agency, today = request.user.agency, london_day(timezone.now())
    context = {
        "page": keyset_page(listed, order=("-period_start", "-pk"), cursor=request.GET.get("cursor")),
        "state": state if state in dict(states) else "",
        "states": states,
        "year": year_so_far(agency, year=today.year) if agency else None,
        "plan": plan_of(agency, year=today.year, today=today) if agency else None,
        "may_draw": permissions.can_draw(request.user),
        "sees_earlier": permissions.can_see_earlier(request.user),
        "sees_gaps": can_see_live_gaps(request.user),
    }
    return render(request, "grading/dip_samples/dip_samples.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def dip_sample_draw(request: SignedInRequest) -> HttpResponse:
    """Draw a sample of two months that have ended."""
    if not permissions.can_draw(request.user):
        raise PermissionDenied
    at = timezone.now()
    force = request.user.agency
    periods = queries.periods_to_draw(force, today=london_day(at))
    # The year of the latest two months is the one to be filled; what it fell short of enlarges what is left.
    plan = plan_of(force, year=periods[0].start.year, today=london_day(at)) if periods else None
    size = plan.next_size if plan and plan.next_size else USUAL_SIZE
    form = DrawForm(request.POST if request.method == "POST" else None, periods=periods, initial={"size": size})
    if request.method == "POST" and form.is_valid():
        try:
            drawn = services.draw_sample(by=request.user, at=at, **form.cleaned_data)
            messages.success(request, f"The sample was drawn from {drawn.frame_size:,} incidents.")
            return redirect(drawn)
        except DomainError as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "periods": periods,
        "help": queries.help_with_size(force, periods, size=USUAL_SIZE, at=at),
        "usual_size": USUAL_SIZE,
        "plan": plan,
    }
    return render(request, "grading/dip_samples/dip_sample_draw.html", context, status=422 if form.errors else 200)


@require_safe
def dip_sample(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One sample: how far it is, its incidents, how it was drawn, and what came out."""
    shown = _sample(request, pk)
    sees_incidents = permissions.can_see_incidents(request.user, shown)
    states = queries.review_states(shown, request.user) if sees_incidents else []
    mine = [state for state in states if state.waits_for_me]
    unsettled = sum(state.is_unsettled for state in states)
    only_mine = request.GET.get("show") == "mine"
    context = {
        "sample": shown,
        "states": mine if only_mine else states,
        "only_mine": only_mine,
        "mine": mine,
        "drawn": len(states),
        "reviews_needed": sum(state.wanted for state in states),
        "reviews_done": sum(state.done for state in states),
        "reviewed_twice": sum(state.needed == 2 for state in states),
        "margin": queries.margin_of(shown),
        "unsettled": unsettled,
        "moves": set() if unsettled else permissions.moves_open_to(request.user, shown),
        "may_set_aside": permissions.can_set_aside(request.user, shown),
        "may_run": permissions.can_run(request.user, shown),
        "may_open": permissions.can_open_incidents(request.user, shown),
        "figures": _figures(request, shown),
    }
    return render(request, "grading/dip_samples/dip_sample.html", context)


@require_POST
def dip_sample_check_draw(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Draw again from what was recorded, and say whether the same incidents come out."""
    shown = _sample_to_run(request, pk)
    with refusal_as_message(request):
        drawn = services.redraw_sample(sample_id=shown.pk, by=request.user, at=timezone.now())
        messages.success(request, f"Drawn again: the same {len(drawn)} incidents come out, in the same order.")
    return redirect(shown)


@require_POST
def dip_sample_publish(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Make the figures visible to everybody who reads reports."""
    shown = _sample_to_run(request, pk)
    with refusal_as_message(request):
        services.publish_sample(sample_id=shown.pk, by=request.user, at=timezone.now())
        messages.success(request, "The sample is published.")
    return redirect(shown)


def _figures(request: SignedInRequest, sample: DipSample) -> SampleFigures | None:
    """What came out, as far as this person may know it."""
    if not permissions.can_see_figures(request.user, sample):
        return None
    return figures_of(sample, for_readers=not permissions.sees_small_numbers(request.user))


def _sample(request: SignedInRequest, pk: uuid.UUID) -> DipSample:
    """The sample, if this person may see it; else 404."""
    visible = DipSample.objects.visible_to(request.user).select_related("force", "drawn_by", "published_by")
    return get_object_or_404(visible, pk=pk)


def _sample_to_run(request: SignedInRequest, pk: uuid.UUID) -> DipSample:
    """The sample, if this person runs it: 404 for who may not see it, 403 for who may only see it."""
    shown = _sample(request, pk)
    if not permissions.can_run(request.user, shown):
        raise PermissionDenied
    return shown

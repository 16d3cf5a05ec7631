"""The supervisor's desk: rounds, the draw, the panel, agreement and publication."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest, refusal_as_message
from common.paging import keyset_page
from grading.enums import RoundMove, RoundState
from grading.forms.rounds import AssignForm, OpenRoundForm
from grading.permissions import rounds as permissions
from grading.permissions.feedback import can_see_feedback_counts, can_see_themes
from grading.permissions.invitations import can_see_invitations
from grading.permissions.reports import can_make_round_report
from grading.queries import rounds as queries
from grading.queries.feedback import counts_of, disagreed_in
from grading.queries.grades import assignments_in
from grading.queries.invitations import answers_to, no_partner_accepted, standing_replies
from grading.queries.panel import open_places, possible_graders, progress_by_grader
from grading.queries.population import choices_for, planned_round
from grading.queries.reports import newest_report_of
from grading.queries.results import is_suppressed_for, results_of
from grading.services import rounds as services
from grading.views.finding import round_or_404, round_to_run


@require_safe
def rounds(request: SignedInRequest) -> HttpResponse:
    """Every round that this person may see, newest first."""
    if not permissions.can_see_rounds(request.user):
        raise PermissionDenied
    state = request.GET.get("state", "")
    listed = queries.listed_rounds(request.user, state=state)
    context = {
        "page": keyset_page(listed, order=("-starts_on", "-pk"), cursor=request.GET.get("cursor")),
        "state": state if state in RoundState.values else "",
        "states": RoundState.choices,
        "may_see_trend": permissions.can_see_trend(request.user),
        "may_open": permissions.can_open_round(request.user),
        "is_invited": can_see_invitations(request.user),
    }
    return render(request, "grading/rounds/rounds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def round_open(request: SignedInRequest) -> HttpResponse:
    """Plan a round for a quarter; before, count what it could be drawn from, as often as one likes."""
    force = request.user.agency
    if force is None or not permissions.can_open_round(request.user):
        raise PermissionDenied
    at, preview = timezone.now(), None
    choices = choices_for(force)
    form = OpenRoundForm(
        request.POST if request.method == "POST" else None,
        today=london_day(at),
        choices=choices,
        initial={"quarter": request.GET.get("quarter", "")},
    )
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        if "preview" in request.POST:
            quarter, size = wanted.pop("quarter"), wanted.pop("size")
            preview = queries.preview_of(planned_round(force, quarter, choices=choices, **wanted), size=size, at=at)
        else:
            try:
                return redirect(services.open_round(by=request.user, at=at, **wanted))
            except services.NothingSelected as error:
                form.refuse_filter(str(error))
            except DomainError as error:
                form.add_error(None, str(error))
    context = {"form": form, "preview": preview}
    return render(request, "grading/rounds/round_open.html", context, status=422 if form.errors else 200)


@require_safe
def round(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One round: how it was drawn, how far it is, what there is to do, and what came out."""
    shown = round_or_404(request, pk)
    runs = permissions.can_run(request.user, shown)
    sees_results = permissions.can_see_results(request.user, shown)
    moves = permissions.moves_open_to(request.user, shown)
    may_check_draw = shown.drawn_at is not None and permissions.can_check_draw(request.user, shown)
    removals, withdrawn = queries.out_of_sample(shown) if may_check_draw else ([], [])
    today = london_day(timezone.now())
    counts = counts_of(shown) if can_see_feedback_counts(request.user, shown) else None
    context = {
        "round": shown,
        "today": today,
        "may_check_draw": may_check_draw,
        "moves": moves,
        "items": queries.items_with_progress(shown, viewer=request.user)
        if permissions.can_read_sample(request.user, shown)
        else [],
        "removals": removals,
        "strata_lines": queries.strata_lines(shown) if may_check_draw else [],
        "runs": runs,
        "to_replace": withdrawn if RoundMove.REPLACE_ITEM in moves else [],
        "graders": progress_by_grader(shown, on=today) if runs else [],
        "open_places": open_places(shown, viewer=request.user) if runs and shown.state == RoundState.GRADING else [],
        "mine": assignments_in(shown, request.user),
        "may_see_agreement": permissions.can_see_agreement(request.user, shown),
        "may_see_themes": can_see_themes(request.user, shown),
        "feedback_counts": counts,
        "disagreed": disagreed_in(shown) if counts and counts.disagreed else [],
        "results": results_of(shown) if sees_results else None,
        "is_suppressed": is_suppressed_for(request.user, shown) if sees_results else False,
        "report": newest_report_of(shown, request.user),
        "may_make_report": can_make_round_report(request.user, shown),
    }
    return render(request, "grading/rounds/round.html", context)


@require_POST
def round_draw(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Draw the sample."""
    shown = round_to_run(request, pk)
    with refusal_as_message(request):
        drawn = services.draw_round(round_id=shown.pk, by=request.user, at=timezone.now())
        messages.success(request, f"The sample was drawn from {drawn.frame_size} PPNs.")
    return redirect(shown)


@require_POST
def round_check_draw(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Draw again from what was recorded, and say whether the same PPNs come out."""
    shown = round_or_404(request, pk)
    if not permissions.can_check_draw(request.user, shown):
        raise PermissionDenied
    with refusal_as_message(request):
        drawn = services.redraw_round(round_id=shown.pk, by=request.user, at=timezone.now())
        messages.success(request, f"Drawn again: the same {len(drawn)} PPNs come out, in the same order.")
    return redirect(shown)


@require_http_methods(["GET", "HEAD", "POST"])
def round_assign(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose the graders, those who accepted an invitation first; the PPNs are shared out among them."""
    shown = round_to_run(request, pk)
    at = timezone.now()
    people = possible_graders(shown.force, on=london_day(at))
    answers = [one for one in answers_to(shown, people) if one.is_open]
    form = AssignForm(
        request.POST if request.method == "POST" else None, people=people, replies=standing_replies(answers)
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.assign_graders(round_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, "The PPNs were shared out. The graders see them on their home page.")
            return redirect(shown)
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"round": shown, "form": form, "answers": answers, "today": london_day(at)}
    context["no_partner"] = no_partner_accepted(answers)
    return render(request, "grading/rounds/round_assign.html", context, status=422 if form.errors else 200)


@require_POST
def round_publish(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Make the results visible to everybody who may see them."""
    shown = round_to_run(request, pk)
    with refusal_as_message(request):
        services.publish_round(round_id=shown.pk, by=request.user, at=timezone.now())
        messages.success(request, "The round is published.")
    return redirect(shown)

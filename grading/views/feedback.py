"""The writer's desk: feedback on graded PPNs, its answer, and the themes of learning points over the rounds."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import keyset_page
from grading.forms.feedback import AnswerForm
from grading.forms.results import YearForm
from grading.permissions import feedback as permissions
from grading.queries import feedback as queries
from grading.queries.breakdowns import sees_small_groups, years_of
from grading.queries.themes import themes_in, themes_over_rounds
from grading.services import feedback as services
from grading.views.finding import round_or_404
from training.queries.suggestions import suggest_modules


@require_safe
def feedbacks(request: SignedInRequest) -> HttpResponse:
    """One's own, the newest first; those that are to be read; or, for who leads a team, what others of it were told."""
    if not permissions.can_see_feedbacks(request.user):
        raise PermissionDenied
    lists = queries.lists_for(request.user)
    show = request.GET.get("show", "")
    show = show if show in lists else next(iter(lists))
    page = keyset_page(lists[show].feedback, order=queries.NEWEST_FIRST, cursor=request.GET.get("cursor"))
    context = {"page": page, "lists": lists, "show": show, "is_team": show == queries.TEAM}
    return render(request, "grading/feedback/feedbacks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What the writer was told, what training there is for it, and the writer's answer, once."""
    shown = get_object_or_404(queries.to_read().visible_to(request.user), pk=pk)
    if request.method == "POST" and not permissions.can_answer(request.user, shown):
        raise PermissionDenied
    at = timezone.now()
    moves = permissions.answers_open_to(request.user, shown)
    form = AnswerForm(request.POST if request.method == "POST" else None, moves=moves)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_feedback(feedback_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, "Your answer was recorded.")
            return redirect(shown)
        except DomainError as error:
            form.add_error(None, str(error))
    services.read_feedback(feedback_id=shown.pk, by=request.user, at=at)
    suggested = suggest_modules([shown.theme], force_id=shown.item.referral.agency_id, on=london_day(at))
    context = {
        "feedback": shown,
        "told": queries.told_in(shown),
        "suggestion": suggested[shown.theme],
        "is_writer": permissions.can_answer(request.user, shown),
        "may_answer": bool(moves),
        "form": form,
    }
    return render(request, "grading/feedback/feedback.html", context, status=422 if form.errors else 200)


@require_safe
def round_themes(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Themes of the learning points of one round, for who sees small numbers of it."""
    shown = round_or_404(request, pk)
    if not permissions.can_see_themes(request.user, shown):
        raise PermissionDenied
    context = {"round": shown, "themes": themes_in(shown, on=london_day(timezone.now()))}
    return render(request, "grading/feedback/round_themes.html", context)


@require_safe
def themes(request: SignedInRequest) -> HttpResponse:
    """Themes of the learning points of published rounds, by year; small numbers only for who runs grading."""
    if not permissions.can_see_all_themes(request.user):
        raise PermissionDenied
    years, together = years_of(request.user), sees_small_groups(request.user)
    usual = {"year": "" if together or not years else str(years[0])}
    form = YearForm(usual | request.GET.dict(), years=years, together=together)
    year = form.cleaned_data["year"] if form.is_valid() else None
    is_answerable = form.is_valid() and (together or year is not None)
    on = london_day(timezone.now())
    context = {"form": form, "themes": themes_over_rounds(request.user, year=year, on=on) if is_answerable else None}
    return render(request, "grading/feedback/themes.html", context, status=422 if form.errors else 200)

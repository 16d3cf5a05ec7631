"""Who grades, changed while the round is being graded: by the supervisor, or by a grader who knows whom a PPN is about."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest
from grading.forms.panel import ConflictForm, ReplaceGraderForm, SuccessorForm
from grading.models import RoundItem
from grading.queries.grades import assignment_of
from grading.queries.panel import open_places, successors, ungraded_by
from grading.services import panel as services
from grading.views.finding import round_to_run


@require_http_methods(["GET", "HEAD", "POST"])
def round_replace(request: SignedInRequest, pk: uuid.UUID, grader_pk: uuid.UUID) -> HttpResponse:
    """Give what a grader has not graded to somebody else, with the reason."""
    shown = round_to_run(request, pk)
    left = ungraded_by(shown, grader_pk)
    if not left:
        messages.error(request, "This grader has nothing left to grade here.")
        return redirect(shown)
    at = timezone.now()
    people = successors(shown, left, on=london_day(at))
    items = [place.item for place in left]
    form = ReplaceGraderForm(request.POST if request.method == "POST" else None, people=people, items=items)
    if request.method == "POST" and form.is_valid():
        try:
            given = services.replace_grader(
                round_id=shown.pk,
                grader_id=grader_pk,
                successor=form.cleaned_data["successor"],
                reason=form.cleaned_data["reason"],
                item_id=form.cleaned_data["item"] or None,
                by=request.user,
                at=at,
            )
            messages.success(request, f"{form.cleaned_data['successor']} grades {len(given)} of these PPNs now.")
            return redirect(shown)
        except DomainError as error:
            form.add_error("successor", str(error))
    context = {"round": shown, "form": form, "grader": left[0].grader, "left": left}
    return render(request, "grading/rounds/round_replace.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def round_fill(request: SignedInRequest, pk: uuid.UUID, place_pk: uuid.UUID) -> HttpResponse:
    """Find somebody for a PPN that a grader gave back."""
    shown = round_to_run(request, pk)
    place = get_object_or_404(open_places(shown, viewer=request.user), pk=place_pk)
    at = timezone.now()
    people = successors(shown, [place], on=london_day(at))
    form = SuccessorForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            services.fill_place(assignment_id=place.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, f"{form.cleaned_data['successor']} grades {place.item} now.")
            return redirect(shown)
        except DomainError as error:
            form.add_error("successor", str(error))
    context = {"round": shown, "form": form, "place": place}
    return render(request, "grading/rounds/round_fill.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def grade_conflict(request: SignedInRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """Give a PPN back, because one knows whom it is about."""
    items = RoundItem.objects.visible_to(request.user).select_related("round__force")
    item = get_object_or_404(items, round=pk, pk=item_pk)
    assignment = assignment_of(item, request.user)
    if assignment is None:
        raise PermissionDenied
    form = ConflictForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.declare_conflict(
                assignment_id=assignment.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, f"{item} is no longer yours. The supervisor finds somebody else for it.")
            return redirect("grading:rounds")
        except DomainError as error:
            form.add_error("reason", str(error))
    context = {"round": item.round, "item": item, "form": form}
    return render(request, "grading/rounds/grade_conflict.html", context, status=422 if form.errors else 200)

"""The grader's desk: one PPN on the left, the grade on the right."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.autosave import autosaved, is_autosave, not_autosaved, version_sent
from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest
from grading.enums import OVERALL_DESCRIPTORS, RoundState
from grading.forms.grades import GradeForm
from grading.models import Assignment, RoundItem
from grading.permissions import rounds as permissions
from grading.queries import grades as queries
from grading.queries.redaction import redacted_ppn
from grading.services import grades as services
from grading.services.grade_drafts import StaleDraft, keep_draft


@require_http_methods(["GET", "HEAD", "POST"])
def grade_item(request: SignedInRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """Grade one PPN alone, then go on to the next; afterwards, read the own grade and, once all are in, the others'.

    "Save and come back later" keeps what was typed; so does autosave, with an answer as JSON.
    """
    item = get_object_or_404(queries.items_to_read().visible_to(request.user), round=pk, pk=item_pk)
    assignment = queries.assignment_of(item, request.user)
    if assignment is None:
        raise PermissionDenied
    mine = queries.assignments_in(item.round, request.user)
    order = [one.item_id for one in mine]
    if item.pk not in order:
        messages.info(request, f"{item} was withdrawn or replaced, so it is not graded any more.")
        return redirect(item.round)
    at = timezone.now()
    if request.method == "POST" and (is_autosave(request) or "later" in request.POST):
        answer, form = _keep(request, item, assignment, at=at)
    elif request.method == "POST":
        answer, form = _give(request, item, assignment, at=at)
    else:
        answer, form = None, GradeForm(draft=getattr(assignment, "draft", None))
    if answer is not None:
        return answer
    # A published round needs nobody to read its PPNs any more.
    is_readable = item.round.state != RoundState.PUBLISHED
    if is_readable:
        services.read_item(item_id=item.pk, by=request.user, at=at)
    place = order.index(item.pk)
    context = {
        "round": item.round,
        "item": item,
        "assignment": assignment,
        "ppn": redacted_ppn(item.referral) if is_readable else None,
        "comparison": queries.comparison_of(item) if permissions.can_see_grades(request.user, item) else None,
        "mine": mine,
        "previous": mine[place - 1] if place else None,
        "following": mine[place + 1] if place + 1 < len(mine) else None,
        "done": sum(hasattr(one, "grade") for one in mine),
        "time_left": queries.days_left_in_words(assignment.due_on, today=london_day(at)),
        "marks": queries.marks_of(assignment.grade) if hasattr(assignment, "grade") else [],
        "form": form,
        "descriptors": OVERALL_DESCRIPTORS,
    }
    return render(request, "grading/rounds/grade_item.html", context, status=422 if form.errors else 200)


def _give(
    request: SignedInRequest, item: RoundItem, assignment: Assignment, *, at: datetime
) -> tuple[HttpResponse | None, GradeForm]:
    form = GradeForm(request.POST)
    if not form.is_valid():
        return None, form
    try:
        services.submit_grade(assignment_id=assignment.pk, by=request.user, at=at, **form.grade())
    except services.Incomplete as incomplete:
        for name, problem in incomplete.problems.items():
            form.add_error(name, problem)
        return None, form
    except DomainError as error:
        form.add_error(None, str(error))
        return None, form
    following = queries.next_item_to_grade(request.user, item.round, after=item)
    if following is None:
        messages.success(request, "You have graded all your PPNs of this round.")
    return redirect(following.grade_url if following else item.round), form


def _keep(
    request: SignedInRequest, item: RoundItem, assignment: Assignment, *, at: datetime
) -> tuple[HttpResponse | None, GradeForm]:
    form = GradeForm(request.POST)
    if not form.is_valid():
        problem = "Not saved: an answer is not right yet."
        return not_autosaved(problem, status=422) if is_autosave(request) else None, form
    try:
        draft = keep_draft(
            assignment_id=assignment.pk, answers=form.answers(), version=version_sent(request), by=request.user, at=at
        )
    except StaleDraft as stale:
        if is_autosave(request):
            return not_autosaved("Not saved: this grade was changed in another window.", status=409), form
        # Saved again, it stands: the reader knows now that there is another.
        data = request.POST.copy()
        data["version"] = str(stale.version)
        form = GradeForm(data)
        form.add_error(None, str(stale))
        return None, form
    except DomainError as error:
        if is_autosave(request):
            return not_autosaved(f"Not saved: {error}", status=422), form
        form.add_error(None, str(error))
        return None, form
    if is_autosave(request):
        return autosaved(version=draft.version if draft else 0, at=draft.saved_at if draft else at), form
    messages.success(request, f"{item} is kept as you left it. It counts once you save the grade.")
    return redirect(item.round), form

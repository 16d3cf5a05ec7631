"""The grader's desk: one PPN on the left, the grade on the right."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.errors import DomainError
from common.http import SignedInRequest
from grading.enums import OVERALL_DESCRIPTORS, Criterion, RoundState
from grading.forms.grades import GradeForm
from grading.permissions import rounds as permissions
from grading.queries import grades as queries
from grading.queries.redaction import redacted_ppn
from grading.services import grades as services


@require_http_methods(["GET", "HEAD", "POST"])
def grade_item(request: SignedInRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """Grade one PPN alone, then go on to the next; afterwards, read the own grade and, once all are in, the others'."""
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
    form = GradeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.submit_grade(assignment_id=assignment.pk, by=request.user, at=at, **form.grade())
            following = queries.next_item_to_grade(request.user, item.round, after=item)
            if following is None:
                messages.success(request, "You have graded all your PPNs of this round.")
            return redirect(following.grade_url if following else item.round)
        except DomainError as error:
            form.add_error("reason" if isinstance(error, services.SayWhy) else None, str(error))
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
        "form": form,
        "marks_given": any(form[name].value() for name in (*Criterion.values, "reason")),
        "descriptors": OVERALL_DESCRIPTORS,
    }
    return render(request, "grading/rounds/grade_item.html", context, status=422 if form.errors else 200)

"""The grades of one PPN side by side, the agreed one, and how far the graders of a round agree."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from common.errors import DomainError
from common.http import SignedInRequest
from common.statistics.resampling import METHOD
from grading.enums import OverallGrade, RoundMove
from grading.forms.grades import AgreeForm
from grading.models import RoundItem
from grading.permissions import rounds as permissions
from grading.queries import grades as queries
from grading.queries.agreement import agreement_in
from grading.queries.feedback import feedback_on, learning_points_of, weakest_by_item
from grading.queries.redaction import redacted_ppn
from grading.queries.results import fewest_shown, is_suppressed_for
from grading.services import moderation as services
from grading.services.grades import read_item
from grading.views.finding import round_or_404, round_to_run

# What a refusal is about stands beside that question.
BESIDE: dict[type[DomainError], str] = {services.SayWhy: "reason", services.SayWhoDiscussed: "discussed_by"}


@require_http_methods(["GET", "HEAD", "POST"])
def agree_item(request: SignedInRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """The grades of one PPN side by side, and the agreed one. No grade shows before all of the round are in."""
    shown = round_to_run(request, pk)
    item = get_object_or_404(queries.items_to_read().open_to(request.user), round=shown, pk=item_pk)
    at = timezone.now()
    is_open = permissions.can_see_grades(request.user, item)
    comparison = queries.comparison_of(item) if is_open else None
    agreed = queries.agreed_grades_of(item)
    points = learning_points_of(item) if is_open else []
    weakest = weakest_by_item([item]).get(item.pk, "") if is_open else ""
    form = AgreeForm(
        request.POST if request.method == "POST" else None,
        graders=comparison.graders if comparison else [],
        learning_points=points,
        initial=AgreeForm.initial_of(feedback_on(item), points=points, weakest=weakest)
        | {
            "grade": item.agreed_grade,
            "reason": item.agreed_reason,
            "discussed_by": [str(person.pk) for person in agreed[0].discussed_by.all()] if agreed else [],
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.record_agreed_grade(item_id=item.pk, by=request.user, at=at, **form.cleaned_data)
            return redirect(_next_to_agree(item, request.user) or shown)
        except DomainError as error:
            form.add_error(BESIDE.get(type(error)), str(error))
    read_item(item_id=item.pk, by=request.user, at=at)
    context = {
        "round": shown,
        "item": item,
        "ppn": redacted_ppn(item.referral),
        "comparison": comparison,
        "agreed_grades": agreed,
        "may_agree": is_open
        and not hasattr(item, "removal")
        and RoundMove.AGREE in permissions.moves_open_to(request.user, shown),
        "form": form,
    }
    return render(request, "grading/rounds/agree_item.html", context, status=422 if form.errors else 200)


@require_safe
def round_agreement(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """How far the graders of a round agree, overall and by criterion."""
    shown = round_or_404(request, pk)
    if not permissions.can_see_agreement(request.user, shown):
        raise PermissionDenied
    is_suppressed = is_suppressed_for(request.user, shown)
    context = {
        "round": shown,
        "is_suppressed": is_suppressed,
        "agreement": None if is_suppressed else agreement_in(shown, fewest=fewest_shown(request.user, shown)),
        "grades": OverallGrade.choices,
        "method": METHOD,
    }
    return render(request, "grading/rounds/agreement.html", context)


def _next_to_agree(item: RoundItem, user: User) -> str | None:
    """The address of the next PPN without an agreed grade that is open to this person."""
    left = item.round.items.awaiting_agreement().open_to(user).order_by("position")
    following = left.filter(position__gt=item.position).first() or left.first()
    return following.agree_url if following else None

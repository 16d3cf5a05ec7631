"""Grades over time."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.http import SignedInRequest
from grading.permissions import rounds as permissions
from grading.queries.calibration import answers_by_grade
from grading.queries.trend import trend_chart, trend_for


@require_safe
def trend(request: SignedInRequest) -> HttpResponse:
    """Counts and means by round; a printed mean that its counts do not give is flagged."""
    if not permissions.can_see_trend(request.user):
        raise PermissionDenied
    listed = trend_for(request.user)
    flagged = [one for one in listed if one.flag]
    by_grade = answers_by_grade(request.user)
    context = {
        "rounds": listed,
        "chart": trend_chart(listed),
        "flagged": flagged,
        "by_grade": by_grade if any(row.n or row.is_hidden for row in by_grade) else [],
    }
    return render(request, "grading/rounds/trend.html", context)

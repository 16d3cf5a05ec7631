"""Grades over time, by group, and by grader."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.http import SignedInRequest
from common.statistics.resampling import METHOD
from grading.enums import GroupBy
from grading.forms.results import GroupForm
from grading.permissions import rounds as permissions
from grading.queries.breakdowns import grouped, sees_small_groups, years_of
from grading.queries.calibration import answers_by_grade
from grading.queries.drift import drift_for
from grading.queries.report_charts import distribution_chart
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
        "distribution": distribution_chart(listed),
        "flagged": flagged,
        "may_see_drift": permissions.can_see_drift(request.user),
        "by_grade": by_grade if any(row.n or row.is_hidden for row in by_grade) else [],
    }
    return render(request, "grading/rounds/trend.html", context)


@require_safe
def results_by(request: SignedInRequest) -> HttpResponse:
    """Agreed grades by type, district, team or criterion."""
    if not permissions.can_see_trend(request.user):
        raise PermissionDenied
    years, together = years_of(request.user), sees_small_groups(request.user)
    usual = {"by": GroupBy.TYPE.value, "year": "" if together or not years else str(years[0])}
    form = GroupForm(usual | request.GET.dict(), years=years, together=together)
    chosen = form.cleaned_data if form.is_valid() else None
    if chosen and not together and chosen["year"] is None:
        chosen = None
    context = {
        "form": form,
        "by": chosen["by"] if chosen else GroupBy.TYPE,
        "groups": grouped(request.user, **chosen) if chosen else [],
        "method": METHOD,
    }
    return render(request, "grading/rounds/results_by.html", context, status=422 if form.errors else 200)


@require_safe
def drift(request: SignedInRequest) -> HttpResponse:
    """How far each grader lay from what was agreed, round by round."""
    if not permissions.can_see_drift(request.user):
        raise PermissionDenied
    context = {"drift": drift_for(request.user), "method": METHOD}
    return render(request, "grading/rounds/drift.html", context)

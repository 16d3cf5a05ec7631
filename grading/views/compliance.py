"""Compliance over the years, and two periods side by side."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from common.http import SignedInRequest
from grading.forms.comparison import CompareForm
from grading.permissions import dip_samples as permissions
from grading.queries.comparison import choices_of, compared
from grading.queries.compliance_history import compliance_over_time, period_chart, year_chart
from grading.queries.earlier import earlier_figures
from grading.queries.report_charts import period_control_chart, team_funnel, teams_together


@require_safe
def dip_sample_compliance(request: SignedInRequest) -> HttpResponse:
    """Compliance by year and by period, beside what was published before and what earlier spreadsheets give; two of them are compared when asked for."""
    if not permissions.can_see_samples(request.user):
        raise PermissionDenied
    force, narrowed = request.user.agency, permissions.sees_small_numbers(request.user)
    listed = compliance_over_time(force, for_readers=not narrowed)
    form = CompareForm(request.GET or None, choices=choices_of(force, narrowed=narrowed), narrowed=narrowed)
    comparison = None
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        comparison = compared(
            force, asked["first"], asked["second"], narrowed_to=form.narrowed_to(), for_readers=not narrowed
        )
    teams = teams_together(force) if narrowed else []
    context = {
        "history": listed,
        "year_chart": year_chart(listed.years),
        "period_chart": period_chart(listed.periods),
        "control_chart": period_control_chart(listed.periods),
        "earlier": earlier_figures(force, for_readers=not narrowed),
        "sees_earlier": permissions.can_see_earlier(request.user),
        "teams": teams,
        "team_funnel": team_funnel(teams),
        "compare_form": form,
        "comparison": comparison,
        "narrowed_in_words": ", ".join(form.narrowed_in_words()) if comparison else "",
    }
    return render(request, "grading/dip_samples/dip_sample_compliance.html", context)

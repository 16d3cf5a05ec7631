"""The calendar of quarters."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.clock import london_day
from common.http import SignedInRequest
from grading.permissions import rounds as permissions
from grading.queries.calendar import calendar_of

FIRST_YEAR = 2000


@require_safe
def round_calendar(request: SignedInRequest) -> HttpResponse:
    """The quarters of a year, this one unless another is asked for, and what the round of each is doing."""
    if not permissions.can_see_rounds(request.user):
        raise PermissionDenied
    today = london_day(timezone.now())
    asked = request.GET.get("year", "")
    years = range(FIRST_YEAR, today.year + 1)
    year = int(asked) if asked in map(str, years) else today.year
    context = {
        "year": year,
        "earlier": year - 1 if year - 1 in years else None,
        "later": year + 1 if year + 1 in years else None,
        "lines": calendar_of(request.user, year=year, on=today),
    }
    return render(request, "grading/rounds/round_calendar.html", context)

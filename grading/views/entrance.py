"""The bare address of grading: each person is sent to the page that they most likely want."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from common.http import SignedInRequest, lead_on

# The first that a person's roles allow.
PAGES = [
    (Permission.RUN_GRADING, "grading:rounds"),
    (Permission.GRADE, "grading:rounds"),
    (Permission.REVIEW_INCIDENTS, "grading:dip_samples"),
    (Permission.SEE_GRADING_RESULTS, "grading:rounds"),
    (Permission.SEE_REPORTS, "grading:reports"),
]


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """To the rounds, the dip samples or the reports."""
    return lead_on(request, PAGES)

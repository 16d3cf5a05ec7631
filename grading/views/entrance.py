"""The bare address of grading: each person is sent to the page that they most likely want."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from common.http import SignedInRequest

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
    page = next((page for permission, page in PAGES if request.user.may(permission)), None)
    if page is None:
        raise PermissionDenied
    return redirect(page)

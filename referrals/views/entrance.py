"""The bare address of referrals: each person is sent to the page that they most likely want."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from common.http import SignedInRequest

# The first that a person's roles allow.
PAGES = [
    (Permission.SEE_HUB_REFERRALS, "referrals:queue"),
    (Permission.SEE_SHARED_REFERRALS, "referrals:shared"),
    (Permission.WRITE_PPN, "referrals:mine"),
    (Permission.WRITE_CPI, "referrals:mine"),
    (Permission.IMPORT_INCIDENTS, "referrals:incidents"),
]


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """To the queue, what is shared, one's own referrals or the incidents."""
    page = next((page for permission, page in PAGES if request.user.may(permission)), None)
    if page is None:
        raise PermissionDenied
    return redirect(page)

"""The bare address of referrals: each person is sent to the page that they most likely want."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from common.http import SignedInRequest, lead_on

# The first that a person's roles allow.
PAGES = [
    (Permission.SEE_HUB_REFERRALS, "referrals:queue"),
    (Permission.ASSESS_CPI, "referrals:assessments"),
    (Permission.SEE_SHARED_REFERRALS, "referrals:shared"),
    (Permission.WRITE_PPN, "referrals:mine"),
    (Permission.WRITE_CPI, "referrals:mine"),
    (Permission.IMPORT_INCIDENTS, "referrals:incidents"),
]


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """To the queue, the CPI forms to evaluate, what is shared, one's own referrals or the incidents."""
    return lead_on(request, PAGES)

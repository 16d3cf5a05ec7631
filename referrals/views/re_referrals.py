"""What came back to the hub after no further action, each one to be looked at again."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit import services as audit
from audit.enums import Verb
from common.clock import Period
from common.http import SignedInRequest
from common.paging import keyset_page
from referrals import permissions, queries
from referrals.forms import ReReferralsForm

DAYS_SHOWN = 90


@require_safe
def re_referrals(request: SignedInRequest) -> HttpResponse:
    """What came within twelve months of no further action on the same person, by default in the last 90 days, the newest first.

    What the page tells of a referral, and of the one it followed, is recorded as read.
    """
    if not permissions.can_see_queue(request.user):
        raise PermissionDenied
    at = timezone.now()
    form = ReReferralsForm(request.GET or None)
    form.is_valid()
    given = form.cleaned_data if form.is_bound else {}
    end = given.get("end") or timezone.localdate(at)
    start = given.get("start") or end - timedelta(days=DAYS_SHOWN)
    period = Period(start=min(start, end), end=max(start, end))
    found = queries.re_referrals_of(request.user, period, within=given.get("within"))
    page = keyset_page(found.referrals, order=queries.RE_REFERRALS_ORDER, cursor=request.GET.get("cursor"))
    rows = queries.re_referral_rows(page.items, found)
    seen = {one.pk: one for row in rows for one in (row.referral, row.after.referral)}
    if seen:
        audit.record_each(
            verb=Verb.READ, what="referral.seen_in_re_referrals", at=at, actor=request.user, subjects=seen.values()
        )
    context = {
        "form": form,
        "period": period,
        "count": len(found),
        "is_cut": found.is_cut,
        "most": queries.MOST_LOOKED_AT,
        "page": page,
        "rows": rows,
    }
    return render(request, "referrals/re_referrals.html", context)

"""The history of a referral: who changed what, also when it was done in SQL. Reading it is in the log."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from audit import queries as audit_queries
from audit import services as audit
from audit.enums import Verb
from common.http import SignedInRequest
from common.paging import keyset_page
from insights.queries.history import lines_of
from referrals.models import Referral
from referrals.permissions import sees_all_looks, sees_casework, sees_whole


@require_safe
def referral_history(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Newest first. Who keeps the log and does not read the referral sees which questions changed, and no words of them."""
    user = request.user
    known = Referral.objects.all() if user.may(Permission.SEE_ACCESS_LOG) else Referral.objects.visible_to(user)
    referral = get_object_or_404(known.submitted(), pk=pk)
    if not sees_all_looks(user, referral):
        raise PermissionDenied
    reads_it = Referral.objects.visible_to(user).filter(pk=referral.pk).exists()
    shows_values = reads_it and sees_whole(user, referral) and sees_casework(user, referral)
    found = audit_queries.history_of(Referral._meta.label, str(referral.pk))
    page = keyset_page(found, order=("-pk",), cursor=request.GET.get("cursor"))
    audit.record(verb=Verb.READ, what="referral.history_read", at=timezone.now(), actor=user, subject=referral)
    context = {
        "referral": referral,
        "page": page,
        "lines": lines_of(page.items, shows_values=shows_values),
        "shows_values": shows_values,
    }
    return render(request, "insights/history.html", context)

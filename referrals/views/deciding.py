"""The threshold decision."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.http import SignedInRequest
from referrals import permissions, queries, services
from referrals.enums import NDM_HEADINGS
from referrals.forms import DecisionForm, ViewFormSet, at_a_glance
from referrals.models import Referral
from referrals.views.history import people_known_before


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Record a threshold decision; an earlier one is kept beside it."""
    at = timezone.now()
    visible = Referral.objects.visible_to(request.user).select_related("ppn", "cpi", "agency", "team")
    found = queries.with_document_in_force(visible.prefetch_related("people"), on=london_day(at))
    referral = get_object_or_404(found, pk=pk)
    if not permissions.can_decide(request.user, referral):
        raise PermissionDenied
    current = referral.decisions.filter(is_current=True).select_related("decided_by").first()
    is_sent = request.method == "POST"
    may_end = permissions.can_decide_on_nothing(request.user, referral)
    form = DecisionForm(request.POST if is_sent else None, is_change=current is not None, may_end=may_end)
    views = ViewFormSet(_with_management(request.POST) if is_sent else None, prefix="views")
    if is_sent and form.is_valid() and views.is_valid():
        given = [
            services.AgencyView(agency=row["agency"], position=row["position"], words=row["words"])
            for row in views.cleaned_data
            if row.get("agency")
        ]
        try:
            services.decide_referral(
                referral_id=referral.pk,
                by=request.user,
                at=at,
                views=given,
                read_number=number_read(request.POST),
                **form.cleaned_data,
            )
            return redirect(referral)
        except services.StaleDecision as refusal:
            current = referral.decisions.filter(is_current=True).select_related("decided_by").first()
            form.ask_why_it_changes()
            form.add_error(None, str(refusal))
        except services.CannotDecide as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    # Who decides has the referral beside the form, and what was known before.
    audit.record(verb=Verb.READ, what="referral.read", at=at, actor=request.user, subject=referral)
    context = {
        "referral": referral,
        "glance": at_a_glance(referral),
        "histories": people_known_before(request, referral, at=at),
        "form": form,
        "views": views,
        "current": current,
        "document": queries.shown_document(referral),
        "faults": form.faults + [fault for row in views for fault in row.faults] if is_sent else [],
        "headings": [form[name] for name in NDM_HEADINGS],
        "headings_open": any(form[name].value() for name in NDM_HEADINGS),
        "views_open": is_sent and any(row.has_changed() for row in views),
    }
    return render(request, "referrals/decide.html", context, status=422 if is_sent else 200)


def number_read(data: Any) -> int | None:
    """The number of the decision that stood on the page when it was opened, 0 for none; None from who does not say."""
    number = str(data.get("read_number", ""))
    return int(number) if number.isdecimal() else None


def _with_management(data: Any) -> Any:
    """What was sent, with the count of rows that a program or an older page leaves out."""
    if "views-TOTAL_FORMS" in data:
        return data
    data = data.copy()
    data.update({"views-TOTAL_FORMS": "0", "views-INITIAL_FORMS": "0"})
    return data

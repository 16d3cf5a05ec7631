"""The reviewer's desk: one sampled incident and the forms it led to on the left, the findings on the right."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.errors import DomainError
from common.http import SignedInRequest
from grading.forms.dip_samples import ReviewForm
from grading.models import DipSample
from grading.permissions import dip_samples as permissions
from grading.queries import dip_samples as queries
from grading.services import reviews as services


@require_http_methods(["GET", "HEAD", "POST"])
def dip_sample_review(request: SignedInRequest, pk: uuid.UUID, sampled_pk: uuid.UUID) -> HttpResponse:
    """Review one incident, then go on to the next; afterwards read the own review and, where it may be known, others'."""
    visible = DipSample.objects.visible_to(request.user)
    sampled = get_object_or_404(queries.sampled_to_read().filter(sample__in=visible), sample=pk, pk=sampled_pk)
    sample = sampled.sample
    if not permissions.can_open_incidents(request.user, sample):
        raise PermissionDenied
    is_free = permissions.can_review(request.user, sampled)
    if request.method == "POST" and not is_free:
        raise PermissionDenied
    at = timezone.now()
    found = queries.forms_of(sampled.incident, user=request.user)
    standing = queries.review_state(sampled, request.user, is_free=is_free)
    form = ReviewForm(request.POST if request.method == "POST" else None, found_forms=found, review=standing.mine)
    if request.method == "POST" and form.is_valid():
        try:
            review = services.record_review(sampled_id=sampled.pk, by=request.user, at=at, **form.findings())
            if review.live_gap:
                messages.success(request, "The supervisors are told that somebody may be at risk.")
            following = queries.next_to_review(queries.review_states(sample, request.user), after=sampled)
            if following is None:
                messages.success(request, "No incident of this sample waits for you.")
            return redirect(following.review_url if following else sample)
        except DomainError as error:
            form.add_error(None, str(error))
    services.read_incident(sampled_id=sampled.pk, by=request.user, at=at)
    neighbours = {one.position: one for one in sample.incidents.filter(position__in=_beside(sampled.position))}
    context = {
        "sample": sample,
        "sampled": sampled,
        "incident": sampled.incident,
        "found": found,
        "open_referrals": queries.open_referrals(request.user, found),
        "standing": standing,
        "may_settle": standing.is_unsettled and permissions.can_settle(request.user, sampled),
        "asks": standing.waits_for_me or standing.may_correct,
        "form": form,
        "previous": neighbours.get(sampled.position - 1),
        "following": neighbours.get(sampled.position + 1),
    }
    return render(request, "grading/dip_samples/dip_sample_review.html", context, status=422 if form.errors else 200)


def _beside(position: int) -> tuple[int, int]:
    return position - 1, position + 1

"""What nobody of the force can review or settle: the supervisor sees which, and sets one aside with a reason."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest
from grading.forms.set_aside import SetAsideForm
from grading.models import DipSample
from grading.permissions.dip_samples import can_set_aside
from grading.queries.set_aside import left_to_nobody
from grading.services.set_aside import set_aside_incident


@require_http_methods(["GET", "HEAD", "POST"])
def dip_sample_set_aside(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The incidents that keep the sample from publication, and setting one of them aside."""
    sample = get_object_or_404(DipSample.objects.visible_to(request.user), pk=pk)
    if not can_set_aside(request.user, sample):
        raise PermissionDenied
    at = timezone.now()
    stuck = left_to_nobody(sample, on=london_day(at))
    form = SetAsideForm(request.POST if request.method == "POST" else None, stuck=stuck)
    if request.method == "POST" and form.is_valid():
        try:
            set_aside_incident(
                sampled_id=uuid.UUID(form.cleaned_data["sampled"]), why=form.cleaned_data["why"], by=request.user, at=at
            )
            messages.success(request, "The incident is set aside.")
            return redirect(sample)
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"sample": sample, "stuck": stuck, "form": form}
    return render(request, "grading/dip_samples/dip_sample_set_aside.html", context, status=422 if form.errors else 200)

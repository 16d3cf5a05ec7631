"""Replacing a PPN that was drawn by the next of the draw."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.errors import DomainError
from common.http import SignedInRequest
from grading.enums import RemovalReason, RoundMove
from grading.forms.replacing import ReplaceItemForm
from grading.models import RoundItem
from grading.permissions import rounds as permissions
from grading.services import replacing as services
from grading.views.finding import round_to_run


@require_http_methods(["GET", "HEAD", "POST"])
def item_replace(request: SignedInRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """Confirm, with the reason, that the next of the draw comes in the place of this PPN."""
    shown = round_to_run(request, pk)
    item = get_object_or_404(RoundItem.objects.select_related("referral", "removal"), round=shown, pk=item_pk)
    if RoundMove.REPLACE_ITEM not in permissions.moves_open_to(request.user, shown) or hasattr(item, "removal"):
        messages.error(request, f"{item} cannot be replaced any more.")
        return redirect(shown)
    is_withdrawn = item.referral.is_voided
    form = ReplaceItemForm(
        request.POST if request.method == "POST" else None,
        is_withdrawn=is_withdrawn,
        initial={"reason": RemovalReason.WITHDRAWN} if is_withdrawn else {},
    )
    if request.method == "POST" and form.is_valid():
        try:
            removal = services.replace_item(item_id=item.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            now = f"{removal.successor} stands in its place" if removal.successor else "no other could be drawn"
            messages.success(request, f"{item} counts no longer: {now}.")
            return redirect(shown)
        except services.NotThatReason as error:
            form.add_error("reason", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    given = item.assignments.filter(grade__isnull=False).count()
    context = {"round": shown, "item": item, "form": form, "is_withdrawn": is_withdrawn, "given": given}
    return render(request, "grading/rounds/item_replace.html", context, status=422 if form.errors else 200)

"""The grades of one PPN side by side, and the agreed one."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common.errors import DomainError
from common.http import SignedInRequest
from grading.enums import RoundMove
from grading.forms.grades import AgreeForm
from grading.models import RoundItem
from grading.permissions import rounds as permissions
from grading.queries import grades as queries
from grading.queries.redaction import redacted_ppn
from grading.services import moderation as services
from grading.services.grades import read_item
from grading.views.finding import round_to_run


@require_http_methods(["GET", "HEAD", "POST"])
def agree_item(request: SignedInRequest, pk: uuid.UUID, item_pk: uuid.UUID) -> HttpResponse:
    """The grades of one PPN side by side, and the agreed one. No grade shows before all of the round are in."""
    shown = round_to_run(request, pk)
    item = get_object_or_404(queries.items_to_read(), round=shown, pk=item_pk)
    at = timezone.now()
    form = AgreeForm(
        request.POST if request.method == "POST" else None,
        initial={"grade": item.agreed_grade, "reason": item.agreed_reason},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.record_agreed_grade(item_id=item.pk, by=request.user, at=at, **form.cleaned_data)
            return redirect(_next_to_agree(item) or shown)
        except DomainError as error:
            form.add_error(None, str(error))
    read_item(item_id=item.pk, by=request.user, at=at)
    is_open = permissions.can_see_grades(request.user, item)
    context = {
        "round": shown,
        "item": item,
        "ppn": redacted_ppn(item.referral),
        "comparison": queries.comparison_of(item) if is_open else None,
        "may_agree": is_open and RoundMove.AGREE in permissions.moves_open_to(request.user, shown),
        "form": form,
    }
    return render(request, "grading/rounds/agree_item.html", context, status=422 if form.errors else 200)


def _next_to_agree(item: RoundItem) -> str | None:
    """The address of the next PPN without an agreed grade."""
    left = item.round.items.awaiting_agreement().order_by("position")
    following = left.filter(position__gt=item.position).first() or left.first()
    return following.agree_url if following else None

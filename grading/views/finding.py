"""The round that an address names, for whom it exists and who runs it."""

import uuid

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from common.http import SignedInRequest
from grading.models import GradingRound
from grading.permissions import rounds as permissions


def round_or_404(request: SignedInRequest, pk: uuid.UUID) -> GradingRound:
    """The round, if this person may see it; else 404."""
    visible = GradingRound.objects.visible_to(request.user).select_related(
        "force", "opened_by", "drawn_by", "published_by"
    )
    return get_object_or_404(visible, pk=pk)


def round_to_run(request: SignedInRequest, pk: uuid.UUID) -> GradingRound:
    """The round, if this person runs it: 404 for who may not see it, 403 for who may only see it."""
    shown = round_or_404(request, pk)
    if not permissions.can_run(request.user, shown):
        raise PermissionDenied
    return shown

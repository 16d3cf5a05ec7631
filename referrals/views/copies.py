"""The writer's own copy of a version, as a download."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from common.errors import DomainError
from common.http import SignedInRequest
from common.stored_files import as_attachment
from referrals import permissions, services
from referrals.models import Referral


@require_safe
def copy_download(request: SignedInRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """Byte for byte as it was made; recorded in the access log."""
    referral = get_object_or_404(Referral.objects.visible_to(request.user).submitted(), pk=pk)
    if not permissions.sees_whole(request.user, referral):
        raise PermissionDenied
    copy = get_object_or_404(referral.copies, number=number)
    try:
        content = services.hand_out_copy(copy_id=copy.pk, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(referral)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": as_attachment(copy.file_name),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
        },
    )

"""Files of a referral: the page to add and remove them, and the download."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.sign_in.confirming import confirmed_recently
from common.errors import DomainError
from common.http import SignedInRequest, refusal_as_message
from common.stored_files import download
from referrals import permissions, queries, services
from referrals.enums import ReferralState
from referrals.forms import AttachmentForm
from referrals.models import Attachment, Referral


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The files of a referral that one may add to; a file that cannot be taken is told beside its field."""
    referral = _referral(request, pk)
    if not permissions.can_attach(request.user, referral):
        raise PermissionDenied
    form = AttachmentForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = services.attach_file(
                referral_id=referral.pk, name=file.name, file=file, by=request.user, at=timezone.now()
            )
            messages.success(request, f"{kept.name} is attached. It can be opened once it was checked for malware.")
            return redirect("referrals:files", referral.pk)
        except DomainError as error:
            form.add_error("file", str(error))
    context = {"referral": referral, "form": form, "attachments": queries.attachments_of(referral)}
    return render(request, "referrals/files.html", context, status=422 if form.is_bound else 200)


@require_safe
def file_download(request: SignedInRequest, pk: uuid.UUID, file_pk: uuid.UUID) -> HttpResponse:
    """One file, always as a download; recorded in the access log."""
    attachment = _attachment(request, pk, file_pk)
    try:
        content = services.hand_out_attachment(attachment_id=attachment.pk, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(attachment.referral)
    return download(content, name=attachment.name, content_type=attachment.content_type)


@require_POST
@confirmed_recently
def file_remove(request: SignedInRequest, pk: uuid.UUID, file_pk: uuid.UUID) -> HttpResponse:
    """Take a file off a draft."""
    referral = _referral(request, pk)
    if not (referral.is_draft and permissions.can_edit(request.user, referral)):
        raise PermissionDenied
    attachment = get_object_or_404(referral.attachments, pk=file_pk)
    with refusal_as_message(request):
        services.remove_attachment(attachment_id=attachment.pk, by=request.user, at=timezone.now())
        messages.success(request, f"{attachment.name} is removed.")
    return redirect("referrals:files", referral.pk)


@require_POST
def file_check(request: SignedInRequest, pk: uuid.UUID, file_pk: uuid.UUID) -> HttpResponse:
    """Ask the scanner once more about a file that it left unchecked."""
    referral = _referral(request, pk)
    if not permissions.can_attach(request.user, referral):
        raise PermissionDenied
    attachment = get_object_or_404(referral.attachments, pk=file_pk)
    with refusal_as_message(request):
        services.check_attachment_again(attachment_id=attachment.pk, by=request.user, at=timezone.now())
        messages.success(request, f"{attachment.name} is being checked again.")
    return redirect("referrals:files", referral.pk)


def _referral(request: SignedInRequest, pk: uuid.UUID) -> Referral:
    visible = Referral.objects.visible_to(request.user).exclude(state=ReferralState.DISCARDED)
    return get_object_or_404(visible, pk=pk)


def _attachment(request: SignedInRequest, pk: uuid.UUID, file_pk: uuid.UUID) -> Attachment:
    """Not there for whom the referral, or its files, are not there."""
    referral = _referral(request, pk)
    attachment = get_object_or_404(referral.attachments.select_related("referral"), pk=file_pk)
    if not permissions.can_open_attachment(request.user, attachment):
        return get_object_or_404(Attachment.objects.none(), pk=file_pk)
    return attachment

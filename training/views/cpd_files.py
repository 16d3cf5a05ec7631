"""Evidence of an entry of the CPD log: added, downloaded, removed."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.sign_in.confirming import confirmed_recently
from common.errors import DomainError
from common.http import SignedInRequest, refusal_as_message
from common.stored_files import download
from training import permissions
from training.forms.cpd import EvidenceForm
from training.services import cpd_files as services
from training.views.cpd import entry_seen
from training.views.frame import show


@require_http_methods(["GET", "HEAD", "POST"])
def cpd_file_new(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a file; one that cannot be taken is told beside its field."""
    entry = entry_seen(request, pk)
    if not permissions.can_attach_evidence(request.user, entry):
        raise PermissionDenied
    form = EvidenceForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = services.attach_evidence(
                entry_id=entry.pk, name=file.name, file=file, by=request.user, at=timezone.now()
            )
            messages.success(request, f"{kept.name} is added. It can be opened once it was checked for malware.")
            return redirect(entry)
        except DomainError as error:
            form.add_error("file", str(error))
    return show(request, "cpd_file_new.html", {"entry": entry, "form": form}, status=422 if form.errors else 200)


@require_safe
def cpd_file(request: SignedInRequest, pk: uuid.UUID, file_pk: uuid.UUID) -> HttpResponse:
    """One file, always as a download; recorded in the access log."""
    entry = entry_seen(request, pk)
    kept = get_object_or_404(entry.files.all(), pk=file_pk)
    try:
        content = services.hand_out_evidence(file_id=kept.pk, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(entry)
    return download(content, name=kept.name, content_type=kept.content_type)


@require_POST
@confirmed_recently
def cpd_file_remove(request: SignedInRequest, pk: uuid.UUID, file_pk: uuid.UUID) -> HttpResponse:
    """Take a file off an entry, by who added it."""
    entry = entry_seen(request, pk)
    kept = get_object_or_404(entry.files.all(), pk=file_pk)
    if kept.added_by_id != request.user.pk:
        raise PermissionDenied
    with refusal_as_message(request):
        services.remove_evidence(file_id=kept.pk, by=request.user, at=timezone.now())
        messages.success(request, f"{kept.name} is removed.")
    return redirect(entry)

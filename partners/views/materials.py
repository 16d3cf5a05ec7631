"""Files and modules of a session: added and removed by its trainers; files are downloaded by whom they are for."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError
from common.http import SignedInRequest, refusal_as_message
from common.stored_files import download
from partners import permissions, queries
from partners.forms.scheduling import MaterialForm, SessionModuleForm
from partners.models import Session, SessionMaterial, SessionModule
from partners.queries.materials import modules_to_add
from partners.services import materials as services
from partners.services import session_modules
from partners.views.sessions import find_session, find_session_to_run


@require_http_methods(["GET", "HEAD", "POST"])
def material_new(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a file; one that cannot be taken is told beside its field."""
    session = find_session_to_run(request, pk)
    form = MaterialForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = services.add_material(
                session_id=session.pk,
                time=form.cleaned_data["time"],
                name=file.name,
                file=file,
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, f"{kept.name} is added. It can be opened once it was checked for malware.")
            return redirect(session)
        except DomainError as error:
            form.add_error("file", str(error))
    context = {"session": session, "form": form}
    return render(request, "partners/material_new.html", context, status=422 if form.errors else 200)


@require_safe
def material(request: SignedInRequest, pk: uuid.UUID, material_pk: uuid.UUID) -> HttpResponse:
    """One file, always as a download; recorded in the access log. Whoever is booked opens it, whatever their role."""
    session = get_object_or_404(Session, pk=pk)
    kept = get_object_or_404(SessionMaterial.objects.open_to(request.user, session), pk=material_pk)
    try:
        content = services.hand_out_material(material_id=kept.pk, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        sees_session = Session.objects.visible_to(request.user).filter(pk=session.pk).exists()
        return redirect(session if sees_session else queries.own_booking(request.user, session) or session)
    return download(content, name=kept.name, content_type=kept.content_type)


@require_POST
def material_remove(request: SignedInRequest, pk: uuid.UUID, material_pk: uuid.UUID) -> HttpResponse:
    """Take a file off a session."""
    session = find_session(request, pk)
    kept = get_object_or_404(SessionMaterial.objects.open_to(request.user, session), pk=material_pk)
    if not permissions.can_run(request.user, session):
        raise PermissionDenied
    with refusal_as_message(request):
        services.remove_material(material_id=kept.pk, by=request.user, at=timezone.now())
        messages.success(request, f"{kept.name} is removed.")
    return redirect(session)


@require_http_methods(["GET", "HEAD", "POST"])
def session_module_new(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Put a module of the training catalogue at the session."""
    session = find_session_to_run(request, pk)
    at = timezone.now()
    form = SessionModuleForm(request.POST if request.method == "POST" else None, modules=modules_to_add(session, at=at))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            added = session_modules.add_module(
                session_id=session.pk,
                module_id=uuid.UUID(chosen["module"]),
                time=chosen["time"],
                by=request.user,
                at=at,
            )
            messages.success(request, f"{added} stands at the session.")
            return redirect(session)
        except session_modules.CannotKeepModule as error:
            form.add_error(error.field, str(error))
    context = {"session": session, "form": form}
    return render(request, "partners/session_module_new.html", context, status=422 if form.errors else 200)


@require_POST
def session_module_remove(request: SignedInRequest, pk: uuid.UUID, module_pk: uuid.UUID) -> HttpResponse:
    """Take a module off the session."""
    session = find_session_to_run(request, pk)
    kept = get_object_or_404(SessionModule.objects.select_related("module"), pk=module_pk, session=session)
    with refusal_as_message(request):
        session_modules.remove_module(session_module_id=kept.pk, by=request.user, at=timezone.now())
        messages.success(request, f"{kept} is taken off.")
    return redirect(session)

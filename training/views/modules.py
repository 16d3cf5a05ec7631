"""The force's own modules and their versions."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest
from training import permissions
from training.forms.modules import ModuleForm, NextVersionForm
from training.models import ModuleVersion
from training.models.modules import ModuleVersionQuerySet
from training.queries import records as queries
from training.services import modules as services
from training.views.frame import show


@require_safe
def modules(request: SignedInRequest) -> HttpResponse:
    """The modules of the trainer's force as they are taught now."""
    versions = _taught_now(request).prefetch_related("module__requirements")
    return show(request, "modules.html", {"versions": versions})


@require_http_methods(["GET", "HEAD", "POST"])
def module_new(request: SignedInRequest) -> HttpResponse:
    """Set up a module."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    form = ModuleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_module(by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"{made.module} can be logged from today.")
            return redirect("training:modules")
        except DomainError as error:
            form.add_error(None, str(error))
    return show(request, "module_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def module_next_version(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Teach a module in another way from today."""
    current: ModuleVersion = get_object_or_404(_taught_now(request), module=pk)
    initial = {name: getattr(current, name) for name in ("aims", "delivery", "minutes", "valid_months", "teaches")}
    initial["after"] = current.number
    form = NextVersionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            begun = services.begin_version(
                module_id=current.module_id, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            messages.success(request, f"{current.module}: version {begun.number} is taught from today.")
            return redirect("training:modules")
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"form": form, "current": current}
    return show(request, "module_next_version.html", context, status=422 if form.errors else 200)


def _taught_now(request: SignedInRequest) -> ModuleVersionQuerySet:
    """The modules that a trainer keeps, as they are taught now; nobody else is let in."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    return queries.modules_on_offer(request.user, on=london_day(timezone.now()))

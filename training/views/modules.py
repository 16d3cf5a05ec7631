"""The force's own modules and their versions: what is taught, who looked through it, and what is retired."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest
from common.templatetags.dates import day
from training import permissions
from training.forms.modules import ChangeModuleForm, ModuleForm, NextVersionForm, RetireForm, ReviewForm, RewriteForm
from training.models import Module, ModuleVersion, ProfileModule, RoleProfile, TrainingSession
from training.queries import modules as queries
from training.queries import records as record_queries
from training.queries.prerequisites import firsts_of
from training.services import modules as services
from training.services.prerequisites import CannotComeFirst
from training.views.frame import show

WAITS_FOR_REVIEW = "Saved. It is taught from the day on which its owner or another trainer reviews it."
TAUGHT = ("aims", "delivery", "minutes", "valid_months", "teaches", "link", "materials")


@require_safe
def modules(request: SignedInRequest) -> HttpResponse:
    """The modules of the trainer's force: as they are taught, what waits for a review, and what is retired."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    today = london_day(timezone.now())
    versions = queries.versions_to_list(request.user, on=today).prefetch_related("module__in_profiles__profile")
    retired = Module.objects.of(request.user).filter(retired_on__lte=today).by_title()
    return show(request, "modules.html", {"versions": _with_review(versions, today), "retired": retired})


@require_safe
def modules_to_review(request: SignedInRequest) -> HttpResponse:
    """What this person may look through now: before use, and where its day has come."""
    if not permissions.can_review_at_all(request.user):
        raise PermissionDenied
    today = london_day(timezone.now())
    versions = queries.versions_to_review(request.user, on=today)
    return show(request, "modules_to_review.html", {"versions": _with_review(versions, today)})


@require_safe
def module(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One module with all its versions, its materials and the profiles that ask for it."""
    shown = _module(request, pk)
    today = london_day(timezone.now())
    versions = shown.versions.select_related("module", "written_by", "reviewed_by", "checked_by").order_by("-number")
    links = ProfileModule.objects.filter(module=shown).select_related("profile").order_by("profile__name")
    context = {
        "module": shown,
        "versions": [
            (version, is_past, permissions.can_review_version(request.user, version))
            for version, is_past in _with_review(versions, today)
        ],
        "in_profiles": links,
        "firsts": firsts_of([shown.pk], on=today)[shown.pk],
        "is_retired": shown.is_retired(on=today),
        "may_keep": permissions.can_run_training(request.user),
    }
    return show(request, "module.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def module_new(request: SignedInRequest) -> HttpResponse:
    """Set up a module."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    form = ModuleForm(
        request.POST if request.method == "POST" else None,
        people=record_queries.people_of(request.user.agency_id),
        profiles=RoleProfile.objects.of(request.user).by_name(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_module(by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"{made.module} can be logged when its owner or another trainer has reviewed it.")
            return redirect(made.module)
        except DomainError as error:
            form.add_error(None, str(error))
    return show(request, "module_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def module_edit(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Another title or owner, and what is to be completed first."""
    shown = _kept(request, pk)
    today = london_day(timezone.now())
    initial = {
        "title": shown.title,
        "short_title": shown.short_title,
        "owner": shown.owner.email if shown.owner else "",
        "complete_first": [str(pk) for pk in shown.prerequisites.values_list("first", flat=True)],
        "read": services.stamp_of_module(shown),
    }
    form = ChangeModuleForm(
        request.POST if request.method == "POST" else None,
        people=record_queries.people_of(request.user.agency_id, and_also=shown.owner_id),
        modules=Module.objects.of(request.user).may_come_before(shown, on=today).by_title(),
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_module(module_id=shown.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Saved.")
            return redirect(shown)
        except CannotComeFirst as error:
            form.add_error("complete_first", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    return show(request, "module_edit.html", {"form": form, "module": shown}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def module_next_version(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Write the next version, or go on writing the one that nobody has reviewed yet."""
    shown = _kept(request, pk)
    latest: ModuleVersion = get_object_or_404(shown.versions.select_related("module").order_by("-number")[:1])
    initial: dict[str, Any] = {name: getattr(latest, name) for name in TAUGHT}
    given = request.POST if request.method == "POST" else None
    # A form that was sent says itself what it changes: the other one would hide that somebody was quicker.
    rewrites = "read" in given if given is not None else not latest.is_ready
    form: NextVersionForm | RewriteForm
    if rewrites:
        stamp = services.stamp_of(latest)
        form = RewriteForm(given, initial=initial | {"review_on": latest.review_on, "read": stamp})
    else:
        form = NextVersionForm(given, initial=initial | {"after": latest.number})
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        try:
            if rewrites:
                services.rewrite_version(version_id=latest.pk, by=request.user, at=at, **form.cleaned_data)
            else:
                services.begin_version(module_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, WAITS_FOR_REVIEW)
            return redirect(shown)
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"form": form, "module": shown, "latest": latest}
    return show(request, "module_next_version.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def module_review(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Look through the newest version, before use or again. Who wrote it does not review it before use."""
    shown = _module(request, pk)
    latest: ModuleVersion = get_object_or_404(
        shown.versions.select_related("module", "written_by").order_by("-number")[:1]
    )
    if not permissions.can_review_version(request.user, latest):
        raise PermissionDenied
    given = request.POST if request.method == "POST" else None
    form = ReviewForm(given, initial={"read": services.stamp_of(latest)})
    if request.method == "POST" and form.is_valid():
        try:
            services.review_version(version_id=latest.pk, by=request.user, at=timezone.now(), **form.reviewed())
            messages.success(request, f"Reviewed. {shown} is taught in version {latest.number}.")
            return redirect(shown)
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"form": form, "module": shown, "version": latest}
    return show(request, "module_review.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def module_retire(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """From a day on nobody needs it."""
    shown = _kept(request, pk)
    at = timezone.now()
    form = RetireForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            retired = services.retire_module(module_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
            when = (
                "is retired"
                if retired.is_retired(on=london_day(at))
                else f"will be retired on {day(retired.retired_on)}"
            )
            messages.success(request, f"{shown} {when}. Its records stay.")
            return redirect(shown)
        except DomainError as error:
            form.add_error(None, str(error))
    elif request.method != "POST" and shown.retired_on is not None:
        return redirect(shown)
    to_come = TrainingSession.objects.planned().coming(at=at).filter(module_version__module=shown).order_by("starts_at")
    context = {"form": form, "module": shown, "sessions": to_come}
    return show(request, "module_retire.html", context, status=422 if form.errors else 200)


def _module(request: SignedInRequest, pk: uuid.UUID) -> Module:
    """A module of the own force, for its trainers and its owner; else 404, and 403 for others of the force."""
    found: Module = get_object_or_404(Module.objects.of(request.user).select_related("owner", "retired_by"), pk=pk)
    if not permissions.can_read_module(request.user, found):
        raise PermissionDenied
    return found


def _kept(request: SignedInRequest, pk: uuid.UUID) -> Module:
    """A module that this trainer keeps; an owner who is no trainer reads and reviews it only."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    return _module(request, pk)


def _with_review(versions: Any, today: Any) -> list[tuple[ModuleVersion, bool]]:
    """Each with whether its day to be looked through has come."""
    return [(version, version.is_past_review(on=today)) for version in versions]

"""Role profiles: what each asks for, who is in it, and what somebody would lack in another."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import keyset_page
from training import permissions
from training.forms.profiles import AssignForm, AssignSeveralForm, EndAssignmentForm, ProfileForm, WhatIfForm
from training.models import Module, ProfileAssignment, RoleProfile, Skill
from training.queries import people as people_queries
from training.queries import profiles as queries
from training.queries import records as record_queries
from training.services import profiles as services
from training.views.frame import show


@require_safe
def profiles(request: SignedInRequest) -> HttpResponse:
    """The profiles of the trainer's force, and its skills."""
    _check_keeps(request)
    today = london_day(timezone.now())
    context = {
        "profiles": queries.listed_profiles(request.user, on=today),
        "skills": Skill.objects.of(request.user).by_name(),
    }
    return show(request, "profiles.html", context)


@require_safe
def profile(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What it asks for, and who is and was in it; looking is recorded."""
    shown = _profile(request, pk)
    at = timezone.now()
    today = london_day(at)
    assignments = queries.assignments_of(shown)
    context = {
        "profile": shown,
        "page": keyset_page(assignments, order=("-starts_on", "-pk"), cursor=request.GET.get("cursor")),
        "holders": queries.holders_by_role(shown, on=today).count(),
        "today": today,
    }
    audit.record(verb=Verb.READ, what="training.profile_read", at=at, actor=request.user, subject=shown)
    return show(request, "profile.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def profile_new(request: SignedInRequest) -> HttpResponse:
    """Set up a profile."""
    _check_keeps(request)
    return _keep(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def profile_edit(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Change what a profile says and asks for."""
    return _keep(request, _profile(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def profile_assign(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Put somebody into a profile."""
    shown = _profile(request, pk)
    at = timezone.now()
    form = AssignForm(
        request.POST if request.method == "POST" else None,
        people=record_queries.others_of(request.user),
        initial={"starts_on": london_day(at)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.assign_profile(profile_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, f"{made.person} is in this profile from that day.")
            return redirect(shown)
        except DomainError as error:
            form.add_error("complete_by" if isinstance(error, services.DaysRunBackwards) else "person", str(error))
    return show(request, "profile_assign.html", {"profile": shown, "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def profile_assign_several(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Put everybody of a pasted list into a profile."""
    shown = _profile(request, pk)
    at = timezone.now()
    form = AssignSeveralForm(
        request.POST if request.method == "POST" else None,
        people=record_queries.others_of(request.user),
        initial={"starts_on": london_day(at)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.assign_to_several(profile_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
            already = f" {len(made.already)} in it already, and not changed." if made.already else ""
            messages.success(request, f"New in this profile: {len(made.new)}.{already}")
            return redirect(shown)
        except DomainError as error:
            form.add_error("complete_by" if isinstance(error, services.DaysRunBackwards) else "people", str(error))
    context = {"profile": shown, "form": form, "is_for_several": True}
    return show(request, "profile_assign.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_end(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Let somebody leave a profile."""
    _check_keeps(request)
    assignments = ProfileAssignment.objects.filter(profile__force=request.user.agency_id)
    shown: ProfileAssignment = get_object_or_404(assignments.select_related("profile", "person"), pk=pk)
    at = timezone.now()
    form = EndAssignmentForm(request.POST if request.method == "POST" else None, initial={"ends_on": london_day(at)})
    if request.method == "POST" and form.is_valid():
        try:
            services.end_assignment(assignment_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, f"{shown.person} leaves this profile on that day.")
            return redirect(shown.profile)
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"assignment": shown, "form": form}
    return show(request, "assignment_end.html", context, status=422 if form.errors else 200)


@require_safe
def what_if(request: SignedInRequest) -> HttpResponse:
    """What one would lack oneself in another profile; nothing is stored."""
    if not permissions.can_keep_own_training(request.user):
        raise PermissionDenied
    return _what_if(request, request.user)


@require_safe
def person_what_if(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What somebody whose training one sees would lack in another profile; nothing is stored, but looking is recorded."""
    learner = get_object_or_404(people_queries.people_seen_by(request.user).select_related("team"), pk=pk)
    at = timezone.now()
    audit.record(verb=Verb.READ, what="training.what_if_read", at=at, actor=request.user, subject=learner)
    return _what_if(request, learner)


def _what_if(request: SignedInRequest, learner: User) -> HttpResponse:
    form = WhatIfForm(request.GET, profiles=RoleProfile.objects.of(learner).by_name())
    chosen = form.chosen()
    needs = queries.what_if(learner, chosen, on=london_day(timezone.now())) if chosen else []
    context = {
        "learner": learner,
        "is_own": learner.pk == request.user.pk,
        "form": form,
        "profile": chosen,
        "needs": needs,
        "open_count": sum(need.is_open for need in needs),
    }
    return show(request, "what_if.html", context)


def _keep(request: SignedInRequest, changed: RoleProfile | None) -> HttpResponse:
    at = timezone.now()
    form = ProfileForm(
        request.POST if request.method == "POST" else None,
        modules=_on_the_form(request),
        skills=Skill.objects.of(request.user).by_name(),
        initial=ProfileForm.answers_of(changed) | {"read": services.stamp_of(changed)} if changed else None,
    )
    if request.method == "POST" and form.is_valid():
        content = services.ProfileContent(**form.content())
        try:
            if changed is None:
                kept = services.create_profile(content=content, by=request.user, at=at)
            else:
                read = form.cleaned_data["read"]
                kept = services.change_profile(
                    profile_id=changed.pk, content=content, by=request.user, at=at, read=read
                )
            messages.success(request, "Saved. It counts for everybody in the profile from now on.")
            return redirect(kept)
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"form": form, "profile": changed}
    return show(request, "profile_edit.html", context, status=422 if form.errors else 200)


def _on_the_form(request: SignedInRequest) -> QuerySet[Module]:
    """Modules that a profile may ask for: also those that are not taught yet, but none that is to be retired."""
    return Module.objects.of(request.user).filter(retired_on=None).by_title()


def _check_keeps(request: SignedInRequest) -> None:
    if not permissions.can_run_training(request.user):
        raise PermissionDenied


def _profile(request: SignedInRequest, pk: uuid.UUID) -> RoleProfile:
    """A profile that this trainer keeps: 403 for others, 404 for another force's."""
    _check_keeps(request)
    return get_object_or_404(queries.profiles_to_read(request.user), pk=pk)

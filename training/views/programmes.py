"""Programmes and cohorts, for trainers."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import keyset_page
from training import permissions
from training.forms.programmes import AddMembersForm, CohortForm, ProgrammeForm
from training.models import Cohort, CohortMember, Module, Programme
from training.queries import people as people_queries
from training.queries import programmes as queries
from training.queries import registers
from training.queries.prerequisites import NotInOrder
from training.services import programmes as services
from training.views.frame import show


@require_safe
def programmes(request: SignedInRequest) -> HttpResponse:
    """The programmes of the trainer's force with their cohorts."""
    trainers_only(request)
    return show(request, "programmes.html", {"programmes": queries.programmes_of(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def programme_new(request: SignedInRequest) -> HttpResponse:
    """Set up a programme."""
    trainers_only(request)
    modules = Module.objects.of(request.user).exclude(retired_on__lte=timezone.localdate()).by_title()
    form = ProgrammeForm(request.POST if request.method == "POST" else None, modules=modules)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.set_up_programme(by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, f"{made} is set up. Give it a cohort.")
            return redirect("training:programmes")
        except DomainError as error:
            form.add_error(None, str(error))
    return show(request, "programme_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def cohort_new(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Set up a cohort of a programme."""
    trainers_only(request)
    programme = get_object_or_404(Programme.objects.of(request.user), pk=pk)
    form = CohortForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            cohort = services.set_up_cohort(
                programme_id=programme.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return redirect(cohort)
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"form": form, "programme": programme}
    return show(request, "cohort_new.html", context, status=422 if form.errors else 200)


@require_safe
def cohort(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A cohort: its sessions, and who is in it with how far they are; looking is recorded."""
    found = find_cohort(request, pk)
    members = queries.with_training(queries.members_of(request.user, cohort=found)).select_related("person", "team")
    page = keyset_page(members, order=("person__name", "pk"), cursor=request.GET.get("cursor"))
    services.note_reading(cohort=found, by=request.user, at=timezone.now())
    sessions = registers.with_counts(found.sessions.all()).select_related("module_version__module")
    context = {
        "cohort": found,
        "modules": found.programme.modules.all().by_title(),
        "sessions": sessions.order_by(*registers.COMING_ORDER),
        "page": page,
        "count": queries.members_of(request.user, cohort=found).count(),
    }
    return show(request, "cohort.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def cohort_add(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Put people into a cohort."""
    found = find_cohort(request, pk)
    form = AddMembersForm(
        request.POST if request.method == "POST" else None,
        agency_id=request.user.agency_id,
        teams=people_queries.teams_seen_by(request.user),
    )
    if request.method == "POST" and form.is_valid():
        try:
            people = form.cleaned_data["chosen"]
            new = services.add_members(
                cohort_id=found.pk, people=people, by=request.user, at=timezone.now(), knowing=form.knowing()
            )
            messages.success(request, f"{new} of {len(people)} are new in the cohort.")
            return redirect(found)
        except NotInOrder as error:
            form.warn(error)
        except DomainError as error:
            form.add_error("who", str(error))
    return show(request, "cohort_add.html", {"form": form, "cohort": found}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def member_take_out(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask once, then take somebody out of a cohort."""
    trainers_only(request)
    members = CohortMember.objects.filter(programme__force=request.user.agency_id, left_at=None)
    member = get_object_or_404(members.select_related("person", "cohort"), pk=pk)
    if request.method == "POST":
        services.take_out(member_id=member.pk, by=request.user, at=timezone.now())
        messages.success(request, f"{member.person} is no longer in the cohort.")
        return redirect(member.cohort)
    return show(request, "member_take_out.html", {"member": member})


def trainers_only(request: SignedInRequest) -> None:
    """Raises PermissionDenied for everybody but trainers."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied


def find_cohort(request: SignedInRequest, pk: uuid.UUID) -> Cohort:
    """A cohort of the trainer's agency: 403 for who is no trainer, 404 for a cohort of elsewhere."""
    trainers_only(request)
    return get_object_or_404(Cohort.objects.of(request.user).select_related("programme"), pk=pk)

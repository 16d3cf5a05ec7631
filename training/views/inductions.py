"""Induction plans: one page that the starter, the mentor, the line manager and the trainer each read from their side."""

import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Permission
from accounts.sign_in.confirming import confirmed_recently_for_file
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.forms import GovukForm
from common.http import SignedInRequest, attachment
from common.paging import keyset_page
from common.xlsx import XLSX
from training import permissions
from training.documents.induction import plan_workbook
from training.enums import InductionMove
from training.forms import inductions as forms
from training.models import Induction, InductionStep, ProfileAssignment, RoleProfile, SkillEvidence
from training.queries import inductions as queries
from training.queries.prerequisites import NotInOrder
from training.queries.profiles import holders_by_role
from training.queries.records import people_who_may, records_to_read
from training.services import inductions as services
from training.services import profiles as profile_services
from training.views.frame import show, show_form
from training.views.people import person_seen


@require_safe
def inductions(request: SignedInRequest) -> HttpResponse:
    """The plans that this person mentors, manages, leads or runs: those under way by their last day; looking is recorded."""
    user = request.user
    if not permissions.can_read_inductions(user):
        raise PermissionDenied
    at = timezone.now()
    shows_closed = request.GET.get("closed") == "yes"
    found = queries.inductions_to_read().visible_to(user).filter(agency=user.agency_id).exclude(person=user)
    found = found.closed() if shows_closed else found.open()
    page = keyset_page(found, order=("complete_by", "pk"), cursor=request.GET.get("cursor"))
    plans = queries.plans_of(page, force_id=user.agency_id, on=london_day(at)) if page else []
    if plans:
        audit.record(verb=Verb.READ, what="training.inductions_listed", at=at, actor=user, plans=len(plans))
    context = {
        "page": page,
        "plans": sorted(plans, key=lambda plan: not plan.late),
        "shows_closed": shows_closed,
        "today": london_day(at),
        "runs": permissions.can_run_training(user),
    }
    return show(request, "inductions.html", context)


@require_safe
def induction(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One plan; looking at another person's is recorded."""
    shown = _induction(request, pk)
    user, at = request.user, timezone.now()
    if shown.person_id != user.pk:
        audit.record(verb=Verb.READ, what="training.induction_read", at=at, actor=user, subject=shown)
    plan = queries.with_paper(queries.plan_of(shown, on=london_day(at)), seen_by=user)
    context = {
        "induction": shown,
        "plan": plan,
        "is_own": shown.person_id == user.pk,
        "is_mentor": shown.mentor_id == user.pk,
        "is_manager": shown.line_manager_id == user.pk,
        "may_log": permissions.can_plan_induction(user, force_id=shown.agency_id, person_id=shown.person_id),
        "moves": permissions.induction_moves_open_to(user, shown),
        "changes": queries.changes_of(shown),
        "out_of_order": shown.out_of_order.select_related("first", "module", "said_by").order_by("said_at", "pk"),
        "today": london_day(at),
    }
    return show(request, "induction.html", context)


@require_safe
@confirmed_recently_for_file
def induction_xlsx(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One plan as a workbook; recorded."""
    shown = _induction(request, pk)
    at = timezone.now()
    plan = queries.with_paper(queries.plan_of(shown, on=london_day(at)), seen_by=request.user)
    needs = [one.need for one in plan.steps if one.need]
    content = plan_workbook(
        plan,
        records=records_to_read().filter(pk__in=[need.record.pk for need in needs if need.record]),
        evidence=SkillEvidence.objects.filter(pk__in=[need.evidence.pk for need in needs if need.evidence]),
        on=london_day(at),
    )
    audit.record(
        verb=Verb.EXPORTED,
        what="training.induction_exported",
        at=at,
        actor=request.user,
        subject=shown,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return attachment(content, name="induction-plan.xlsx", content_type=XLSX)


@require_http_methods(["GET", "HEAD", "POST"])
def induction_new(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Make a plan from the profile that somebody was put into."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    found = ProfileAssignment.objects.filter(profile__force=request.user.agency_id)
    assignment = get_object_or_404(found.select_related("profile", "person", "induction"), pk=pk)
    if assignment.person_id == request.user.pk:
        raise PermissionDenied
    made = Induction.objects.filter(assignment=assignment).first()
    if made is not None and request.method != "POST":
        return redirect(made)
    at = timezone.now()
    form = forms.MakeInductionForm(
        request.POST if request.method == "POST" else None,
        proposals=queries.proposals_for(assignment, on=london_day(at)),
        **_signers(request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.make_induction(assignment_id=assignment.pk, by=request.user, at=at, **form.plan())
            messages.success(request, f"The plan of {made.person} is made. All three are told by e-mail.")
            return redirect(made)
        except NotInOrder as error:
            form.warn(error)
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"assignment": assignment, "form": form}
    return show(request, "induction_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def induction_by_role(request: SignedInRequest, pk: uuid.UUID, profile_pk: uuid.UUID) -> HttpResponse:
    """Make a plan for somebody who is in a profile by their account role: it puts them into it from their first day."""
    learner = person_seen(request, pk)
    profile = get_object_or_404(RoleProfile.objects.of(request.user), pk=profile_pk)
    if not permissions.can_plan_induction(request.user, force_id=profile.force_id, person_id=learner.pk):
        raise PermissionDenied
    at = timezone.now()
    current = ProfileAssignment.objects.current(on=london_day(at)).filter(profile=profile, person=learner).first()
    if current is not None:
        return redirect("training:induction_new", current.pk)
    if not holders_by_role(profile, on=london_day(at)).filter(pk=learner.pk).exists():
        messages.error(request, profile_services.not_held_by_role(learner))
        return redirect("training:person", learner.pk)
    form = forms.RoleHolderForm(
        request.POST if request.method == "POST" else None,
        proposals=queries.proposals_for(ProfileAssignment(profile=profile, person=learner), on=london_day(at)),
        **_signers(request),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = profile_services.plan_for_role_holder(
                profile_id=profile.pk, person=learner, by=request.user, at=at, **form.plan()
            )
            messages.success(request, f"The plan of {made.person} is made. All three are told by e-mail.")
            return redirect(made)
        except NotInOrder as error:
            form.warn(error)
        except profile_services.CannotAssign as error:
            form.add_error("starts_on", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"learner": learner, "profile": profile, "form": form}
    return show(request, "induction_by_role.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def induction_people(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Another mentor or line manager."""
    shown = _induction_to(request, pk, InductionMove.CHANGE_PEOPLE)
    form = forms.ChangePeopleForm(
        request.POST if request.method == "POST" else None,
        initial={"mentor": str(shown.mentor_id), "line_manager": str(shown.line_manager_id)},
        **_signers(request),
    )
    return _form_of(request, shown, form, services.change_people, "Change mentor or line manager", "Save", "Changed.")


@require_http_methods(["GET", "HEAD", "POST"])
def induction_extend(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A later last day."""
    shown = _induction_to(request, pk, InductionMove.EXTEND)
    form = forms.ExtendForm(request.POST if request.method == "POST" else None, after=shown.complete_by)
    return _form_of(request, shown, form, services.extend_induction, "Extend the plan", "Extend the plan", "Extended.")


@require_http_methods(["GET", "HEAD", "POST"])
def induction_stop(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """End a plan that is not to be completed."""
    shown = _induction_to(request, pk, InductionMove.STOP)
    form = forms.WhyForm(request.POST if request.method == "POST" else None)
    return _form_of(request, shown, form, services.stop_induction, "Stop the plan", "Stop the plan", "Stopped.")


@require_http_methods(["GET", "HEAD", "POST"])
def induction_reopen(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back that it was closed or stopped."""
    shown = _induction_to(request, pk, InductionMove.REOPEN)
    form = forms.WhyForm(request.POST if request.method == "POST" else None)
    return _form_of(request, shown, form, services.reopen_induction, "Reopen the plan", "Reopen the plan", "Reopened.")


@require_http_methods(["GET", "HEAD", "POST"])
def induction_close(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Close it as complete; what is not met is named, and then there is no button."""
    shown = _induction_to(request, pk, InductionMove.CLOSE)
    at = timezone.now()
    plan = queries.plan_of(shown, on=london_day(at))
    refused = ""
    if request.method == "POST":
        try:
            services.close_induction(induction_id=shown.pk, by=request.user, at=at)
            messages.success(request, f"The induction of {shown.person} is complete.")
            return redirect(shown)
        except DomainError as error:
            refused = str(error)
    context = {"induction": shown, "plan": plan, "refused": refused}
    return show(request, "induction_close.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def induction_step(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Another day for a step, or where and with whom."""
    step = _step(request, pk)
    if not permissions.may_move_induction(request.user, step.induction, InductionMove.MOVE_STEP):
        raise PermissionDenied
    form = forms.MoveStepForm(request.POST if request.method == "POST" else None, step=step)
    if request.method == "POST" and form.is_valid():
        try:
            services.move_step(
                step_id=step.pk, by=request.user, at=timezone.now(), knowing=form.knowing(), **form.content()
            )
            messages.success(request, "Saved.")
            return redirect(step.induction)
        except NotInOrder as error:
            form.warn(error)
        except services.TooShortAReason as error:
            form.add_error("reason", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    caption = f"{step.title}, {step.induction.person}"
    return show_form(
        request,
        form,
        "Move a step",
        button="Save",
        back="training:induction",
        back_to=step.induction_id,
        caption=caption,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def induction_declare(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The starter says that a step is done."""
    step = _step(request, pk)
    if step.induction.person_id != request.user.pk or step.module_id is None:
        raise PermissionDenied
    if request.method != "POST" and not permissions.can_declare(request.user, step):
        return redirect(step.induction)
    form = forms.DeclareForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.declare_done(step_id=step.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Thank you. A trainer logs it, then your mentor and your line manager sign.")
            return redirect(step.induction)
        except DomainError as error:
            form.add_error(None, str(error))
    return show_form(
        request,
        form,
        "I have done this",
        button="Send to the trainer",
        back="training:induction",
        back_to=step.induction_id,
        caption=step.title,
    )


def _form_of(
    request: SignedInRequest,
    shown: Induction,
    form: GovukForm,
    do: Callable[..., Induction],
    title: str,
    button: str,
    done: str,
) -> HttpResponse:
    """A move that is one form and leads back to the plan."""
    if request.method == "POST" and form.is_valid():
        try:
            do(induction_id=shown.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, done)
            return redirect(shown)
        except services.TooShortAReason as error:
            form.add_error("reason", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    caption = f"{shown.person}, {shown.assignment.profile}"
    return show_form(request, form, title, button=button, back="training:induction", back_to=shown.pk, caption=caption)


def _induction(request: SignedInRequest, pk: uuid.UUID) -> Induction:
    """The plan, if this person may see it; else 404."""
    return get_object_or_404(queries.inductions_to_read().visible_to(request.user), pk=pk)


def _induction_to(request: SignedInRequest, pk: uuid.UUID, move: InductionMove) -> Induction:
    """The plan, for who may make that move (else 403), whether or not its state allows it: then the page says why not."""
    shown = _induction(request, pk)
    if not permissions.may_move_induction(request.user, shown, move):
        raise PermissionDenied
    return shown


def _step(request: SignedInRequest, pk: uuid.UUID) -> InductionStep:
    """A step of a plan that this person may see; else 404."""
    seen = Induction.objects.visible_to(request.user)
    steps = InductionStep.objects.filter(induction__in=seen)
    return get_object_or_404(steps.select_related("induction__person", "module", "skill"), pk=pk)


def _signers(request: SignedInRequest) -> dict[str, Any]:
    today, agency = london_day(timezone.now()), request.user.agency_id
    return {
        "mentors": people_who_may(Permission.SIGN_OFF_AS_MENTOR, agency_id=agency, on=today),
        "line_managers": people_who_may(Permission.SIGN_OFF_AS_LINE_MANAGER, agency_id=agency, on=today),
    }

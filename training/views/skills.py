"""Skills of the force, one's own evidence of them, and what line managers and trainers say to it."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import keyset_page
from training import permissions
from training.forms.skills import AnswerForm, ConfirmEvidenceForm, EvidenceForm, SkillForm
from training.models import Skill
from training.queries import skills as queries
from training.services import skills as services
from training.views.frame import show


@require_http_methods(["GET", "HEAD", "POST"])
def skill_new(request: SignedInRequest) -> HttpResponse:
    """Set up a skill."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    return _keep(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def skill_edit(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Change what a skill is called, or what shows it."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    return _keep(request, get_object_or_404(Skill.objects.of(request.user), pk=pk))


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_new(request: SignedInRequest) -> HttpResponse:
    """Write an entry of one's own."""
    if not permissions.can_show_skills(request.user):
        raise PermissionDenied
    at = timezone.now()
    form = EvidenceForm(
        request.POST if request.method == "POST" else None,
        skills=Skill.objects.of(request.user).by_name(),
        today=london_day(at),
        initial={"skill": request.GET.get("skill", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            written = services.show_skill(by=request.user, at=at, **form.cleaned_data)
            messages.success(request, "Written. Your line manager or a trainer can confirm it now.")
            return redirect(written)
        except DomainError as error:
            form.refused(error)
    return show(request, "evidence_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One entry, and for who may answer it the answer; others who see it read it only. Looking is recorded."""
    shown = get_object_or_404(queries.evidence_seen_by(request.user), pk=pk)
    may_answer = permissions.can_answer_evidence(request.user, shown)
    at = timezone.now()
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may_answer:
            raise PermissionDenied
        if form.is_valid():
            try:
                services.answer_evidence(evidence_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
                messages.success(request, "Answered. The person sees it under My training.")
                return redirect(shown)
            except DomainError as error:
                form.add_error(None, str(error))
    services.note_reading(evidence=shown, by=request.user, at=at)
    context = {"evidence": shown, "form": form, "may_answer": may_answer and (not shown.answer or form.errors)}
    context["is_own"] = shown.person_id == request.user.pk
    return show(request, "evidence.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_to_answer(request: SignedInRequest) -> HttpResponse:
    """What waits for this line manager or trainer, the oldest first, with a tick for each to confirm; looking is recorded."""
    if not permissions.can_answer_evidence_at_all(request.user):
        raise PermissionDenied
    at = timezone.now()
    entries = queries.evidence_to_answer(request.user)
    page = keyset_page(entries, order=("written_at", "pk"), cursor=request.GET.get("cursor"))
    form = ConfirmEvidenceForm(request.POST if request.method == "POST" else None, entries=page.items)
    if request.method == "POST" and form.is_valid():
        try:
            confirmed = services.confirm_evidence(evidence_ids=form.cleaned_data["confirm"], by=request.user, at=at)
            messages.success(request, f"Confirmed: {confirmed} {'entry' if confirmed == 1 else 'entries'}.")
            return redirect("training:evidence_to_answer")
        except DomainError as error:
            form.add_error("confirm", str(error))
    if page.items:
        audit.record(verb=Verb.READ, what="training.evidence_listed", at=at, actor=request.user, entries=len(page))
        # What somebody wrote stands in the list, so it is read here as it is on a page of its own.
        audit.record_each(
            verb=Verb.READ, what="training.evidence_read", at=at, actor=request.user, subjects=list(page.items)
        )
    context = {"page": page, "form": form, "ticked": request.POST.getlist("confirm")}
    return show(request, "evidence_to_answer.html", context, status=422 if form.errors else 200)


def _keep(request: SignedInRequest, changed: Skill | None) -> HttpResponse:
    names = ("name", "counts_as_evidence", "valid_months")
    initial = {name: getattr(changed, name) for name in names} if changed else None
    form = SkillForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            pk = changed.pk if changed else None
            services.keep_skill(skill_id=pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Saved.")
            return redirect("training:profiles")
        except DomainError as error:
            form.add_error(None, str(error))
    return show(request, "skill_edit.html", {"form": form, "skill": changed}, status=422 if form.errors else 200)

"""Exercises: the list, one with its sheets, writing them, saying that one is ready, and the sheets on paper."""

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

from audit import services as audit
from audit.enums import Verb
from common.errors import DomainError
from common.http import SignedInRequest
from common.paging import keyset_page
from training import permissions
from training.documents import exercise_handouts
from training.forms.exercises import (
    ChangeExerciseForm,
    ChangeInjectForm,
    ExerciseForm,
    InjectForm,
    NewExerciseForm,
    answers_of_inject,
)
from training.models import Exercise, Inject
from training.queries import exercises as queries
from training.services import exercises as services
from training.views.frame import confirm, show, show_form


@require_safe
def exercises(request: SignedInRequest) -> HttpResponse:
    """One's own groups; for trainers all runs and exercises of their force."""
    user = request.user
    if not permissions.can_see_exercises(user):
        raise PermissionDenied
    context: dict[str, Any] = {"own": queries.own_groups(user), "leads": permissions.can_run_training(user)}
    if context["leads"]:
        order = ("-planned_for", "-pk")
        context["page"] = keyset_page(queries.runs_to_lead(user), order=order, cursor=request.GET.get("cursor"))
        context["exercises"] = queries.listed_exercises(user)
    return show(request, "exercises.html", context)


@require_safe
def exercise(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """An exercise with every sheet and what is expected: for trainers, and not for who is still to meet it in a group."""
    found = find_exercise(request, pk)
    services.note_reading(exercise=found, by=request.user, at=timezone.now())
    context = {
        "exercise": found,
        "injects": found.injects.in_order(),
        "may_write": permissions.can_write_exercise(request.user, found),
        "may_find_ready": permissions.can_find_ready(request.user, found),
        "may_retire": permissions.can_retire_exercise(request.user, found),
        "may_write_next": permissions.can_write_next_version(request.user, found),
        "read": services.stamp_of(found),
        "next_version": Exercise.objects.filter(replaces=found).first(),
        "is_in_use": Exercise.objects.in_use().filter(pk=found.pk).exists(),
    }
    return show(request, "exercise.html", context)


@require_safe
def exercise_handouts_pdf(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The sheets on paper, one on a page, to be given out by hand; recorded."""
    found = find_exercise(request, pk)
    pdf = exercise_handouts.pdf_of(found, list(found.injects.in_order()))
    audit.record(
        verb=Verb.EXPORTED,
        what="training.exercise_printed",
        at=timezone.now(),
        actor=request.user,
        subject=found,
        sha256=hashlib.sha256(pdf.content).hexdigest(),
    )
    headers = {"Content-Disposition": 'attachment; filename="sheets.pdf"', "Cache-Control": "no-store, private"}
    return HttpResponse(pdf.content, content_type="application/pdf", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def exercise_new(request: SignedInRequest) -> HttpResponse:
    """Begin an exercise."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    form = NewExerciseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.write_exercise(by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "Saved as a draft. Add its sheets now.")
            return redirect(made)
        except DomainError as error:
            form.add_error("title", str(error))
    return show_form(request, form, "Write an exercise", button="Save", back="training:exercises")


@require_http_methods(["GET", "HEAD", "POST"])
def exercise_edit(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Change what a draft says."""
    found = _draft(request, pk)
    initial = {name: getattr(found, name) for name in ExerciseForm.base_fields} | {"read": services.stamp_of(found)}
    form = ChangeExerciseForm(request.POST if request.method == "POST" else None, initial=initial)

    def change() -> object:
        return services.change_exercise(exercise_id=found.pk, by=request.user, at=timezone.now(), **form.cleaned_data)

    return _do(request, found, change, "Change the exercise", form=form, button="Save", done="Saved.")


@require_http_methods(["GET", "HEAD", "POST"])
def inject_new(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a sheet to a draft."""
    form = InjectForm(request.POST if request.method == "POST" else None)
    return _write_inject(request, _draft(request, pk), form, None)


@require_http_methods(["GET", "HEAD", "POST"])
def inject_edit(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Change a sheet of a draft."""
    inject = _inject(request, pk)
    found = _draft(request, inject.exercise_id)
    initial = answers_of_inject(inject) | {"read": services.stamp_of(found)}
    form = ChangeInjectForm(request.POST if request.method == "POST" else None, initial=initial)
    return _write_inject(request, found, form, inject)


@require_http_methods(["GET", "HEAD", "POST"])
def inject_remove(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a sheet out of a draft."""
    inject = _inject(request, pk)
    found = _draft(request, inject.exercise_id)

    def remove() -> object:
        return services.remove_inject(inject_id=inject.pk, by=request.user, at=timezone.now())

    words = f"{inject.title}. Those after it move up. This cannot be undone."
    title = f"Remove sheet {inject.position}"
    return _do(request, found, remove, title, button="Remove", done="The sheet is removed.", words=words)


@require_http_methods(["GET", "HEAD", "POST"])
def exercise_ready(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say, as somebody else than its writer, that it may be run: the text that stood on the page from which one comes."""
    found = find_exercise(request, pk)
    if request.method != "POST" and not permissions.can_find_ready(request.user, found):
        return redirect(found)

    def find_ready() -> object:
        read = request.POST.get("read", "")
        return services.find_ready(exercise_id=found.pk, read=read, by=request.user, at=timezone.now())

    words = (
        "You have read every sheet and what is expected. Nobody in it is real. "
        "From now on nobody changes it: a correction is the next version."
    )
    return _do(
        request,
        found,
        find_ready,
        "Say that it is ready",
        button="It is ready",
        done="It can be run now.",
        words=words,
        hidden={"read": request.GET.get("read", "")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def exercise_next_version(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Copy it, to change the copy."""
    found = find_exercise(request, pk)

    def copy() -> Exercise:
        return services.write_next_version(exercise_id=found.pk, by=request.user, at=timezone.now())

    words = "You get a copy of every sheet to change. Until it is ready, runs are of the version that is."
    done = "This is the next version. Change it, and let somebody else read it."
    title = "Write the next version"
    return _do(request, found, copy, title, button="Copy it", done=done, words=words, leads_on=True)


@require_http_methods(["GET", "HEAD", "POST"])
def exercise_retire(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take it out of use."""
    found = find_exercise(request, pk)

    def retire() -> object:
        return services.retire_exercise(exercise_id=found.pk, by=request.user, at=timezone.now())

    words = "Nobody can plan a run of it any more. Runs that are planned go on. This cannot be undone."
    done = "No more runs of it can be planned."
    return _do(request, found, retire, "Stop using it", button="Stop using it", done=done, words=words)


def find_exercise(request: SignedInRequest, pk: uuid.UUID) -> Exercise:
    """An exercise that this trainer may read: nobody else is let in, and a trainer who is still to meet it finds nothing."""
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    found = queries.exercises_to_read(request.user).select_related("written_by", "ready_by", "retired_by")
    return get_object_or_404(found, pk=pk)


def _draft(request: SignedInRequest, pk: uuid.UUID) -> Exercise:
    """A draft; a version that stands is changed by nobody. What was typed before it stood is refused beside the words."""
    found = find_exercise(request, pk)
    if request.method != "POST" and not permissions.can_write_exercise(request.user, found):
        raise PermissionDenied
    return found


def _inject(request: SignedInRequest, pk: uuid.UUID) -> Inject:
    if not permissions.can_run_training(request.user):
        raise PermissionDenied
    return get_object_or_404(Inject, pk=pk, exercise__in=queries.exercises_to_read(request.user).values("pk"))


def _write_inject(request: SignedInRequest, found: Exercise, form: InjectForm, inject: Inject | None) -> HttpResponse:
    def write() -> object:
        return services.write_inject(
            exercise_id=found.pk,
            inject_id=inject.pk if inject else None,
            by=request.user,
            at=timezone.now(),
            **form.sheet(),
        )

    title = f"Change sheet {inject.position}" if inject else "Add a sheet"
    fields = {services.NotInItsTime: "minute"}
    return _do(request, found, write, title, form=form, button="Save", done="The sheet is saved.", fields=fields)


def _do(request: SignedInRequest, found: Exercise, deed: Callable[[], object], title: str, **how: Any) -> HttpResponse:
    """Show what is about to be done to an exercise, and do it."""
    caption = f"{found.title}, version {found.number}"
    return confirm(request, deed, title, back="training:exercise", back_to=found.pk, caption=caption, **how)

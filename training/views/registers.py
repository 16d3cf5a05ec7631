"""The register of a session: taken by the trainer, by the members' code, or by who has watched; closed, and corrected."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from common.code_form import CodeForm
from common.errors import DomainError, MarkedMeanwhile
from common.http import SignedInRequest, refusal_as_message
from training import permissions
from training.enums import TrainingSessionMove
from training.forms.sessions import CorrectRegisterForm, TrainingRegisterForm, WhoCameForm
from training.models import KnowledgeTest, RegisterEntry
from training.queries import registers as queries
from training.queries.records import others_of
from training.services import registers as services
from training.services.training_sessions import add_who_came
from training.views.frame import show
from training.views.sessions import find_session, find_session_to_run, show_session


@require_http_methods(["GET", "HEAD", "POST"])
def session_register(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Mark everybody in one form; the second button closes the register too."""
    session = find_session_to_run(request, pk)
    at = timezone.now()
    moves = permissions.session_moves_open_to(request.user, session, at=at)
    if request.method != "POST" and TrainingSessionMove.REGISTER not in moves:
        return redirect(session)
    form = TrainingRegisterForm(request.POST if request.method == "POST" else None, entries=queries.entries_of(session))
    if "everybody" in request.POST:
        form.choose_present(by=request.user)
    elif request.method == "POST" and form.is_valid():
        try:
            services.take_register(session_id=session.pk, marks=form.marks(), seen=form.seen(), by=request.user, at=at)
            if "close" in request.POST:
                return redirect("training:session_close", session.pk)
            if "add" in request.POST:
                return redirect("training:session_who_came", session.pk)
            messages.success(request, "The register is saved. You can go on with it until you close it.")
            return redirect(session)
        except MarkedMeanwhile as error:
            form.take_up(error.stands)
            form.add_error(None, str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    services.note_reading(session=session, by=request.user, at=at)
    context = {"form": form, "session": session, "is_filled_in": "everybody" in request.POST}
    return show(request, "session_register.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def session_who_came(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Add somebody who is in the room and not on the list."""
    session = find_session_to_run(request, pk)
    at = timezone.now()
    moves = permissions.session_moves_open_to(request.user, session, at=at)
    if request.method != "POST" and (session.is_video or TrainingSessionMove.REGISTER not in moves):
        return redirect(session)
    form = WhoCameForm(request.POST if request.method == "POST" else None, people=others_of(request.user))
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["who"]
        try:
            is_new = add_who_came(session_id=session.pk, person=person, by=request.user, at=at)
            messages.success(
                request, f"{person} is on the list now. Mark them." if is_new else f"{person} was on the list already."
            )
            return redirect("training:session_register", session.pk)
        except DomainError as error:
            form.add_error("who", str(error))
    context = {"form": form, "session": session}
    return show(request, "session_who_came.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def session_close(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say what closing does and how many are not marked, then close the register."""
    session = find_session_to_run(request, pk)
    at = timezone.now()
    if request.method == "POST":
        with refusal_as_message(request):
            services.close_register(session_id=session.pk, by=request.user, at=at)
            messages.success(request, "The register is closed. Whoever was present has the hours in their CPD log.")
        return redirect(session)
    if TrainingSessionMove.CLOSE not in permissions.session_moves_open_to(request.user, session, at=at):
        return redirect(session)
    counted = queries.with_counts(type(session).objects.filter(pk=session.pk)).get()
    context = {"session": session, "counted": counted, "hours": services.hours_of(session)}
    return show(request, "session_close.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def session_code(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The screen with the code, and how many are here; POST shows one for half an hour."""
    session = find_session_to_run(request, pk)
    at = timezone.now()
    if request.method == "POST":
        with refusal_as_message(request):
            services.show_code(session_id=session.pk, by=request.user, at=at)
        return redirect("training:session_code", session.pk)
    if session.is_video or TrainingSessionMove.REGISTER not in permissions.session_moves_open_to(
        request.user, session, at=at
    ):
        return redirect(session)
    shown = services.code_shown(session, at=at)
    counted = queries.with_counts(type(session).objects.filter(pk=session.pk)).get()
    seconds = shown.seconds(at=at) if shown else 0
    has_test = KnowledgeTest.objects.of_session(session).exists()
    context = {
        "session": session,
        "shown": shown,
        "counted": counted,
        "seconds": seconds,
        "has_knowledge_test": has_test,
    }
    return show(request, "session_code.html", context)


@require_POST
def session_check_in(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Type the code on the trainer's screen."""
    session = find_session(request, pk)
    at = timezone.now()
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            services.check_in(session_id=session.pk, code=form.cleaned_data["code"], by=request.user, at=at)
            messages.success(request, "You are in the register.")
            return redirect(session)
        except DomainError as error:
            form.add_error("code", str(error))
    return show_session(request, session, at=at, form=form, status=422)


@require_POST
def session_watched(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say that one has watched the video, in the version that was on the page."""
    session = find_session(request, pk)
    version = request.POST.get("version", "")
    with refusal_as_message(request):
        services.say_watched(
            session_id=session.pk,
            version=int(version) if version.isdecimal() and len(version) < 6 else 0,
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, "Thank you. The trainer confirms it in the register.")
    return redirect(session)


@require_http_methods(["GET", "HEAD", "POST"])
def register_correct(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Correct what a closed register says of one person, with a reason."""
    entry = get_object_or_404(RegisterEntry.objects.select_related("person"), pk=pk)
    session = find_session_to_run(request, entry.session_id)
    at = timezone.now()
    moves = permissions.session_moves_open_to(request.user, session, at=at)
    if request.method != "POST" and TrainingSessionMove.CORRECT not in moves:
        return redirect(session)
    form = CorrectRegisterForm(request.POST if request.method == "POST" else None, initial={"presence": entry.presence})
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_register(entry_id=entry.pk, by=request.user, at=at, **form.cleaned_data)
            if form.cleaned_data["presence"] == entry.presence:
                messages.info(request, f"Nothing was changed: the register said so of {entry.person} already.")
            else:
                messages.success(request, f"The register is corrected for {entry.person}.")
            return redirect(session)
        except DomainError as error:
            form.add_error(None, str(error))
    services.note_reading(session=session, by=request.user, at=at)
    context = {"form": form, "session": session, "entry": entry}
    return show(request, "register_correct.html", context, status=422 if form.errors else 200)

"""Questions to trainers: asking one for one's place, answering and publishing it, and the page that everybody reads."""

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import KeyWasUsed
from common.forms import GovukForm
from common.http import SignedInRequest, refusal_as_message
from common.paging import keyset_page
from partners import permissions
from partners.enums import QuestionMove, next_question_state
from partners.forms.questions import AnswerQuestionForm, AskForm, KnowledgeSearchForm, PublishForm
from partners.models import SessionQuestion
from partners.queries import questions as queries
from partners.services import questions as services
from partners.views.bookings import find_booking

# What somebody looked for, by the word in the address, for as long as the session of the browser; the last few alone.
SEARCHES, SEARCHES_KEPT = "partners.knowledge_searches", 10


@require_http_methods(["GET", "HEAD", "POST"])
def knowledge(request: SignedInRequest) -> HttpResponse:
    """Questions and answers for everybody who signs in, the newest first, or those in which some words stand.

    The words are sent, and not put into the address: addresses end up in logs and histories.
    """
    searches: dict[str, str] = request.session.get(SEARCHES, {})
    if request.method == "POST":
        form = KnowledgeSearchForm(request.POST)
        if form.is_valid() and form.cleaned_data["text"]:
            name = uuid.uuid4().hex
            kept = [*searches.items(), (name, form.cleaned_data["text"])]
            request.session[SEARCHES] = dict(kept[-SEARCHES_KEPT:])
            return redirect(f"{reverse('partners:knowledge')}?search={name}")
        if form.is_valid():
            return redirect("partners:knowledge")
        text = ""
    else:
        text = searches.get(request.GET.get("search", ""), "")
        form = KnowledgeSearchForm(initial={"text": text})
    page = keyset_page(queries.knowledge(text), order=queries.PUBLISHED_ORDER, cursor=request.GET.get("cursor"))
    context = {"form": form, "text": text, "page": page, "keeps": permissions.can_plan(request.user)}
    return render(request, "partners/knowledge.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def booking_ask(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask the trainers something, before the session or after it. For nobody but whose place it is."""
    shown = find_booking(request, pk)
    if shown.user_id != request.user.pk:
        raise PermissionDenied
    at = timezone.now()
    if request.method != "POST" and not queries.may_ask(request.user, shown, at=at):
        messages.info(request, "Who has a place asks, until two weeks after the session.")
        return redirect(shown)
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = services.ask_question(booking_id=shown.pk, by=request.user, at=at, **form.cleaned_data)
            messages.success(request, "The trainers have your question. You get an e-mail when they have answered.")
            return redirect(asked)
        except KeyWasUsed as error:
            form.refused(error)
        except services.CannotAsk as error:
            form.add_error(error.field, str(error))
    context = {"booking": shown, "session": shown.session, "form": form}
    return render(request, "partners/question_ask.html", context, status=422 if form.errors else 200)


@require_safe
def questions(request: SignedInRequest) -> HttpResponse:
    """What was asked at sessions of the trainer's force; that the list was read is recorded."""
    if not permissions.can_plan(request.user):
        raise PermissionDenied
    show = "open" if request.GET.get("show") == "open" else ""
    listed = queries.questions_to_keep(request.user, show=show)
    page = keyset_page(listed, order=queries.ASKED_ORDER, cursor=request.GET.get("cursor"))
    services.list_questions(by=request.user, at=timezone.now(), count=len(page))
    return render(request, "partners/questions.html", {"page": page, "show": show})


@require_safe
def question(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """One question, for who asked it and for the trainers."""
    shown = _question(request, pk)
    services.read_question(question=shown, by=request.user, at=timezone.now())
    keeps = permissions.can_run(request.user, shown.session)
    context = {
        "question": shown,
        "keeps": keeps,
        "moves": [move for move in QuestionMove if keeps and next_question_state(move, shown.state)],
    }
    return render(request, "partners/question.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def question_answer(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer it, or answer it anew."""
    shown = _to_keep(request, pk, QuestionMove.ANSWER)
    if isinstance(shown, HttpResponse):
        return shown
    stands: list[tuple[str, str]] = []
    sent, initial = request.POST if request.method == "POST" else None, {"answer": shown.answer}
    form = AnswerQuestionForm(sent, initial=initial, seen=shown.answered_at)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_question(
                question_id=shown.pk,
                answer=form.cleaned_data["answer"],
                seen=form.seen,
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, "Answered. Who asked is told by e-mail.")
            return redirect(shown)
        except services.QuestionChangedMeanwhile as error:
            shown = _question(request, pk)
            form.show_anew(str(error), shown.answered_at)
            stands = [("The answer now", shown.answer)]
        except services.CannotKeepQuestion as error:
            form.add_error(error.field, str(error))
    return _show_form(request, form, shown, "Answer a question", "Send the answer", stands)


@require_http_methods(["GET", "HEAD", "POST"])
def question_publish(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Put it on the page for everybody, in words that name nobody."""
    shown = _to_keep(request, pk, QuestionMove.PUBLISH)
    if isinstance(shown, HttpResponse):
        return shown
    # The question is written anew, so that nothing of the words in which it was asked slips through; the answer is a start.
    initial = {"public_question": shown.public_question, "public_answer": shown.public_answer or shown.answer}
    sent = request.POST if request.method == "POST" else None
    form = PublishForm(sent, initial=initial, seen=shown.published_at)
    stands: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("public_question", "public_answer")}
        try:
            services.publish_question(question_id=shown.pk, seen=form.seen, by=request.user, at=timezone.now(), **words)
            messages.success(request, "Published. Everybody who signs in can read it.")
            return redirect(shown)
        except services.QuestionChangedMeanwhile as error:
            shown = _question(request, pk)
            form.show_anew(str(error), shown.published_at)
            if shown.published_at:
                stands = [("The question now", shown.public_question), ("The answer now", shown.public_answer)]
        except services.CannotKeepQuestion as error:
            form.add_error(error.field, str(error))
    return _show_form(request, form, shown, "Publish a question", "Publish", stands)


@require_POST
def question_take_down(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take it off the page for everybody."""
    shown = _question(request, pk)
    if not permissions.can_run(request.user, shown.session):
        raise PermissionDenied
    with refusal_as_message(request):
        services.take_down_question(question_id=shown.pk, by=request.user, at=timezone.now())
        messages.success(request, "Taken down. Who asked can still read the answer.")
    return redirect(shown)


def _question(request: SignedInRequest, pk: uuid.UUID) -> SessionQuestion:
    found = SessionQuestion.objects.visible_to(request.user)
    related = found.select_related("session__host", "asked_by__agency", "answered_by", "published_by")
    question: SessionQuestion = get_object_or_404(related, pk=pk)
    return question


def _to_keep(request: SignedInRequest, pk: uuid.UUID, move: QuestionMove) -> SessionQuestion | HttpResponse:
    """The question, if this person keeps it and it can be moved so; else back to its page."""
    shown = _question(request, pk)
    if not permissions.can_run(request.user, shown.session):
        raise PermissionDenied
    if request.method != "POST":
        if next_question_state(move, shown.state) is None:
            return redirect(shown)
        services.read_question(question=shown, by=request.user, at=timezone.now())
    return shown


def _show_form(
    request: SignedInRequest,
    form: GovukForm,
    shown: SessionQuestion,
    title: str,
    button: str,
    stands: Sequence[tuple[str, str]],
) -> HttpResponse:
    context = {"form": form, "question": shown, "title": title, "button": button, "stands": stands}
    return render(request, "partners/question_form.html", context, status=422 if form.errors else 200)

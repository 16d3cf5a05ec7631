"""Questions and tests, for trainers: the bank of each module, making a test of it, opening and closing it."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.sign_in.confirming import confirmed_recently_for_file
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.csv_files import write_csv
from common.errors import DomainError
from common.http import SignedInRequest, refusal_as_message
from common.paging import keyset_page
from training import permissions
from training.documents.knowledge import BANK_HEADINGS, bank_rows
from training.enums import KnowledgeTestMove, next_knowledge_test_state
from training.forms.knowledge import (
    ChooseQuestionsForm,
    CorrectTestForm,
    KnowledgeTestForm,
    QuestionFileForm,
    QuestionForm,
    initial_of,
)
from training.models import KnowledgeQuestion, KnowledgeTest, Module
from training.queries import knowledge as queries
from training.services import knowledge_questions as question_services
from training.services import knowledge_tests as services
from training.views.frame import show, show_form

ALWAYS_MADE_UP = (
    "Make up what you ask about. A question is never changed: replace it, and drafts of tests ask the new one."
)


@require_safe
def knowledge_questions(request: SignedInRequest) -> HttpResponse:
    """The bank: questions in use, of one module or of all, with the answer that is right."""
    _trainers_only(request)
    modules = _modules(request)
    module = next((one for one in modules if str(one.pk) == request.GET.get("module")), None)
    bank = queries.bank_of(request.user)
    page = keyset_page(
        bank.filter(module=module) if module else bank, order=("-written_at", "-pk"), cursor=request.GET.get("cursor")
    )
    return show(request, "knowledge_questions.html", {"page": page, "modules": modules, "module": module})


@require_http_methods(["GET", "HEAD", "POST"])
def knowledge_question_new(request: SignedInRequest) -> HttpResponse:
    """Write a question."""
    _trainers_only(request)
    form = QuestionForm(
        request.POST if request.method == "POST" else None,
        modules=_modules(request),
        initial={"module": request.GET.get("module", "")},
    )
    if request.method == "POST" and form.is_valid():
        module = form.cleaned_data["module"]
        try:
            question_services.write_question(module=module, by=request.user, at=timezone.now(), **form.content())
            messages.success(request, f"The question is in the bank of {module}.")
            return _to_bank(module)
        except question_services.AskedAlready as error:
            form.add_error("words", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    return show_form(
        request, form, "Write a question", button="Save", back="training:knowledge_questions", words=ALWAYS_MADE_UP
    )


@require_http_methods(["GET", "HEAD", "POST"])
def knowledge_questions_take(request: SignedInRequest) -> HttpResponse:
    """Take over questions from the file of another force, so that both ask the same."""
    _trainers_only(request)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = QuestionFileForm(*sent, modules=_modules(request), initial={"module": request.GET.get("module", "")})
    if request.method == "POST" and form.is_valid():
        module = form.cleaned_data["module"]
        try:
            taken = question_services.take_questions(
                module=module, file=form.cleaned_data["file"], by=request.user, at=timezone.now()
            )
            messages.success(request, f"{taken.new} new in the bank of {module}, {taken.there_already} there already.")
            return _to_bank(module)
        except DomainError as error:
            form.add_error("file", str(error))
    return show(request, "knowledge_questions_take.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@confirmed_recently_for_file
def knowledge_questions_csv(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The questions of a test as a file that another force can take over; recorded, for it says what is right."""
    test = _test(request, pk)
    questions = queries.asked_by(test)
    audit.record(
        verb=Verb.EXPORTED,
        what="training.questions_exported",
        at=timezone.now(),
        actor=request.user,
        subject=test,
        questions=len(questions),
    )
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="questions-{test.pk}.csv"'
    write_csv(response, BANK_HEADINGS, bank_rows(questions))
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def knowledge_question_replace(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Write a question anew; what was asked already stays as it was."""
    question = _question(request, pk)
    form = QuestionForm(request.POST if request.method == "POST" else None, modules=None, initial=initial_of(question))
    if request.method == "POST" and form.is_valid():
        try:
            question_services.replace_question(
                question_id=question.pk, by=request.user, at=timezone.now(), **form.content()
            )
            messages.success(request, "Replaced. Drafts of tests ask the new question; tests that are open do not.")
            return _to_bank(question.module)
        except question_services.AskedAlready as error:
            form.add_error("words", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    return show_form(
        request,
        form,
        "Replace a question",
        button="Replace it",
        back="training:knowledge_questions",
        caption=str(question.module),
        words="Tests that are open, or were, keep the question that they ask, so that their results can be compared.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def knowledge_question_retire(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Put a question into no further test."""
    question = _question(request, pk)
    if request.method == "POST":
        with refusal_as_message(request):
            question_services.retire_question(question_id=question.pk, by=request.user, at=timezone.now())
            messages.success(request, "Retired. It comes into no further test.")
        return _to_bank(question.module)
    return show_form(
        request,
        None,
        "Stop using a question",
        button="Stop using it",
        back="training:knowledge_questions",
        caption=str(question),
        words="Drafts of tests lose it, and it comes into no further test. Tests that are open keep it. You cannot undo this.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def knowledge_test_new(request: SignedInRequest) -> HttpResponse:
    """Begin a test as a draft."""
    _trainers_only(request)
    form = KnowledgeTestForm(
        request.POST if request.method == "POST" else None,
        modules=_modules(request),
        initial={"module": request.GET.get("module", ""), "pass_percent": 80, "attempts": 2},
    )
    if request.method == "POST" and form.is_valid():
        try:
            test = services.make_test(by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "The test is a draft. Now choose its questions.")
            return redirect("training:knowledge_test_questions", test.pk)
        except DomainError as error:
            form.add_error("title", str(error))
    words = (
        "The same questions are asked before and after the training, so that each person is compared with themselves."
    )
    return show_form(request, form, "Make a test", button="Make the test", back="training:knowledge", words=words)


@require_safe
def knowledge_test(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """A test: its rules, its questions, and what can be done with it now."""
    test = _test(request, pk)
    moves = {move for move in KnowledgeTestMove if next_knowledge_test_state(move, test.state) is not None}
    return show(request, "knowledge_test.html", {"test": test, "questions": queries.asked_by(test), "moves": moves})


@require_http_methods(["GET", "HEAD", "POST"])
def knowledge_test_correct(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Change what a draft is called, and what is enough."""
    test = _test(request, pk)
    if request.method != "POST" and not test.is_draft:
        return redirect(test)
    terms = {name: getattr(test, name) for name in ("title", "pass_percent", "attempts", "months_to_follow_up")}
    form = CorrectTestForm(
        request.POST if request.method == "POST" else None,
        modules=None,
        initial=terms | {"read": services.terms_of(test)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_test(test_id=test.pk, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, "The draft is corrected.")
            return redirect(test)
        except services.CannotMakeTest as error:
            form.add_error("title", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
    return show_form(
        request,
        form,
        "Correct the draft",
        button="Save",
        back="training:knowledge_test",
        back_to=test.pk,
        caption=str(test.module),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def knowledge_test_throw_away(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Remove a draft that nobody took."""
    test = _test(request, pk)
    if request.method != "POST" and not test.is_draft:
        return redirect(test)
    if request.method == "POST":
        with refusal_as_message(request):
            services.throw_test_away(test_id=test.pk, by=request.user, at=timezone.now())
            messages.success(request, "The draft is gone. Its questions are in the bank as before.")
            return redirect("training:knowledge")
        return redirect(test)
    return show_form(
        request,
        None,
        "Throw the draft away",
        button="Throw it away",
        back="training:knowledge_test",
        back_to=test.pk,
        caption=str(test),
        words="Nobody has taken it. Its questions stay in the bank. You cannot undo this.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def knowledge_test_questions(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose what a draft asks."""
    test = _test(request, pk)
    if request.method != "POST" and not test.is_draft:
        return redirect(test)
    bank = list(queries.bank_of(request.user).filter(module=test.module_id).in_order())
    asked = [str(pk) for pk in test.asks.values_list("question", flat=True)]
    form = ChooseQuestionsForm(
        request.POST if request.method == "POST" else None, bank=bank, initial={"questions": asked}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.choose_questions(
                test_id=test.pk, questions=form.cleaned_data["questions"], by=request.user, at=timezone.now()
            )
            messages.success(request, "The questions are chosen. Open the test when it is ready.")
            return redirect(test)
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"form": form, "test": test, "bank": bank}
    return show(request, "knowledge_test_questions.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def knowledge_test_open(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask it from now on; only what stood on the page."""
    test = _test(request, pk)
    if request.method == "POST":
        with refusal_as_message(request):
            read = request.POST.get("read", "")
            services.open_test(test_id=test.pk, read=read, by=request.user, at=timezone.now())
            messages.success(request, "The test is open. It stands on the home page of everybody who is to take it.")
        return redirect(test)
    questions = queries.asked_by(test)
    context = {"test": test, "questions": questions, "read": services.stamp_of(test, questions)}
    return show(request, "knowledge_test_open.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def knowledge_test_close(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take no more answers."""
    test = _test(request, pk)
    if request.method == "POST":
        with refusal_as_message(request):
            services.close_test(test_id=test.pk, by=request.user, at=timezone.now())
            messages.success(request, "The test is closed. Its results stay.")
        return redirect(test)
    words = (
        "Nobody can take it any more, not even people who have begun it. Its results stay. You cannot open it again."
    )
    return show_form(
        request,
        None,
        "Close the test",
        button="Close it",
        back="training:knowledge_test",
        back_to=test.pk,
        caption=str(test),
        words=words,
    )


def _trainers_only(request: SignedInRequest) -> None:
    if not permissions.can_run_training(request.user):
        raise PermissionDenied


def _question(request: SignedInRequest, pk: uuid.UUID) -> KnowledgeQuestion:
    """A question of the agency (else 404), for its trainers (else 403). What is not in use any more has no page to be changed on;
    who had one open already is told by the service, with all that they typed.
    """
    found = KnowledgeQuestion.objects.of(request.user).select_related("module").prefetch_related("options")
    question: KnowledgeQuestion = get_object_or_404(found if request.method == "POST" else found.in_use(), pk=pk)
    _trainers_only(request)
    return question


def _test(request: SignedInRequest, pk: uuid.UUID) -> KnowledgeTest:
    """A test of the agency (else 404), for its trainers (else 403)."""
    test: KnowledgeTest = get_object_or_404(queries.tests_of(request.user), pk=pk)
    _trainers_only(request)
    return test


def _modules(request: SignedInRequest) -> list[Module]:
    """Modules that are not retired, by title."""
    today = london_day(timezone.now())
    return [one for one in Module.objects.of(request.user).by_title() if not one.is_retired(on=today)]


def _to_bank(module: Module) -> HttpResponse:
    response = redirect("training:knowledge_questions")
    response["Location"] += f"?module={module.pk}"
    return response

"""Knowledge tests as those meet them who take one: what waits, the questions, and what came out."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from common.errors import DomainError
from common.http import SignedInRequest, refusal_as_message
from common.paging import keyset_page
from training import permissions
from training.enums import KnowledgeTestState
from training.forms.knowledge import PaperForm
from training.models import KnowledgeTest, Sitting
from training.queries import knowledge as queries
from training.services import knowledge_sittings as services
from training.views.frame import show

ENDED = "This test had ended already, so the answers that you have just sent are not kept."


@require_safe
def knowledge(request: SignedInRequest) -> HttpResponse:
    """Tests to take, with what one has handed in; for trainers and who sees trends, those of the agency."""
    user = request.user
    if not permissions.is_of_an_agency(user):
        raise PermissionDenied
    context = {
        "own": queries.own_tests(user, at=timezone.now()),
        "may_run": permissions.can_run_training(user),
        "may_see_results": permissions.can_see_knowledge_results(user),
    }
    if context["may_see_results"]:
        found = queries.tests_of(user)
        found = found if context["may_run"] else found.exclude(opened_at=None)
        context["page"] = keyset_page(found, order=("-made_at", "-pk"), cursor=request.GET.get("cursor"))
    return show(request, "knowledge.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def knowledge_begin(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What is asked and how often; then begin. Of whom it is not asked, they are told so by a refusal."""
    get_object_or_404(KnowledgeTest.objects.of(request.user), pk=pk)
    at = timezone.now()
    test, step = queries.next_step(pk, request.user, at=at)
    if test is None:
        raise PermissionDenied
    if request.method == "POST":
        try:
            return redirect(services.begin_sitting(test_id=pk, by=request.user, at=at))
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("training:knowledge")
    context = {"test": test, "step": step, "minutes": test.questions * queries.MINUTES_A_QUESTION}  # type: ignore[attr-defined]
    return show(request, "knowledge_begin.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def knowledge_sitting(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The questions while it is under way; afterwards what came out. Nobody else's."""
    sitting = _own(request, pk)
    if not sitting.is_under_way:
        if request.method == "POST":
            messages.error(request, ENDED)
        return _result(request, sitting)
    if sitting.test.state == KnowledgeTestState.CLOSED:
        if request.method == "POST":
            messages.error(request, ENDED)
        return show(request, "knowledge_closed.html", {"sitting": sitting})
    paper = queries.paper_of(sitting)
    form = PaperForm(request.POST if request.method == "POST" else None, paper=paper)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(sitting_id=sitting.pk, answers=form.answers(), by=request.user, at=timezone.now())
            if "hand_in" in request.POST:
                return redirect("training:knowledge_hand_in", sitting.pk)
            messages.success(request, "Saved. You can go on with it later, from Knowledge tests.")
            return redirect("training:knowledge")
        except DomainError as error:
            form.add_error(None, str(error))
    context = {"form": form, "sitting": sitting, "questions": len(paper)}
    return show(request, "knowledge_sitting.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def knowledge_hand_in(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Say which questions have no answer, then hand in."""
    sitting = _own(request, pk)
    if request.method == "POST":
        with refusal_as_message(request):
            services.hand_in(sitting_id=sitting.pk, by=request.user, at=timezone.now())
        return redirect(sitting)
    if not sitting.is_under_way or sitting.test.state == KnowledgeTestState.CLOSED:
        return redirect(sitting)
    open_ones = [one.number for one in queries.paper_of(sitting) if one.chosen is None]
    return show(request, "knowledge_hand_in.html", {"sitting": sitting, "open": open_ones, "all": len(sitting.order)})


def _own(request: SignedInRequest, pk: uuid.UUID) -> Sitting:
    """A sitting of the person themselves; else 404."""
    found: Sitting = get_object_or_404(
        Sitting.objects.filter(person=request.user).select_related("test__module"), pk=pk
    )
    return found


def _result(request: SignedInRequest, sitting: Sitting) -> HttpResponse:
    """The score; question by question only when nothing is left to take that knowing the answers would spoil."""
    _, step = queries.next_step(sitting.test_id, request.user, at=timezone.now())
    context = {
        "sitting": sitting,
        "passed": sitting.has_passed(sitting.test.pass_percent),
        "step": step,
        "paper": queries.paper_of(sitting) if queries.shows_answers(sitting, step) else None,
    }
    return show(request, "knowledge_result.html", context)

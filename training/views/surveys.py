"""Staff surveys: answering once and anonymously, and, for who runs them, templates, surveys, results and trends."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.http import SignedInRequest, keeps_no_words
from common.paging import keyset_page
from training import permissions
from training.forms.surveys import AnswerForm, OpenSurveyForm, TemplateForm
from training.models import Survey, SurveyTemplate
from training.queries import surveys as queries
from training.queries.champions import teams_of
from training.services import surveys as services
from training.views.frame import show, show_form


@require_safe
def surveys(request: SignedInRequest) -> HttpResponse:
    """Surveys to answer; for who runs them, all of the agency and their templates."""
    user = request.user
    if not permissions.is_of_an_agency(user):
        raise PermissionDenied
    today = london_day(timezone.now())
    to_answer = Survey.objects.to_answer_by(user, on=today).select_related("template", "team")
    context = {
        "to_answer": list(to_answer.order_by("closes_on", "pk")),
        "runs": permissions.can_run_surveys(user),
        "today": today,
    }
    if context["runs"]:
        found = queries.surveys_of(user)
        context["page"] = keyset_page(found, order=("-closes_on", "-pk"), cursor=request.GET.get("cursor"))
        context["templates"] = queries.templates_of(user)
    return show(request, "surveys.html", context)


@keeps_no_words
@require_http_methods(["GET", "HEAD", "POST"])
def survey_answer(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer once. Who was not asked finds nothing here; who has answered is told so."""
    survey: Survey = get_object_or_404(
        Survey.objects.asked_of(request.user).select_related("template", "team", "agency"), pk=pk
    )
    at = timezone.now()
    is_open = Survey.objects.to_answer_by(request.user, on=london_day(at)).filter(pk=survey.pk).exists()
    if not is_open and request.method != "POST":
        messages.info(request, "This survey takes no answer from you: you have answered it, or it is not open.")
        return redirect("training:surveys")
    questions = list(survey.template.questions.order_by("position"))
    form = AnswerForm(request.POST if request.method == "POST" else None, questions=questions)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_survey(survey_id=survey.pk, answers=form.answers(), by=request.user, at=at)
            messages.success(request, "Thank you. Your answers are in, without your name.")
            return redirect("training:surveys")
        except DomainError as error:
            form.add_error(None, str(error))
    status = 422 if form.errors else 200
    return show(request, "survey_answer.html", {"form": form, "survey": survey}, status=status)


@require_safe
def survey(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """What came out, once the survey is over and where five or more answered."""
    shown = _run_by(request, pk)
    at = timezone.now()
    today = london_day(at)
    audit.record(verb=Verb.READ, what="training.survey_read", at=at, actor=request.user, subject=shown)
    context = {"survey": shown, "results": queries.results_of(shown, on=today), "is_over": shown.is_over(on=today)}
    return show(request, "survey.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def survey_withdraw(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a survey back."""
    withdrawn = _run_by(request, pk)
    if request.method == "POST":
        try:
            services.withdraw_survey(survey_id=withdrawn.pk, by=request.user, at=timezone.now())
            messages.success(request, "Withdrawn. It takes no more answers and shows no results.")
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("training:surveys")
    return show_form(
        request,
        None,
        "Withdraw a survey",
        button="Withdraw",
        back="training:surveys",
        caption=str(withdrawn.template),
        words="It takes no more answers and shows no results. This cannot be undone.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def survey_new(request: SignedInRequest) -> HttpResponse:
    """Ask a template of the agency or of a team."""
    if not permissions.can_run_surveys(request.user):
        raise PermissionDenied
    at = timezone.now()
    form = OpenSurveyForm(
        request.POST if request.method == "POST" else None,
        templates=queries.templates_of(request.user),
        teams=teams_of(request.user),
        initial={"template": request.GET.get("template", ""), "opens_on": london_day(at)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.open_survey(by=request.user, at=at, **form.cleaned_data)
            messages.success(request, "The survey stands on the home page of everybody who is asked.")
            return redirect("training:surveys")
        except DomainError as error:
            form.add_error(None, str(error))
    words = "Nobody sees who answered what, and results are shown only after the last day, from five answers up."
    return show_form(request, form, "Open a survey", button="Open", back="training:surveys", words=words)


@require_http_methods(["GET", "HEAD", "POST"])
def survey_template_new(request: SignedInRequest) -> HttpResponse:
    """Write questions to be asked again and again."""
    if not permissions.can_run_surveys(request.user):
        raise PermissionDenied
    form = TemplateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.make_template(
                title=form.cleaned_data["title"], questions=form.questions(), by=request.user, at=timezone.now()
            )
            messages.success(request, f"{made} can be asked now.")
            return redirect("training:surveys")
        except DomainError as error:
            form.add_error("title", str(error))
    words = "Once written, the questions stay as they are, so that answers of one year can be compared with the next."
    return show_form(request, form, "Write questions", button="Keep", back="training:surveys", words=words)


@require_safe
def survey_template(request: SignedInRequest, pk: uuid.UUID) -> HttpResponse:
    """The questions of a template, and what was answered over its surveys."""
    if not permissions.can_run_surveys(request.user):
        raise PermissionDenied
    template: SurveyTemplate = get_object_or_404(SurveyTemplate, agency=request.user.agency_id, pk=pk)
    at = timezone.now()
    asked, trends = queries.trends_of(template, on=london_day(at))
    audit.record(verb=Verb.READ, what="training.survey_trends_read", at=at, actor=request.user, subject=template)
    questions = template.questions.order_by("position")
    context = {"template": template, "questions": questions, "asked": asked, "trends": trends}
    return show(request, "survey_template.html", context)


def _run_by(request: SignedInRequest, pk: uuid.UUID) -> Survey:
    """A survey of the agency, for who runs surveys; nobody else is let in."""
    if not permissions.can_run_surveys(request.user):
        raise PermissionDenied
    found: Survey = get_object_or_404(queries.surveys_of(request.user), pk=pk)
    return found

"""Templates, surveys and answers. How an answer is kept without its person: training/models/surveys.py and ADR 0041."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q

from accounts.models import Agency, Team, User
from audit import services as audit
from audit.enums import Verb
from common.clock import london_day
from common.errors import DomainError
from common.statistics.proportions import SMALLEST_BASE_SHOWN
from training.enums import QuestionKind
from training.models import Survey, SurveyBox, SurveyQuestion, SurveyReceipt, SurveyTemplate
from training.models.surveys import LONGEST_WORDS, MARKS, MOST_QUESTIONS
from training.permissions import can_run_surveys


class CannotMakeTemplate(DomainError):
    pass


class CannotOpenSurvey(DomainError):
    pass


class CannotWithdrawSurvey(DomainError):
    pass


class CannotAnswer(DomainError):
    pass


@transaction.atomic
def make_template(*, title: str, questions: Sequence[tuple[str, str]], by: User, at: datetime) -> SurveyTemplate:
    """Keep questions, each with its kind, to be asked again and again. Raises CannotMakeTemplate."""
    if by.agency is None or not can_run_surveys(by):
        raise CannotMakeTemplate("Only a trainer or a leader makes a survey.")
    title = title.strip()
    if not title:
        raise CannotMakeTemplate("Write a title.")
    # One at a time for an agency, so that a form sent twice is told of it.
    Agency.objects.select_for_update(of=("self",)).get(pk=by.agency.pk)
    if SurveyTemplate.objects.filter(agency=by.agency, title=title).exists():
        raise CannotMakeTemplate("There is a template of that title already.")
    if not 1 <= len(questions) <= MOST_QUESTIONS:
        raise CannotMakeTemplate(f"A survey has 1 to {MOST_QUESTIONS} questions.")
    if any(not words.strip() or kind not in QuestionKind.values for words, kind in questions):
        raise CannotMakeTemplate("Each question has words and a kind of answer.")
    template = SurveyTemplate.objects.create(agency=by.agency, title=title, made_at=at, made_by=by)
    SurveyQuestion.objects.bulk_create(
        SurveyQuestion(template=template, position=place, words=words.strip(), kind=kind)
        for place, (words, kind) in enumerate(questions, start=1)
    )
    _record("survey_template_made", template, by=by, at=at, questions=len(questions))
    return template


@transaction.atomic
def open_survey(
    *, template: SurveyTemplate, team: Team | None, opens_on: date, closes_on: date, by: User, at: datetime
) -> Survey:
    """Ask a template of the whole agency or of one team, from a day until and with another. Raises CannotOpenSurvey.

    Nobody is asked the same by two surveys in the same days: their results, one taken from the other, could show a few.
    """
    if by.agency is None or not can_run_surveys(by) or template.agency_id != by.agency_id:
        raise CannotOpenSurvey("Only a trainer or a leader opens a survey of the agency.")
    if team is not None and team.agency_id != by.agency_id:
        raise CannotOpenSurvey("This team is of another agency.")
    if opens_on < london_day(at):
        raise CannotOpenSurvey("A survey opens today or later.")
    if closes_on < opens_on:
        raise CannotOpenSurvey("A survey cannot close before it opens.")
    people = User.objects.filter(agency=by.agency, is_active=True)
    if (people.filter(team=team) if team else people).count() < SMALLEST_BASE_SHOWN:
        raise CannotOpenSurvey("Fewer than five people would be asked, so that no result could ever be shown.")
    # One at a time for a template, so that two at once do not ask the same people.
    SurveyTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)
    in_these_days = template.surveys.filter(withdrawn_at=None, opens_on__lte=closes_on, closes_on__gte=opens_on)
    if (in_these_days.filter(Q(team=None) | Q(team=team)) if team else in_these_days).exists():
        raise CannotOpenSurvey("Some of these people are asked the same questions in these days already.")

    survey = Survey.objects.create(
        agency=by.agency,
        template=template,
        team=team,
        opens_on=opens_on,
        closes_on=closes_on,
        opened_at=at,
        opened_by=by,
    )
    SurveyBox.objects.bulk_create(
        SurveyBox(survey=survey, question=question) for question in template.questions.order_by("position")
    )
    _record("survey_opened", survey, by=by, at=at)
    return survey


@transaction.atomic
def withdraw_survey(*, survey_id: UUID, by: User, at: datetime) -> Survey:
    """Take a survey back: it takes no more answers and shows no results. Again changes nothing. Raises CannotWithdrawSurvey."""
    survey = Survey.objects.locked().get(pk=survey_id)
    if not can_run_surveys(by) or survey.agency_id != by.agency_id:
        raise CannotWithdrawSurvey("Only a trainer or a leader withdraws a survey.")
    if survey.withdrawn_at is None:
        survey.withdrawn_at, survey.withdrawn_by = at, by
        survey.save(update_fields=["withdrawn_at", "withdrawn_by"])
        _record("survey_withdrawn", survey, by=by, at=at)
    return survey


@transaction.atomic
def answer_survey(*, survey_id: UUID, answers: Mapping[UUID, int | str], by: User, at: datetime) -> None:
    """Answer once, by question. Raises CannotAnswer.

    Every box is written anew, whether or not this person answered its question, so that no row shows who came last to it.
    The access log gets no entry: it has a time to the second, and the receipt says all that may be known.
    """
    survey = Survey.objects.locked().get(pk=survey_id)
    is_asked = Survey.objects.asked_of(by).filter(pk=survey.pk).exists()
    if not is_asked or not by.is_active or not survey.is_open(on=london_day(at)):
        raise CannotAnswer("This survey does not take your answers.")
    if survey.receipts.filter(person=by).exists():
        raise CannotAnswer("You have answered this survey already.")
    SurveyReceipt.objects.create(survey=survey, person=by)
    boxes = list(survey.boxes.select_related("question").order_by("question__position"))
    given = [_checked(box.question, answers.get(box.question_id)) for box in boxes]
    if not any(given):
        raise CannotAnswer("Answer at least one question.")
    for box, answer in zip(boxes, given, strict=True):
        if isinstance(answer, int):
            box.marks[answer - 1] += 1
        elif answer:
            box.words = sorted([*box.words, answer], key=str.casefold)
        box.save(update_fields=["marks", "words"])


def _checked(question: SurveyQuestion, answer: int | str | None) -> int | str | None:
    """A mark, words, or None for a question that was left open."""
    if answer is None or answer == "":
        return None
    if question.kind == QuestionKind.SCALE:
        if answer not in MARKS:
            raise CannotAnswer("Choose a mark from 1 to 5.")
        return answer
    words = " ".join(str(answer).split())
    if len(words) > LONGEST_WORDS:
        raise CannotAnswer(f"Use at most {LONGEST_WORDS} characters.")
    return words or None


def _record(what: str, subject: models.Model, *, by: User, at: datetime, **details: Any) -> None:
    audit.record(verb=Verb.CHANGED, what=f"training.{what}", at=at, actor=by, subject=subject, **details)

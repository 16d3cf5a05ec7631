"""Questions about surveys: which wait, and what came out, once a survey is over and only where five or more answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Prefetch

from accounts.models import User
from common.statistics.proportions import SMALLEST_BASE_SHOWN
from common.statistics.rounding import round_half_up
from training.enums import QuestionKind
from training.models import Survey, SurveyBox, SurveyQuestion, SurveyTemplate
from training.models.surveys import MARKS, SurveyQuerySet


@dataclass(frozen=True)
class QuestionResult:
    """What may be shown of one question: the counts of marks or the words, or nothing where fewer than five answered it."""

    question: SurveyQuestion
    answers: int | None
    marks: Sequence[tuple[int, int]] = ()
    words: Sequence[str] = ()

    @property
    def is_shown(self) -> bool:
        return self.answers is not None

    @property
    def mean(self) -> str:
        """Of the marks, to two decimals; always shown with how many answered."""
        return str(round_half_up(_mean(self.marks), 2)) if self.marks else ""


def _mean(marks: Sequence[tuple[int, int]]) -> Fraction:
    return Fraction(sum(mark * count for mark, count in marks), sum(count for _, count in marks))


def surveys_of(user: User) -> SurveyQuerySet:
    """All of the agency, with how many have answered, for who runs them."""
    return Survey.objects.of(user).select_related("template", "team").annotate(answered=Count("receipts"))


def results_of(survey: Survey, *, on: date) -> list[QuestionResult]:
    """By question, in its order. Nothing before the survey is over: who watches results grow sees each answer arrive."""
    if not survey.is_over(on=on):
        return []
    boxes = SurveyBox.objects.filter(survey=survey).select_related("question").order_by("question__position")
    return [result_of(box) for box in boxes]


def result_of(box: SurveyBox) -> QuestionResult:
    """What may be shown of a box of a survey that is over."""
    if box.answers < SMALLEST_BASE_SHOWN:
        return QuestionResult(box.question, None)
    if box.question.kind == QuestionKind.TEXT:
        return QuestionResult(box.question, box.answers, words=box.words)
    return QuestionResult(box.question, box.answers, marks=list(zip(MARKS, box.marks, strict=True)))


@dataclass(frozen=True)
class Trend:
    """One question over the surveys of its template, in their order: for each what may be shown, or None."""

    question: SurveyQuestion
    results: Sequence[QuestionResult]


def trends_of(template: SurveyTemplate, *, on: date) -> tuple[list[Survey], list[Trend]]:
    """The surveys of a template that are over, the oldest first, and each question answered by marks over them."""
    over = template.surveys.filter(withdrawn_at=None, closes_on__lt=on).select_related("team")
    boxes = Prefetch("boxes", SurveyBox.objects.select_related("question"))
    surveys = list(over.order_by("closes_on", "pk").prefetch_related(boxes))
    found = [{box.question_id: result_of(box) for box in survey.boxes.all()} for survey in surveys]
    questions = template.questions.filter(kind=QuestionKind.SCALE).order_by("position")
    return surveys, [Trend(question, [results[question.pk] for results in found]) for question in questions]


def templates_of(user: User) -> list[SurveyTemplate]:
    """Templates of the person's agency, by title."""
    found = SurveyTemplate.objects.filter(agency=user.agency_id) if user.agency_id else SurveyTemplate.objects.none()
    return list(found.order_by("title", "pk"))

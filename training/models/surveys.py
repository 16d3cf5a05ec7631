"""Staff surveys. That somebody answered stands in one table, what was answered in another, and nothing joins the two (ADR 0041).

There is no row for the answers of one person. A box holds, for one question of one survey, how often each mark was given and the
words that were written, sorted by their letters.
"""

import uuid
from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.models import Agency, Team, User
from training.enums import QuestionKind

MOST_QUESTIONS = 10
MARKS = (1, 2, 3, 4, 5)
LONGEST_WORDS = 500


def no_marks() -> list[int]:
    """None of the marks given yet."""
    return [0] * len(MARKS)


class SurveyTemplate(models.Model):
    """Questions that are asked again and again. Never changed, so that surveys of one template can be compared."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "title"],
                name="survey_template_titled_once_in_its_agency",
                violation_error_message="There is a template of that title already.",
            )
        ]

    def __str__(self) -> str:
        return self.title


class SurveyQuestion(models.Model):
    """One question of a template."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    template = models.ForeignKey(SurveyTemplate, on_delete=models.PROTECT, related_name="questions")
    position = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=200)
    kind = models.CharField(max_length=5, choices=QuestionKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "position"], name="survey_question_placed_once"),
            models.CheckConstraint(
                name="survey_question_is_one_of_few",
                condition=Q(position__gte=1, position__lte=MOST_QUESTIONS) & ~Q(words=""),
            ),
        ]

    def __str__(self) -> str:
        return self.words


class SurveyQuerySet(models.QuerySet["Survey"]):
    def of(self, user: User) -> Self:
        return self.filter(agency=user.agency_id) if user.agency_id else self.none()

    def open(self, *, on: date) -> Self:
        """Those that take answers on that day."""
        return self.filter(opens_on__lte=on, closes_on__gte=on, withdrawn_at=None)

    def asked_of(self, user: User) -> Self:
        """Of the person's agency, for everybody or for their team."""
        return self.of(user).filter(Q(team=None) | Q(team=user.team_id))

    def to_answer_by(self, user: User, *, on: date) -> Self:
        """Open, asked of this person, and not answered by them yet."""
        answered = SurveyReceipt.objects.filter(survey=OuterRef("pk"), person=user)
        return self.asked_of(user).open(on=on).filter(~Exists(answered))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Survey(models.Model):
    """A template asked of an agency or of one team, from a day until and with another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    template = models.ForeignKey(SurveyTemplate, on_delete=models.PROTECT, related_name="surveys")
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: the whole agency"
    )
    opens_on = models.DateField()
    closes_on = models.DateField(help_text="The last day on which it takes answers")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = SurveyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="survey_opens_before_it_closes",
                condition=Q(opens_on__lte=F("closes_on")),
                violation_error_message="A survey cannot close before it opens.",
            ),
            models.CheckConstraint(
                name="survey_withdrawn_says_who_and_when",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["agency", "closes_on"], name="survey_by_agency_and_end")]

    def __str__(self) -> str:
        return f"Survey {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("training:survey", args=[self.pk])

    def is_open(self, *, on: date) -> bool:
        return self.withdrawn_at is None and self.opens_on <= on <= self.closes_on

    def is_over(self, *, on: date) -> bool:
        """Its last day is past, so that no further answer can be told from those that were there."""
        return self.withdrawn_at is None and on > self.closes_on


class SurveyReceipt(models.Model):
    """That somebody has answered a survey, and nothing more: not what, and not when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="receipts")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "person"],
                name="survey_receipt_once_a_person",
                violation_error_message="You have answered this survey already.",
            )
        ]

    def __str__(self) -> str:
        return f"Receipt {self.pk}"


class SurveyBox(models.Model):
    """All that everybody answered to one question of one survey. All boxes of a survey are written anew with each answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="boxes")
    question = models.ForeignKey(SurveyQuestion, on_delete=models.PROTECT, related_name="+")
    marks = ArrayField(
        models.PositiveIntegerField(), default=no_marks, help_text="How often 1, 2, 3, 4 and 5 were given"
    )
    words = ArrayField(models.TextField(), default=list, help_text="By their letters, whoever wrote them")

    class Meta:
        verbose_name_plural = "survey boxes"
        constraints = [
            models.UniqueConstraint(fields=["survey", "question"], name="survey_box_one_a_question"),
            models.CheckConstraint(name="survey_box_counts_each_mark", condition=Q(marks__len=len(MARKS))),
        ]

    def __str__(self) -> str:
        return f"Box {self.pk}"

    @property
    def answers(self) -> int:
        """How many people answered the question."""
        return sum(self.marks) + len(self.words)

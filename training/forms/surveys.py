"""Making a template, opening a survey, answering one."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms

from accounts.models import Team
from common.forms import GovukDateField, GovukForm
from training.enums import QUESTIONS_TO_BEGIN_WITH, QuestionKind
from training.models import SurveyQuestion, SurveyTemplate
from training.models.surveys import LONGEST_WORDS, MOST_QUESTIONS

SCALE = [("1", "1: strongly disagree"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5: strongly agree")]


class TemplateForm(GovukForm):
    """A title and up to ten questions, each with its kind. Begins with questions that most ask."""

    title = forms.CharField(label="Title", max_length=80, error_messages={"required": "Write a title"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.base_fields = self.base_fields | _fields_of_questions()  # type: ignore[misc]
        super().__init__(*args, **kwargs)
        for number, (words, kind) in enumerate(QUESTIONS_TO_BEGIN_WITH, start=1):
            self.initial.setdefault(f"words_{number}", words)
            self.initial.setdefault(f"kind_{number}", kind)

    def clean(self) -> dict[str, Any]:
        """At least one question."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(data.get(f"words_{number}") for number in range(1, MOST_QUESTIONS + 1)):
            self.add_error("words_1", "Write at least one question")
        return data

    def questions(self) -> list[tuple[str, str]]:
        """What the service takes, from a valid form."""
        data = self.cleaned_data
        numbers = range(1, MOST_QUESTIONS + 1)
        return [(data[f"words_{one}"], data[f"kind_{one}"]) for one in numbers if data[f"words_{one}"]]


def _fields_of_questions() -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    for number in range(1, MOST_QUESTIONS + 1):
        fields[f"words_{number}"] = forms.CharField(label=f"Question {number}", max_length=200, required=False)
        fields[f"kind_{number}"] = forms.ChoiceField(
            label=f"Answer to question {number}", choices=QuestionKind.choices, initial=QuestionKind.SCALE
        )
    return fields


class OpenSurveyForm(GovukForm):
    """Which questions, whom, and from when until when."""

    template = forms.ChoiceField(label="Which questions?", error_messages={"required": "Choose the questions"})
    team = forms.ChoiceField(label="Who is asked?", required=False)
    opens_on = GovukDateField(label="First day", error_messages={"required": "Enter the first day"})
    closes_on = GovukDateField(
        label="Last day",
        help_text="Results are shown after it. It cannot be changed.",
        error_messages={"required": "Enter the last day"},
    )
    marks_optional = False

    def __init__(self, *args: Any, templates: Iterable[SurveyTemplate], teams: Iterable[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.templates = {str(one.pk): one for one in templates}
        self.teams = {str(one.pk): one for one in teams}
        titles = [(pk, one.title) for pk, one in self.templates.items()]
        self.fields["template"].choices = [("", "Choose questions"), *titles]  # type: ignore[attr-defined]
        names = [(pk, one.name) for pk, one in self.teams.items()]
        self.fields["team"].choices = [("", "The whole agency"), *names]  # type: ignore[attr-defined]

    def clean_template(self) -> SurveyTemplate:
        """The template itself."""
        return self.templates[self.cleaned_data["template"]]

    def clean_team(self) -> Team | None:
        """The team itself; None for the whole agency."""
        return self.teams.get(self.cleaned_data["team"])

    def clean(self) -> dict[str, Any]:
        """It closes no sooner than it opens."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("opens_on") and data.get("closes_on") and data["closes_on"] < data["opens_on"]:
            self.add_error("closes_on", "The last day cannot be before the first")
        return data


class AnswerForm(GovukForm):
    """The questions of one survey. Each may be left open, but not all."""

    marks_optional = False

    def __init__(self, *args: Any, questions: Sequence[SurveyQuestion], **kwargs: Any) -> None:
        self.names = {f"question_{question.position}": question.pk for question in questions}
        fields = {f"question_{question.position}": _field(question) for question in questions}
        self.base_fields = fields  # type: ignore[misc]
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """At least one answer."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(data.values()):
            self.add_error(next(iter(self.names)), "Answer at least one question")
        return data

    def answers(self) -> dict[UUID, int | str]:
        """By question, what the service takes, from a valid form: marks as numbers."""
        return {pk: self.cleaned_data[name] for name, pk in self.names.items() if self.cleaned_data[name]}


def _field(question: SurveyQuestion) -> forms.Field:
    if question.kind == QuestionKind.SCALE:
        return forms.TypedChoiceField(
            label=question.words, choices=SCALE, coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
        )
    return forms.CharField(
        label=question.words,
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=f"At most {LONGEST_WORDS} characters. Write nothing that shows who you are, and name nobody.",
    )

"""Writing questions, making a test of them, and taking one."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms

from common.forms import GovukForm
from training.models import KnowledgeQuestion, Module
from training.models.knowledge import (
    FEWEST_OPTIONS,
    LONGEST_EXPLANATION,
    LONGEST_OPTION,
    LONGEST_SCENARIO,
    LONGEST_WORDS,
    MOST_ATTEMPTS,
    MOST_MONTHS,
    MOST_OPTIONS,
    MOST_QUESTIONS,
)
from training.queries.knowledge import Asked

NUMBERS = range(1, MOST_OPTIONS + 1)


def _number(label: str, low: int, high: int, *, what: str, **kwargs: Any) -> forms.IntegerField:
    wrong = f"Enter {what} as a whole number from {low} to {high}"
    return forms.IntegerField(
        label=label,
        min_value=low,
        max_value=high,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={"required": wrong, "invalid": wrong, "min_value": wrong, "max_value": wrong},
        **kwargs,
    )


class _OfModuleForm(GovukForm):
    """Begins with the module; where it is known already it is not asked."""

    module = forms.ChoiceField(label="Module", error_messages={"required": "Choose a module"})

    def __init__(self, *args: Any, modules: Iterable[Module] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if modules is None:
            del self.fields["module"]
            return
        self.modules = {str(one.pk): one for one in modules}
        titles = [(pk, one.title) for pk, one in self.modules.items()]
        self.fields["module"].choices = [("", "Choose a module"), *titles]  # type: ignore[attr-defined]

    def clean_module(self) -> Module:
        """The module itself."""
        return self.modules[self.cleaned_data["module"]]


class QuestionForm(_OfModuleForm):
    """A question with 2 to 6 answers, one of them right."""

    scenario = forms.CharField(
        label="Scenario",
        max_length=LONGEST_SCENARIO,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="What is read before the question. Make it up: name nobody real, and take no case from your work.",
    )
    words = forms.CharField(
        label="Question",
        max_length=LONGEST_WORDS,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Write the question"},
    )
    right = forms.TypedChoiceField(
        label="Which answer is right?",
        coerce=int,
        choices=[("", "Choose one"), *((number, f"Answer {number}") for number in NUMBERS)],
        error_messages={"required": "Say which answer is right"},
    )
    keeps_order = forms.BooleanField(
        label="Show the answers in this order",
        required=False,
        help_text="Else each person gets them in another order. Tick it where the order matters, as with numbers.",
    )
    explanation = forms.CharField(
        label="Why is it right?",
        max_length=LONGEST_EXPLANATION,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="People read this when no test is left for them to take.",
    )
    field_order = ("module", "scenario", "words", *(f"option_{number}" for number in NUMBERS), "right")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.base_fields = self.base_fields | _fields_of_options()  # type: ignore[misc]
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Each answer is another, and the right one among them."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        given = {number: data.get(f"option_{number}") or "" for number in NUMBERS}
        known: set[str] = set()
        for number, words in given.items():
            if words and words.casefold() in known:
                self.add_error(f"option_{number}", "This answer is there already")
            known.add(words.casefold())
        if data.get("right") and not given[data["right"]]:
            self.add_error("right", f"Answer {data['right']} is empty: choose one that is there")
        return data

    def content(self) -> dict[str, Any]:
        """What the services take, from a valid form; answers that were left empty are not counted."""
        data = self.cleaned_data
        filled = [number for number in NUMBERS if data[f"option_{number}"]]
        return {
            **{name: data[name] for name in ("scenario", "words", "keeps_order", "explanation")},
            "options": [data[f"option_{number}"] for number in filled],
            "right": filled.index(data["right"]) + 1,
        }


class QuestionFileForm(_OfModuleForm):
    """Questions that another force downloaded from its test."""

    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,
        help_text="As it comes from another force: on the page of its test, Questions (CSV).",
        error_messages={"required": "Choose a file", "max_length": "The name of the file is too long"},
        widget=forms.FileInput({"accept": ".csv,text/csv"}),
    )


def _fields_of_options() -> dict[str, forms.Field]:
    return {
        f"option_{number}": forms.CharField(
            label=f"Answer {number}",
            max_length=LONGEST_OPTION,
            required=number <= FEWEST_OPTIONS,
            error_messages={"required": f"Write answer {number}"},
        )
        for number in NUMBERS
    }


def initial_of(question: KnowledgeQuestion) -> dict[str, Any]:
    """What a question says, to be written anew."""
    options = sorted(question.options.all(), key=lambda option: option.position)
    return {
        **{name: getattr(question, name) for name in ("scenario", "words", "keeps_order", "explanation")},
        **{f"option_{option.position}": option.words for option in options},
        "right": next((option.position for option in options if option.is_right), ""),
    }


class KnowledgeTestForm(_OfModuleForm):
    """What a test is called, and what is enough."""

    title = forms.CharField(label="Title", max_length=120, error_messages={"required": "Write a title"})
    pass_percent = _number(
        "Pass mark, in per cent", 0, 100, what="the pass mark", help_text="How much of a hundred must be right."
    )
    attempts = _number(
        "Attempts after the training",
        1,
        MOST_ATTEMPTS,
        what="attempts",
        help_text="Before it there is one. Change is worked out from the first attempt.",
    )
    months_to_follow_up = _number(
        "Months until it is asked once more",
        1,
        MOST_MONTHS,
        what="months",
        required=False,
        help_text="To see what stays. Leave empty if it is not asked again.",
    )


class CorrectTestForm(KnowledgeTestForm):
    """The same of a draft. `read` is what it said when the page was opened."""

    read = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)


class ChooseQuestionsForm(GovukForm):
    """Which questions of the module a draft asks."""

    questions = forms.MultipleChoiceField(
        label="Questions",
        widget=forms.CheckboxSelectMultiple,
        help_text=f"At most {MOST_QUESTIONS}. Each person gets them in an order of their own.",
        error_messages={"required": "Choose at least one question"},
    )

    def __init__(self, *args: Any, bank: Iterable[KnowledgeQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["questions"].choices = [(str(one.pk), one.words) for one in bank]  # type: ignore[attr-defined]

    def clean_questions(self) -> list[UUID]:
        """Their keys, as they stand on the page."""
        chosen = set(self.cleaned_data["questions"])
        if len(chosen) > MOST_QUESTIONS:
            raise forms.ValidationError(f"Choose at most {MOST_QUESTIONS} questions. You have chosen {len(chosen)}.")
        return [UUID(pk) for pk, _ in self.fields["questions"].choices if pk in chosen]  # type: ignore[attr-defined]


class PaperForm(GovukForm):
    """The questions of one sitting. Each may be left open until it is handed in, and then too."""

    marks_optional = False

    def __init__(self, *args: Any, paper: Sequence[Asked], **kwargs: Any) -> None:
        self.asked = {f"question_{one.number}": one for one in paper}
        self.base_fields = {name: _choices(one) for name, one in self.asked.items()}  # type: ignore[misc]
        initial = {name: str(one.chosen.pk) for name, one in self.asked.items() if one.chosen}
        super().__init__(*args, initial=initial, **kwargs)

    def answers(self) -> dict[UUID, UUID]:
        """The option by question, from a valid form, of those that were answered."""
        return {
            one.question.pk: UUID(self.cleaned_data[name])
            for name, one in self.asked.items()
            if self.cleaned_data[name]
        }


def _choices(asked: Asked) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=f"{asked.number}. {asked.question.words}",
        help_text=asked.question.scenario,
        choices=[(str(option.pk), option.words) for option in asked.options],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of the answers"},
    )

"""Forms of the two scenarios: answering them, and writing their next version."""

from collections.abc import Sequence
from copy import copy
from typing import Any

from django import forms

from common.forms import GovukForm, OnceForm
from partners.enums import AskedWhen
from partners.models.scenario_words import ScenarioWords
from partners.models.scenarios import (
    LONGEST_CHOICE,
    LONGEST_QUESTION,
    LONGEST_STORY,
    LONGEST_TITLE,
    LONGEST_WHY,
    SCENARIOS,
    WORTHS,
)
from partners.queries.scenarios import Put

CONFIDENCE = [("1", "1: not at all sure"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5: quite sure")]


class ScenarioAnswerForm(GovukForm):
    """One answer to each scenario, by its place in the order of that person, and how sure the person is. Hidden: what they were shown, so that nothing else is kept."""

    asked = forms.ChoiceField(choices=AskedWhen.choices, widget=forms.HiddenInput)
    version = forms.UUIDField(widget=forms.HiddenInput)
    first = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    second = forms.TypedChoiceField(coerce=int, widget=forms.RadioSelect)
    confidence = forms.TypedChoiceField(
        label="How sure are you that you would do the right thing in a case like these?",
        choices=CONFIDENCE,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Say how sure you are"},
    )

    def __init__(self, *args: Any, put: Sequence[Put], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.put = put
        for name, one in zip(("first", "second"), put, strict=True):
            field: Any = self.fields[name]
            field.label = one.scenario.question
            field.choices = one.choices
            field.error_messages["required"] = f"Choose an answer to “{one.scenario.title}”"

    def answer(self) -> dict[str, Any]:
        """What `answer_scenarios` takes, from a valid form."""
        data = self.cleaned_data
        first, second = self.put
        return {
            "asked": data["asked"],
            "version_id": data["version"],
            "worths": (first.worth_at(data["first"]), second.worth_at(data["second"])),
            "confidence": data["confidence"],
        }


class WriteScenariosForm(OnceForm):
    """Both scenarios with five answers each, by what they are worth. Begins with those in use, or with those of the service.

    Hidden: the number of the version in use, so that nobody goes past a version that a colleague wrote meanwhile.
    """

    after = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, begin_with: Sequence[ScenarioWords], after: int, **kwargs: Any) -> None:
        self.base_fields = self.base_fields | _fields_of_scenarios()  # type: ignore[misc]
        super().__init__(*args, **kwargs)
        self.initial["after"] = after
        for number, words in zip(SCENARIOS, begin_with, strict=True):
            for name, value in (("title", words.title), ("story", words.story), ("question", words.question)):
                self.initial.setdefault(f"{name}_{number}", value)
            for worth in WORTHS:
                self.initial.setdefault(f"choice_{number}_{worth}", words.choices[worth])
                self.initial.setdefault(f"reason_{number}_{worth}", words.reasons[worth])

    def show_anew(self, refusal: str, after: int) -> None:
        """Say what was refused and keep what was typed; whoever sends it again has seen the version of that number."""
        self.add_error(None, refusal)
        data: Any = copy(self.data)
        data["after"] = str(after)
        self.data = data

    def parts(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The fields of each scenario, for its heading on the page."""
        return [(number, [self[name] for name in _fields_of(number)]) for number in SCENARIOS]

    def scenarios(self) -> list[ScenarioWords]:
        """What `write_scenarios` takes, from a valid form."""
        data = self.cleaned_data
        return [
            ScenarioWords(
                data[f"title_{number}"],
                data[f"story_{number}"],
                data[f"question_{number}"],
                tuple(data[f"choice_{number}_{worth}"] for worth in WORTHS),
                tuple(data[f"reason_{number}_{worth}"] for worth in WORTHS),
            )
            for number in SCENARIOS
        ]


def _fields_of_scenarios() -> dict[str, forms.Field]:
    return {name: field for number in SCENARIOS for name, field in _fields_of(number).items()}


def _fields_of(number: int) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {
        f"title_{number}": _words(f"Title of scenario {number}", LONGEST_TITLE),
        f"story_{number}": _words(f"What happens in scenario {number}", LONGEST_STORY, rows=6),
        f"question_{number}": _words(f"The question of scenario {number}", LONGEST_QUESTION),
    }
    for worth in reversed(WORTHS):
        of = f"scenario {number} worth {worth}"
        fields[f"choice_{number}_{worth}"] = _words(f"Answer of {of}", LONGEST_CHOICE, rows=2)
        fields[f"reason_{number}_{worth}"] = _words(f"Why the answer of {of} is", LONGEST_WHY, rows=3)
    return fields


def _words(label: str, longest: int, *, rows: int = 0) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        widget=forms.Textarea({"rows": rows}) if rows else forms.TextInput(),
        error_messages={"required": f"{label}: write it"},
    )

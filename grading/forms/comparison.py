"""Which two periods are compared, and of which incidents."""

from typing import Any

from django import forms

from common.forms import GovukForm
from grading.queries.comparison import NARROWED_BY, Choices


class CompareForm(GovukForm):
    """Two years or periods; who sees small numbers may narrow the incidents to a kind, a district or a team."""

    marks_optional = False
    first = forms.ChoiceField(label="Compare", error_messages={"required": "Choose a year or a period"})
    second = forms.ChoiceField(label="with", error_messages={"required": "Choose a year or a period"})
    kind = forms.ChoiceField(label="Kind of incident", required=False)
    district = forms.ChoiceField(label="District", required=False)
    team = forms.ChoiceField(label="Team", required=False)

    def __init__(self, *args: Any, choices: Choices, narrowed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = choices
        offered = {"kind": choices.kinds, "district": choices.districts, "team": choices.teams}
        for name in ("first", "second"):
            self.fields[name].choices = choices.spans  # type: ignore[attr-defined]
        latest = [code for code, _ in choices.spans[:2]]
        if len(latest) == 2:
            self.initial = {"first": latest[1], "second": latest[0]}
        for name, found in offered.items():
            if narrowed:
                self.fields[name].choices = [("", "All"), *found]  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("first"), cleaned.get("second")
        if first and second and self.offered.share_incidents(first, second):
            self.add_error("second", "Choose a year or period that shares no incident with the first")
        return cleaned

    def narrowed_to(self) -> dict[str, str]:
        """From a valid form, by name, what the incidents are narrowed to."""
        return {name: self.cleaned_data[name] for name in NARROWED_BY if self.cleaned_data.get(name)}

    def narrowed_in_words(self) -> list[str]:
        """The same as people read it."""
        return [str(dict(self.fields[name].choices)[code]) for name, code in self.narrowed_to().items()]  # type: ignore[attr-defined]

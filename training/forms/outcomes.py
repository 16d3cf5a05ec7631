"""A file of outcomes, and which of its rows are logged although something that comes first is missing."""

from collections.abc import Iterable
from typing import Any

from django import forms

from common.forms import GovukForm
from common.spreadsheet_form import SpreadsheetForm
from training.models.outcome_imports import MOST_BYTES, MOST_ROWS


class OutcomesForm(SpreadsheetForm):
    """The file."""

    most_rows, most_bytes = MOST_ROWS, MOST_BYTES


class LogOutcomesForm(GovukForm):
    """`rows` are those that may be ticked: number and what is read beside the box. `shown` names what was on the page."""

    marks_optional = False

    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)
    all_the_same = forms.TypedMultipleChoiceField(
        label="Log these all the same?",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Something that comes first was not completed by that day. That you said so is kept, with your name.",
    )

    def __init__(self, *args: Any, rows: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(number), text) for number, text in rows]
        self.fields["all_the_same"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["all_the_same"]

    def ticked(self) -> list[int]:
        """Their numbers, from a valid form."""
        found: list[int] = self.cleaned_data.get("all_the_same", [])
        return found

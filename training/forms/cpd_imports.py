"""Somebody's own CPD spreadsheet: the file, and which of its columns is which."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from common.forms import GovukForm
from common.row_reports import Column
from common.spreadsheet_form import SpreadsheetForm
from training.enums import CpdKind
from training.forms.cpd import hours_field
from training.models.cpd import LONGEST_WORDS
from training.models.cpd_sources import MOST_BYTES, MOST_ROWS

LONGEST_HEADING_SHOWN = 60


class CpdSpreadsheetForm(SpreadsheetForm):
    """Somebody's log as a spreadsheet."""

    most_rows, most_bytes = MOST_ROWS, MOST_BYTES


class NamedColumnsForm(GovukForm):
    """Which column of the file holds what. `guessed` is by field the place of a column."""

    marks_optional = False

    def __init__(
        self,
        *args: Any,
        columns: Mapping[str, Column],
        needed: Sequence[str],
        headings: Sequence[str],
        guessed: Mapping[str, int],
        **kwargs: Any,
    ) -> None:
        self.columns, self.needed = columns, needed
        super().__init__(*args, **kwargs)
        named = [(str(place), _named(heading, place)) for place, heading in enumerate(headings)]
        for name, column in columns.items():
            field = forms.ChoiceField(
                label=column.name,
                choices=[("", "Not in the file"), *named],
                required=name in needed,
                initial=str(guessed[name]) if name in guessed else "",
                widget=forms.Select({"class": "govuk-select"}),
                error_messages={"required": f"Choose the column that holds the {column.name.lower()}"},
            )
            self._ask(name, field)

    def _ask(self, name: str, field: forms.Field) -> None:
        field.is_page_heading = field.is_optional = False  # type: ignore[attr-defined]
        self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """A column of the file is one of ours at most."""
        cleaned = super().clean() or self.cleaned_data
        taken: dict[str, str] = {}
        for name, column in self.columns.items():
            place = cleaned.get(name)
            if place and place in taken:
                self.add_error(name, f"This column is chosen for {taken[place].lower()} already")
            elif place:
                taken[place] = column.name
        return cleaned

    def places(self) -> dict[str, int]:
        """By field the place of its column."""
        return {name: int(self.cleaned_data[name]) for name in self.columns if self.cleaned_data.get(name)}


class ColumnsForm(NamedColumnsForm):
    """The columns of a CPD log, and what holds for rows that do not say it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = forms.ChoiceField(
            label="Kind of rows that do not say it",
            choices=[("", "Refuse such rows"), *CpdKind.choices],
            required=False,
            widget=forms.Select({"class": "govuk-select"}),
        )
        hours = hours_field()
        hours.label, hours.required, hours.help_text = (
            "Hours of rows that do not say it",
            False,
            "If you leave this empty, such rows are not imported.",
        )
        hours.widget.attrs["class"] = "govuk-input govuk-input--width-4"
        learned = forms.CharField(
            label="What was learned, for rows that do not say it",
            required=False,
            max_length=LONGEST_WORDS,
            help_text="For example: Not written down at the time. If you leave this empty, such rows are not imported.",
            widget=forms.TextInput({"class": "govuk-input"}),
        )
        self._ask("usual_kind", kind)
        self._ask("usual_hours", hours)
        self._ask("usual_learned", learned)


def _named(heading: str, place: int) -> str:
    shown = heading if len(heading) <= LONGEST_HEADING_SHOWN else f"{heading[:LONGEST_HEADING_SHOWN]}…"
    return shown or f"Column {place + 1}, without a heading"

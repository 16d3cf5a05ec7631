"""How the grades of published rounds are grouped."""

from collections.abc import Sequence
from typing import Any

from django import forms

from common.forms import GovukForm
from grading.enums import GroupBy

NOT_OFFERED = "Choose from the list: the address asks for something that is not in it"


class YearForm(GovukForm):
    """Of which year; `years` are offered, the newest first, and all of them together where `together`."""

    marks_optional = False

    year = forms.TypedChoiceField(
        label="Rounds of",
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": NOT_OFFERED},
    )

    def __init__(self, *args: Any, years: Sequence[int], together: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(str(year), str(year)) for year in years]
        self.fields["year"].choices = [("", "All years"), *listed] if together else listed  # type: ignore[attr-defined]


class GroupForm(YearForm):
    """By what, and of which year."""

    by = forms.TypedChoiceField(
        label="Group by", choices=GroupBy.choices, coerce=GroupBy, error_messages={"invalid_choice": NOT_OFFERED}
    )
    field_order = ("by", "year")
